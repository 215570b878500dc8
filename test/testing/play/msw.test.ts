// Cassettes as resolvers of MSW, which stands between a client and the network.
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { stream } from '../../../src/client/index.ts'
import { cassetteAfter, cassetteResolver, createCassette } from '../../../src/testing/index.ts'

const url = 'https://api.example/feed'
const network = setupServer()
beforeAll(() => network.listen({ onUnhandledRequest: 'error' }))
afterEach(() => network.resetHandlers())
afterAll(() => network.close())

const three = createCassette(['id: 1\ndata: a\n\n', 'id: 2\ndata: b\n\n', 'id: 3\ndata: c\n\n'], { everyMs: 5 })

test('a client reads it, is cut, and goes on', async () => {
  const resolver = cassetteResolver(({ lastEventId }) =>
    lastEventId === undefined ? { cassette: three, cutAfter: 20 } : cassetteAfter(three, lastEventId),
  )
  network.use(http.get(url, resolver))
  const seen: unknown[] = []
  for await (const { data } of stream(url, { retry: { minMs: 1 } })) {
    if (seen.push(data) === 3) break
  }
  expect(seen).toEqual(['a', 'b', 'c'])
})

test('the abort of a request ends a stream that stalls', async () => {
  network.use(http.post(url, cassetteResolver(three, { stall: 15 })))
  const abort = new AbortController()
  const response = await fetch(url, { method: 'POST', body: '{}', signal: abort.signal })
  const reader = response.body?.getReader()
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('id: 1\ndata: a\n\n')
  abort.abort(new Error('enough'))
  await expect(reader?.read()).rejects.toThrow('enough')
})
