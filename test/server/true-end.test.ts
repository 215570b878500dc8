// The end of each answer: told once, when it has truly come, with what it was, on every runtime.
import { describe, expect, it, vi } from 'vitest'
import { json, Server, type Context, type Finish, type Middleware } from '../../src/server/index.ts'
import { make, Reading, turns, unhandledDuring, until, untyped } from '../support/server/asking.ts'
import { run } from '../support/server/running.ts'

const get = (handler: (ctx: Context) => unknown, more: object = {}): ReturnType<typeof untyped> =>
  untyped({ method: 'GET', path: '/x', handler, ...more })

const locked = (): Response => {
  const response = new Response('x')
  response.body?.getReader()
  return response
}

const wrapping: Middleware = async (_, next) => {
  const response = await next()
  return new Response(response.body?.pipeThrough(new TransformStream()), response)
}

const endless = async function* (): AsyncGenerator {
  for (;;) yield 'x'.repeat(1000)
}

const racing: Middleware = async (_, next) => {
  const late = next()
  await turns()
  void late
  return json({ late: true }, { status: 504 })
}

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const trap = (): Error =>
  Object.defineProperty(new Error('x'), 'message', {
    get: () => {
      throw new Error('from the getter')
    },
  })

const symbolic = (): Error => Object.assign(new Error('x'), { message: Symbol('m') })

const leaky: Middleware = async (_, next) => {
  const response = await next()
  expect(response.status).toBe(503)
  throw new Error('SELECT pw')
}

const silent = (): AsyncIterable<unknown> => ({
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
})

/** Asks on each of the two ways in: `server.fetch`, and the sockets of Node. */
const ways = {
  fetch: async (routes: Parameters<typeof make>[0], options: ConstructorParameters<typeof Server>[1]) => {
    const { server, errors } = make(routes, options)
    return { errors, ask: (init?: RequestInit) => server.fetch(new Request('http://test/x', init)) }
  },
  node: async (routes: Parameters<typeof make>[0], options: ConstructorParameters<typeof Server>[1]) => {
    const errors: unknown[] = []
    const { url } = await run(routes, { onError: (error) => void errors.push(error), ...options })
    return { errors, ask: (init?: RequestInit) => fetch(`${url}/x`, init) }
  },
}

describe.each(['fetch', 'node'] as const)('a Response of the handler, over %s', (way) => {
  const failing = new Error('upstream broke')

  it('whose body fails is failed, and onError is told', async () => {
    const finishes: Finish[] = []
    let pulls = 0
    const handler = (): Response =>
      new Response(
        new ReadableStream({
          pull: (controller) => {
            pulls += 1
            if (pulls === 1) controller.enqueue(new TextEncoder().encode('first'))
            else controller.error(failing)
          },
        }),
      )
    const { ask, errors } = await ways[way]([get(handler)], { onFinish: (finish) => void finishes.push(finish) })
    await expect(ask().then((response) => response.text())).rejects.toThrow()
    await until(() => finishes.length === 1)
    expect(finishes[0]).toMatchObject({ outcome: 'failed', error: failing, status: 200 })
    expect(errors).toEqual([failing])
  })

  it('is finished when its body is, not when its head went out, and its signal has not aborted', async () => {
    const finishes: Finish[] = []
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    let signal: AbortSignal | undefined
    const handler = (ctx: Context): Response => {
      signal = ctx.signal
      return new Response(readable)
    }
    const { ask } = await ways[way]([get(handler)], { onFinish: (finish) => void finishes.push(finish) })
    const writer = writable.getWriter()
    const answer = ask()
    const written = writer.write(new TextEncoder().encode('first'))
    const reading = new Reading(await answer)
    await reading.until('first')
    expect(finishes).toEqual([])
    await written
    await writer.close()
    await reading.ended()
    await until(() => finishes.length === 1)
    expect(finishes[0]).toMatchObject({ outcome: 'complete' })
    expect(signal?.aborted).toBe(false)
  })

  it('is cancelled, and its signal aborts, when the reader leaves', async () => {
    const finishes: Finish[] = []
    let cancelled = false
    let signal: AbortSignal | undefined
    const handler = (ctx: Context): Response => {
      signal = ctx.signal
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
          cancel: () => void (cancelled = true),
        }),
      )
    }
    const { ask } = await ways[way]([get(handler)], { onFinish: (finish) => void finishes.push(finish) })
    const reading = new Reading(await ask())
    await reading.until('first')
    await reading.leave()
    await until(() => cancelled)
    await until(() => finishes.length === 1)
    expect(finishes[0]).toMatchObject({ outcome: 'left' })
    expect(signal?.aborted).toBe(true)
  })

  it('that somebody else reads is refused before the head', async () => {
    const { ask, errors } = await ways[way]([get(locked)], {})
    expect((await ask()).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })

  it('is the end of a stream that middleware has wrapped: left when that is', async () => {
    const finishes: Finish[] = []
    const { ask } = await ways[way]([get(endless, { sse: true, middleware: [wrapping] })], {
      onFinish: (finish) => void finishes.push(finish),
    })
    const reading = new Reading(await ask())
    await reading.until('data: x')
    await reading.leave()
    await until(() => finishes.length === 1)
    expect(finishes[0]).toMatchObject({ outcome: 'left' })
  })
})

