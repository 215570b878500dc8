// A function of Lambda whose fetch function is not a server's own.
import { defineRoute, Server } from 'tidings'
import { serve } from 'tidings/lambda'

const live = defineRoute({
  method: 'GET',
  path: '/live',
  sse: true,
  handler: async function* (ctx) {
    yield 'first'
    await ctx.sleep(600_000)
  },
})
const server = new Server([live])

function answer(request, host) {
  const { pathname } = new URL(request.url)
  if (pathname === '/throws') throw new Error('broke')
  if (pathname === '/own') return Response.json({ path: host.event.rawPath, id: host.context.awsRequestId })
  return server.fetch(request)
}

export const { handler } = serve({ fetch: answer, deadlineMarginMs: 400 })
