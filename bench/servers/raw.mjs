// Fairness: the baseline, by hand on node:http: one `write` an event, and it waits for `drain` when the socket is full.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createEvent, greeting } from '../event.mjs'

const streamHead = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
}

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

function answer(request, response) {
  if (request.url === '/json') return answerJson(response)
  response.writeHead(200, streamHead)
  const url = new URL(request.url, 'http://localhost')
  if (url.pathname === '/idle') return response.write(encode(createEvent(0)))
  return answerStream(response, Number(url.searchParams.get('n')))
}

function answerJson(response) {
  const body = JSON.stringify(greeting)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

async function answerStream(response, count) {
  for (let sequence = 0; sequence < count; sequence += 1) {
    if (!response.write(encode(createEvent(sequence)))) await once(response, 'drain')
  }
  response.end()
}

function encode(event) {
  return `data: ${JSON.stringify(event)}\n\n`
}