describe('the body of a Response whose request is aborted', () => {
  it.each(['after the answer', 'before it'])('is cancelled, although nobody reads it: %s', async (order) => {
    const finishes: Finish[] = []
    const reader = new AbortController()
    let cancelled = 0
    const handler = async (): Promise<Response> => {
      if (order === 'before it') reader.abort()
      await turns()
      return new Response(new ReadableStream({ cancel: () => void (cancelled += 1) }))
    }
    const { ask } = make([get(handler)], { onFinish: (finish) => void finishes.push(finish) })
    await ask('/x', { signal: reader.signal })
    reader.abort()
    await until(() => cancelled === 1)
    expect(finishes).toMatchObject([{ outcome: 'left' }])
  })
})

describe('middleware that answers before the handler', () => {
  it.each([100, false])(
    'ends a stream that has no head yet, and frees its place (openAfterMs %s)',
    async (openAfterMs) => {
      let ctx: Context | undefined
      const waiting = (own: Context): AsyncIterable<unknown> => {
        ctx = own
        return { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }
      }
      const { server, ask } = make([get(waiting, { sse: { openAfterMs }, middleware: [racing] })], { maxStreams: 1 })
      for (let request = 0; request < 3; request += 1) expect((await ask('/x')).status).toBe(504)
      expect(server.openStreams).toBe(0)
      expect(ctx?.signal.aborted).toBe(true)
    },
  )

  it('aborts the signal of a handler that is still at work', async () => {
    let ctx: Context | undefined
    const handler = async (own: Context): Promise<void> => {
      ctx = own
      await own.sleep(1e9)
    }
    const finishes: Finish[] = []
    const { ask } = make([get(handler, { middleware: [racing] })], { onFinish: (finish) => void finishes.push(finish) })
    expect((await ask('/x')).status).toBe(504)
    expect(ctx?.signal.aborted).toBe(true)
    await turns()
    expect(finishes).toMatchObject([{ status: 504, outcome: 'answered', error: undefined }])
  })

  it('keeps a handler that it calls later from starting', async () => {
    let calls = 0
    let late: Promise<unknown> = Promise.resolve()
    const forgetting: Middleware = (_, next) => {
      const callLater = async (): Promise<void> => {
        await turns()
        await next()
      }
      late = callLater()
      return json({ first: true })
    }
    const handler = (): void => void (calls += 1)
    const unhandled = await unhandledDuring(async () => {
      await make([get(handler, { middleware: [forgetting] })]).ask('/x')
      await late
    })
    expect(calls).toBe(0)
    expect(unhandled).toEqual([])
  })
})

