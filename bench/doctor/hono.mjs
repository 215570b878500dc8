// `streamSSE` with `writeSSE` and an id that counts, as the example of its docs does, on @hono/node-server.
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { feed, paths } from './feed.mjs'

const application = new Hono()
for (const path of paths) {
  application.get(path, (context) =>
    streamSSE(context, async (stream) => {
      let id = 0
      for await (const event of feed(path)) {
        if (stream.aborted) return
        await stream.writeSSE({ data: JSON.stringify(event), event: 'time-update', id: String((id += 1)) })
      }
    }),
  )
}

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  return new Promise((resolve) => {
    serve({ fetch: application.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port))
  })
}
