// Fairness: `createSession` and `iterate` on node:http, as its README shows; the name and random id it gives each event
// are its defaults.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSession } from 'better-sse'
import { createEvent, greeting } from '../event.mjs'

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

async function answer(request, response) {
  if (request.url === '/json') return answerJson(response)
  const url = new URL(request.url, 'http://localhost')
  const session = await createSession(request, response)
  if (url.pathname === '/idle') return session.push(createEvent(0))
  await session.iterate(createEvents(Number(url.searchParams.get('n'))))
  return response.end()
}

async function* createEvents(count) {
  for (let sequence = 0; sequence < count; sequence += 1) yield createEvent(sequence)
}

function answerJson(response) {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(greeting))
}
