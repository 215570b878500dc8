import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { defineRoute, json, type Context } from '../../src/server/index.ts'
import { make, plain, post, Reading, turns, untyped } from '../support/server/asking.ts'

/** Is async itself, and returns an iterable. */
const late = async (): Promise<unknown> => {
  await Promise.resolve()
  return letters()
}

async function* fromWeb(): AsyncGenerator {
  yield* new ReadableStream({
    start(controller) {
      for (const letter of ['a', 'b']) controller.enqueue(letter)
      controller.close()
    },
  })
}

async function* delegating(): AsyncGenerator {
  yield* letters()
  yield* ['c']
}

async function* returning(): AsyncGenerator<string, string> {
  yield 'a'
  return 'not sent'
}

async function* echoing({ body }: { body: unknown }): AsyncGenerator {
  yield { got: body }
}

function throwing(): never {
  throw new Error('at once')
}

const rejecting = (): Promise<never> => Promise.reject(new Error('later'))

const stream = (handler: unknown, method = 'GET'): ReturnType<typeof untyped> =>
  untyped({ method, path: '/x', sse: true, handler })

async function* letters(): AsyncGenerator<string> {
  yield 'a'
  yield 'b'
}

const wire = 'data: a\n\ndata: b\n\n'

describe('a streaming handler', () => {
  it('is an async generator', async () => {
    expect(await new Reading(await make([stream(letters)]).ask('/x')).ended()).toBe(wire)
  })

  it('returns an async iterable', async () => {
    expect(await new Reading(await make([stream(() => letters())]).ask('/x')).ended()).toBe(wire)
  })

  it('is async and returns an async iterable', async () => {
    expect(await new Reading(await make([stream(late)]).ask('/x')).ended()).toBe(wire)
  })

  it('delegates to a ReadableStream, which is an async iterable too', async () => {
    expect(await new Reading(await make([stream(fromWeb)]).ask('/x')).ended()).toBe(wire)
  })

  it('delegates to other generators', async () => {
    expect(await new Reading(await make([stream(delegating)]).ask('/x')).ended()).toBe(`${wire}data: c\n\n`)
  })

  it('does not send what it returns', async () => {
    expect(await new Reading(await make([stream(returning)]).ask('/x')).ended()).toBe('data: a\n\n')
  })

  it.each([false, 30])(
    'that is a generator and returns what it meant to delegate to is a mistake, told with its route (openAfterMs: %o)',
    async (openAfterMs) => {
      let isCancelled = false
      const source = new ReadableStream({ cancel: () => void (isCancelled = true) })
      const route = untyped({
        method: 'GET',
        path: '/x',
        sse: { openAfterMs },
        // The star is too much.
        // oxlint-disable-next-line require-yield -- the mistake that is looked for
        handler: async function* () {
          return source
        },
      })
      const { ask, errors } = make([route])
      expect((await ask('/x')).status).toBe(500)
      expect(errors).toHaveLength(1)
      expect(errors[0]).toMatchObject({
        code: 'ERR_ROUTE',
        message: expect.stringMatching(/^GET \/x: .*async iterable.*`yield\*`/),
      })
      await turns()
      expect(isCancelled).toBe(true)
    },
  )

  it('that returns another generator behind its events fails after them', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 'a'
        return letters()
      },
    })
    const { ask, errors } = make([route])
    const text = await new Reading(await ask('/x')).ended()
    expect(text).toContain('data: a\n\nevent: error\n')
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })

  it('may send nothing at all', async () => {
    const response = await make([stream(async function* () {})]).ask('/x', { headers: plain })
    expect(response.status).toBe(200)
    expect(await new Reading(response).ended()).toBe('')
  })

  it('streams on any method, with the body checked', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      const { ask } = make([stream(echoing, method)])
      const response = await ask('/x', { ...post({ q: 1 }), method })
      expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(await new Reading(response).ended()).toBe('data: {"got":{"q":1}}\n\n')
    }
  })

  it('has params, query, cookies and headers like any other', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/tasks/:id',
      sse: true,
      handler: async function* ({ params, query, cookies, headers, method, path }) {
        yield [params.id, query['q'], cookies['c'], headers['x-h'], method, path]
      },
    })
    const response = await make([route]).ask('/tasks/%37?q=1', { headers: { cookie: 'c=2', 'x-h': '3' } })
    expect(await new Reading(response).ended()).toBe('data: ["7","1","2","3","GET","/tasks/%37"]\n\n')
  })
})

