// Fairness: the baseline, by hand on node:http: each event is encoded once and written to one reader after the other.
import { once } from 'node:events'
import { createServer } from 'node:http'

const head = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
}
const readers = new Set()

/** Starts the server on a free loopback port; resolves to the `port` and `path` of its stream, and `publish(event)`. */
export async function start() {
  const server = createServer((request, response) => {
    response.writeHead(200, head)
    response.write(': here\n\n')
    readers.add(response)
    response.on('close', () => readers.delete(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: server.address().port, path: '/', publish }
}

function publish(event) {
  const buffer = Buffer.from(`id: ${event.sequence}\ndata: ${JSON.stringify(event)}\n\n`)
  for (const reader of readers) reader.write(buffer)
}
