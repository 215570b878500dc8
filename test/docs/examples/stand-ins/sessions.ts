// A server whose guard takes the user from a header, with streams that stay open.
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { defineRoute, Server } from 'tidings'

const inbox = defineRoute({
  method: 'GET',
  path: '/inbox',
  sse: true,
  handler: async function* ({ sleep }) {
    yield 'open'
    await sleep(Infinity)
  },
})

export const server = new Server([inbox]).use((ctx, next) => {
  ctx.state['user'] = ctx.headers['user']
  return next()
})

/** Throws unless `end('ada')` ends the stream of that user, and no other. */
export async function expectEnds(end: (user: string) => Promise<unknown>): Promise<void> {
  const [ada, bob] = await Promise.all(['ada', 'bob'].map(open))
  // Whoever follows may have begun only now.
  while (server.openStreams === 2) {
    await end('ada')
    await nextTurn()
  }
  assert.equal(await ada?.text(), 'data: open\n\n')
  assert.equal(server.openStreams, 1)
  await bob?.body?.cancel()
}

function open(user: string): Promise<Response> {
  return server.fetch(new Request('http://localhost/inbox', { headers: { user } }))
}