describe('an iterator that is no generator', () => {
  it('needs no return()', async () => {
    let count = 0
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: async () => (count < 2 ? { done: false, value: (count += 1) } : { done: true, value: 0 }),
      }),
    }
    const { ask, server } = make([stream(() => source)])
    expect(await new Reading(await ask('/x')).ended()).toBe('data: 1\n\ndata: 2\n\n')
    const forever = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
    const other = make([untyped({ method: 'GET', path: '/x', sse: { openAfterMs: 0 }, handler: () => forever })])
    await new Reading(await other.ask('/x')).leave()
    expect(server.openStreams + other.server.openStreams).toBe(0)
  })

  it.each([
    [
      'whose next() throws at once',
      {
        next: () => {
          throw new Error('broken')
        },
      },
    ],
    ['whose next() rejects', { next: () => Promise.reject(new Error('broken')) }],
    ['whose next() gives no object', { next: async () => undefined }],
  ])('%s is a failed handler', async (_name, iterator) => {
    const { ask, errors, server } = make([stream(() => ({ [Symbol.asyncIterator]: () => iterator }))])
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
    expect(server.openStreams).toBe(0)
  })

  it('whose return() throws does no harm', async () => {
    const iterator = {
      next: () => new Promise(() => {}),
      return: () => {
        throw new Error('broken')
      },
    }
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: { openAfterMs: 0 },
      handler: () => ({ [Symbol.asyncIterator]: () => iterator }),
    })
    const { ask, server } = make([route])
    await new Reading(await ask('/x')).leave()
    expect(server.openStreams).toBe(0)
    await server.close()
  })

  it('whose [Symbol.asyncIterator]() throws is a failed handler', async () => {
    const source = {
      [Symbol.asyncIterator]: () => {
        throw new Error('broken')
      },
    }
    for (const handler of [() => source, async () => Promise.resolve(source)]) {
      const { ask, server } = make([stream(handler)])
      const response = await ask('/x')
      expect(response.status).toBe(500)
      expect(await response.json()).toMatchObject({ code: 500 })
      expect(server.openStreams).toBe(0)
    }
  })
})

describe('a streaming handler that answers once', () => {
  it.each([
    ['nothing', () => undefined, 204, ''],
    ['an object', () => ({ a: 1 }), 200, '{"a":1}'],
    ['a string', () => 'text', 200, 'text'],
    ['an array, which is iterable but not async', () => [1, 2], 200, '[1,2]'],
    ['a promise of an array', async () => Promise.resolve([1]), 200, '[1]'],
    ['a response', async () => Promise.resolve(json({ a: 1 }, { status: 201 })), 201, '{"a":1}'],
  ])('is answered as on a route without `sse`: %s', async (_name, handler, status, text) => {
    const { ask, errors, server } = make([stream(handler)], { maxStreams: 1 })
    for (let request = 0; request < 2; request += 1) {
      const response = await ask('/x')
      expect(response.status).toBe(status)
      expect(await response.text()).toBe(text)
    }
    expect(errors).toEqual([])
    expect(server.openStreams).toBe(0)
  })

  it.each([10, 300])('has no head before its promise settles, after %i ms', async (delayMs) => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const handler = async ({ sleep, query }: Context): Promise<unknown> => {
      await sleep(delayMs)
      return query['stream'] === 'true' ? twoEvents() : { whole: true }
    }
    const { ask } = make([stream(handler)])
    const [streamed, once] = [ask('/x?stream=true'), ask('/x?stream=false')]
    await vi.advanceTimersByTimeAsync(delayMs)
    expect(await (await streamed).text()).toBe('data: 1\n\ndata: 2\n\n')
    expect(await (await once).json()).toEqual({ whole: true })
  })

  it('may be a generator that returns a Response before its first event', async () => {
    const { ask, errors } = make([stream(answering)])
    const response = await ask('/x')
    expect(response.status).toBe(402)
    expect(await response.json()).toEqual({ pay: true })
    expect(errors).toEqual([])
  })

  it.each([true, false])(
    'is an error of the route once the stream is open (after an event: %s)',
    async (hasYielded) => {
      vi.useFakeTimers()
      onTestFinished(() => void vi.useRealTimers())
      async function* handler({ sleep }: Context): AsyncGenerator<number, Response> {
        if (hasYielded) yield 1
        await sleep(300)
        return json({})
      }
      const { ask, errors } = make([stream(handler)])
      const answer = ask('/x')
      await vi.advanceTimersByTimeAsync(300)
      const text = await (await answer).text()
      expect(text).toContain('event: error\ndata: {"error":"GET /x: the handler returned a Response')
      expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
    },
  )

  it('is the status of what it throws at once', async () => {
    expect((await make([stream(throwing)]).ask('/x')).status).toBe(500)
  })

  it('is the status of what it rejects with', async () => {
    expect(await (await make([stream(rejecting)]).ask('/x')).json()).toMatchObject({ code: 500 })
  })
})

async function* twoEvents(): AsyncGenerator<number> {
  yield 1
  yield 2
}

// eslint-disable-next-line require-yield -- it answers once
async function* answering(): AsyncGenerator<number, Response> {
  return Promise.resolve(json({ pay: true }, { status: 402 }))
}
