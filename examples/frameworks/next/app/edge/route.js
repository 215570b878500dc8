// A stream on the edge runtime, which has neither `process` nor the modules of Node.
import { defineRoute, Server } from 'tidings/server'

export const runtime = 'edge'

const server = new Server([
  defineRoute({
    method: 'GET',
    path: '/edge',
    sse: true,
    handler: async function* ({ sleep }) {
      for (let count = 1; count <= 3; count += 1) {
        yield { count }
        await sleep(50)
      }
    },
  }),
])

export const GET = server.fetch
