// Fairness: `createSession`, `register` and `broadcast` on node:http, as its guide to channels shows; its defaults stay
// on.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createChannel, createSession } from 'better-sse'

const channel = createChannel()

/** Starts the server on a free loopback port; resolves to the `port` and `path` of its stream, and `publish(event)`. */
export async function start() {
  const server = createServer((request, response) => void join(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: server.address().port, path: '/', publish: (event) => void channel.broadcast(event) }
}

async function join(request, response) {
  channel.register(await createSession(request, response))
}
