// An `HttpError` whose fields were changed after it was made: it cannot end the process, nor keep its stream's place.
import { describe, expect, it } from 'vitest'
import { err } from '../../src/server/index.ts'
import { make, plain, Reading, unhandledDuring, untyped } from '../support/server/asking.ts'

const changed = (fields: object): unknown => Object.assign(err.notFound('x'), fields)
const cyclic: { self?: object } = {}
cyclic.self = cyclic

const thrown: ReadonlyArray<readonly [string, () => unknown]> = [
  ['a bigint as its message', () => changed({ message: 5n })],
  ['a symbol as its message', () => changed({ message: Symbol('x') })],
  ['a cycle as its message', () => changed({ message: cyclic })],
  ['a status beyond those of HTTP', () => changed({ status: 1000 })],
  ['a status that is text', () => changed({ status: '404' })],
  ['a header that HTTP does not have', () => changed({ headers: { 'x y': 'a' } })],
  [
    'a message that throws',
    () =>
      Object.defineProperty(err.notFound('x'), 'message', {
        get: () => {
          throw new Error('no message')
        },
      }),
  ],
  [
    'traps that throw',
    () =>
      new Proxy(err.notFound('x'), {
        get: () => {
          throw new Error('trap')
        },
      }),
  ],
]

const throwing = (makeError: () => unknown): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    handler: () => {
      throw makeError()
    },
  })
const throwingLate = (makeError: () => unknown): ReturnType<typeof untyped> =>
  untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      yield 'first'
      throw makeError()
    },
  })

describe.each(thrown)('an HttpError with %s', (_, makeError) => {
  it('is a 500, and tells onError', async () => {
    const { ask, errors } = make([throwing(makeError)])
    const response = await ask('/x')
    expect(response.status).toBe(500)
    expect(await response.json()).toEqual({ code: 500, message: 'Internal Server Error' })
    expect(errors).toHaveLength(1)
  })

  it('ends an open stream like any other error', async () => {
    const { ask, server } = make([throwingLate(makeError)], { exposeErrors: false })
    const unhandled = await unhandledDuring(async () => {
      const text = await new Reading(await ask('/x', { headers: plain })).ended()
      expect(text).toBe('data: first\n\nevent: error\ndata: {"error":"Internal Server Error"}\n\n')
    })
    expect(unhandled).toEqual([])
    expect(server.openStreams).toBe(0)
  })

  it('may be what onError makes of another', async () => {
    const { ask } = make([throwing(() => new Error('secret'))], { onError: () => makeError() as Error })
    const response = await ask('/x')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('secret')
  })
})

it.each(['-5', '1e300', '9'.repeat(400), 'Wed, 21 Oct 2026 07:28:00 GMT', 'soon'])(
  'retry-after: %s of an error does not break the stream that stands for it',
  async (after) => {
    const handler = async function* (): AsyncGenerator {
      yield* []
      throw err.unavailable('later', { headers: { 'retry-after': after } })
    }
    const { ask } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    const response = await ask('/x', { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } })
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/^retry: \d+\nevent: error\ndata: \{"error":"later"\}\n\n$/)
  },
)