describe('a source that a handler returns, and that is silent', () => {
  it.each(['a ReadableStream', 'a Readable'])('is ended when its reader leaves: %s', async (kind) => {
    const { Readable } = await import('node:stream')
    let ended = 0
    const handler = (): unknown =>
      kind === 'a Readable'
        ? new Readable({ read: () => {}, destroy: () => void (ended += 1) })
        : new ReadableStream({ cancel: () => void (ended += 1) })
    const { ask, server } = make([get(handler, { sse: { openAfterMs: 0 } })])
    const reading = new Reading(await ask('/x'))
    await reading.until(':')
    await reading.leave()
    await until(() => ended === 1)
    expect(server.openStreams).toBe(0)
  })
})

describe('the async context of a stream', () => {
  it('is that of its own request when its iterator is returned to, whoever ends it', async () => {
    const { AsyncLocalStorage } = await import('node:async_hooks')
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const iterator = {
      next: () => new Promise(() => {}),
      return: async () => Promise.resolve(seen.push(storage.getStore())),
    }
    const handler = (): unknown => ({ [Symbol.asyncIterator]: () => iterator })
    const { ask, server } = make([get(handler, { sse: { openAfterMs: 0 } })])
    const reading = await storage.run('own', async () => new Reading(await ask('/x')))
    await reading.until(':')
    storage.run('other', () => void server.disconnect(() => true))
    await until(() => seen.length === 1)
    expect(seen).toEqual(['own'])
  })
})

describe('whatever is thrown', () => {
  it.each([
    ['a revoked Proxy', revoked],
    ['an error whose message throws', trap],
    ['an error whose message is a symbol', symbolic],
    ['undefined', () => undefined],
  ])('is answered, before the first event and after it: %s', async (_, make_) => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const handler = async function* (ctx: Context): AsyncGenerator {
      if (ctx.query['after'] !== undefined) yield 1
      throw make_()
    }
    const broken = {
      onError: () => {
        throw make_()
      },
      onFinish: () => {
        throw make_()
      },
    }
    for (const options of [{}, { exposeErrors: true }, { exposeErrors: false }, broken]) {
      const unhandled = await unhandledDuring(async () => {
        const { ask } = make(
          [
            get(handler, { sse: true }),
            untyped({
              method: 'GET',
              path: '/once',
              handler: () => {
                throw make_()
              },
            }),
          ],
          options,
        )
        expect((await ask('/x')).status).toBe(500)
        expect((await ask('/once')).status).toBe(500)
        expect(await (await ask('/x?after')).text()).toMatch(/^data: 1\n\nevent: error\ndata: \{"error":".+"\}\n\n/)
      })
      expect(unhandled).toEqual([])
    }
    print.mockRestore()
  })

  it('is masked by exposeErrors: false after the server has ended the stream too, and onError is told', async () => {
    const { ask, server, errors } = make([get(silent, { sse: { openAfterMs: false }, middleware: [leaky] })], {
      exposeErrors: false,
    })
    const answer = ask('/x')
    await turns()
    server.disconnect(() => true)
    expect(await (await answer).json()).toEqual({ code: 500, message: 'Internal Server Error' })
    expect(errors).toMatchObject([{ message: 'SELECT pw' }])
  })
})

const silentAfterFirst = (): Response =>
  new Response(new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode('first')) }))

const trapped = (): Response =>
  new Response(
    new ReadableStream({
      pull: () => {
        throw trap()
      },
    }),
  )

describe('the body of a Response, read by the host', () => {
  it('that its reader leaves while the next chunk is awaited has not failed', async () => {
    const finishes: Finish[] = []
    const { ask, errors } = make([get(silentAfterFirst)], { onFinish: (finish) => void finishes.push(finish) })
    const reader = (await ask('/x')).body?.getReader()
    await reader?.read()
    const next = reader?.read()
    await turns()
    await reader?.cancel()
    await next
    await until(() => finishes.length === 1)
    await turns()
    expect(finishes).toMatchObject([{ outcome: 'left' }])
    expect(errors).toEqual([])
  })

  it('fails with an error that can be read, whatever failed it', async () => {
    const { ask, errors } = make([get(trapped)])
    await expect((await ask('/x')).text()).rejects.toMatchObject({ code: 'ERR_ROUTE' })
    expect(errors).toHaveLength(1)
  })
})
