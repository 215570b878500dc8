// Opens idle streams and keeps them open until this process or the server's exits.
import { EventCounter } from './event-counter.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const request = encodeRequest('/idle', 'text/event-stream')

/** Opens `count` more streams of `/idle`; resolves when each has had its event (after `preludeBlocks` blocks). */
export async function holdStreams({ port, count, preludeBlocks = 0 }) {
  await openSockets(count, 100, () => holdStream(port, preludeBlocks + 1))
}

function holdStream(port, blocks) {
  return new Promise((resolve, reject) => {
    const counter = new EventCounter()
    const onBytes = (buffer) => {
      counter.feed(buffer)
      if (counter.events >= blocks) resolve()
    }
    openSocket(port, { onBytes, onEnd: reject }).then((socket) => socket.write(request), reject)
  })
}
