// `createSession` and `iterate`, as its README shows, on node:http. It gives each event a random id.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSession } from 'better-sse'
import { feed } from './feed.mjs'

/** Starts the server on a free loopback port; resolves to the port. */
export async function start() {
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server.address().port
}

async function answer(request, response) {
  const session = await createSession(request, response)
  await session.iterate(feed(request.url))
  response.end()
}
