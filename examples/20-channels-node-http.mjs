// A topic in a bare node:http server: by `toResponse`, or iterated and written by hand.
//   curl -N http://localhost:3000/orders                       (and again with -H 'Last-Event-ID: <the id of an event>')
//   curl -N http://localhost:3000/by-hand
//   curl http://localhost:3000/orders -d '{"status":"paid"}'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { ControlEvent, createChannels, lastEventIdOf, toResponse } from 'tidings/channel'
import { toNodeHandler } from 'tidings/node'
import { encodeEvent } from 'tidings/sse'

const orders = createChannels().topic('orders')

const stream = toNodeHandler({
  fetch: (request) => toResponse(orders.subscribe({ after: lastEventIdOf(request) }), { request }),
})

/** Writes a subscription without `toResponse`: this leaves out heartbeats, control events and `retry`. */
async function streamByHand(request, response) {
  const left = new AbortController()
  const { signal } = left
  response.on('close', () => left.abort())
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.write(':\n')
  try {
    for await (const event of orders.subscribe({ after: request.headers['last-event-id'], signal })) {
      if (event instanceof ControlEvent) continue
      if (!response.write(encodeEvent(event))) await once(response, 'drain', { signal })
    }
    response.end()
  } catch (error) {
    if (signal.aborted) return
    console.error(error)
    response.destroy()
  }
}

async function publish(request, response) {
  try {
    const published = await orders.publish(await json(request), { event: 'order' })
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(published))
  } catch (error) {
    response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ message: String(error) }))
  }
}

export const httpServer = createServer((request, response) => {
  const [path] = (request.url ?? '').split('?')
  if (path === '/by-hand') void streamByHand(request, response)
  else if (path !== '/orders') response.writeHead(404).end()
  else if (request.method === 'POST') void publish(request, response)
  else stream(request, response)
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  httpServer.listen(Number(process.env.PORT ?? 3000), () => {
    const address = httpServer.address()
    if (typeof address === 'object') console.log(`http://localhost:${address?.port}/orders`)
  })
}
