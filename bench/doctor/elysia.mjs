// A generator that yields `sse({ data })`, as its docs show, through its Node adapter.
import { node } from '@elysiajs/node'
import { Elysia, sse } from 'elysia'
import { feed, paths } from './feed.mjs'

const application = new Elysia({ adapter: node() })
for (const path of paths) {
  application.get(path, async function* () {
    for await (const data of feed(path)) yield sse({ data })
  })
}

/** Starts the server on a free loopback port; resolves to the port. */
export function start() {
  return new Promise((resolve) => {
    application.listen({ port: 0, hostname: '127.0.0.1' }, async ({ raw }) => {
      await raw.ready()
      resolve(raw.node.server.address().port)
    })
  })
}
