// A load generator of plain requests: keep-alive connections, one request at a time on each, no pipelining.
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const request = encodeRequest('/json', 'application/json')

/**
 * Requests `/json` on `connections` connections for `durationMs`; resolves to the number of responses and the time they
 * took. The first response on each connection is checked in full, the others by status and length.
 */
export async function requestJson({ port, connections, durationMs }) {
  const load = { answers: 0, deadline: 0 }
  const loops = []
  await openSockets(connections, connections, () => openLoop(port, load, loops))
  const started = performance.now()
  load.deadline = started + durationMs
  for (const loop of loops) loop.socket.write(request)
  await Promise.all(loops.map((loop) => loop.ended))
  const elapsedMs = performance.now() - started
  for (const loop of loops) loop.socket.destroy()
  return { answers: load.answers, elapsedMs }
}

async function openLoop(port, load, loops) {
  const loop = { load, first: '', answerBytes: 0, received: 0 }
  loop.ended = new Promise((resolve, reject) => Object.assign(loop, { resolve, reject }))
  loop.ended.catch(() => {}) // `requestJson` reports it, unless connecting has failed first
  loops.push(loop)
  loop.socket = await openSocket(port, { onBytes: (buffer) => take(loop, buffer), onEnd: loop.reject })
}

function take(loop, buffer) {
  if (loop.answerBytes === 0) return takeFirst(loop, buffer)
  if (loop.received === 0) checkStatus(buffer.latin1Slice(0, 12))
  loop.received += buffer.length
  if (loop.received > loop.answerBytes)
    throw new Error(`a response of ${loop.received} bytes after one of ${loop.answerBytes}`)
  if (loop.received === loop.answerBytes) next(loop)
}

function takeFirst(loop, buffer) {
  loop.first += buffer.latin1Slice()
  if (!isWhole(loop.first)) return
  checkStatus(loop.first)
  if (!loop.first.includes('"hello":"world"')) throw new Error(`not the expected JSON: ${loop.first}`)
  loop.answerBytes = loop.first.length
  next(loop)
}

function next(loop) {
  loop.received = 0
  loop.load.answers += 1
  if (performance.now() < loop.load.deadline) loop.socket.write(request)
  else loop.resolve()
}

function isWhole(answer) {
  const headBytes = answer.indexOf('\r\n\r\n') + 4
  if (headBytes < 4) return false
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.slice(0, headBytes))
  if (length === null) return answer.endsWith('\r\n0\r\n\r\n')
  return answer.length === headBytes + Number(length[1])
}

function checkStatus(answer) {
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`answered ${answer.split('\r\n', 1)[0]}`)
}
