// Nothing that the caller gives holds a client up: not a fetch that ignores its signal, nor a function that never settles.
import { getEventListeners } from 'node:events'
import { describe, expect, test, vi } from 'vitest'
import { EventSource, fetchEventSource, stream, type StreamOptions } from '../../../src/client/index.ts'
import { HeldBody } from '../../support/client/held-body.ts'
import { faces } from '../../support/client/faces.ts'
import { all, failure } from '../../support/client/stream-outcome.ts'
import { turns } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'

const url = 'https://example.com/'
const sseType = 'text/event-stream'
const never = (): Promise<never> => new Promise(() => {})
const answer = (text = ''): Response => new Response(text, { headers: { 'content-type': sseType } })

const answerOnce = async (): Promise<Response> => answer('data: 1\n\n')
const lost = async (): Promise<never> => Promise.reject(new TypeError('lost'))
const broken = async (): Promise<never> => Promise.reject(new Error('broken'))

function throwBroken(): never {
  throw new Error('broken')
}

describe.each(Object.entries(faces))('%s', (name, read) => {
  test('is over when it is closed, and lets go of an answer that comes later', async () => {
    const late = createGate<Response>()
    const letGo = createGate<unknown>()
    const { over, close } = read(url, { fetch: () => late.opened })
    await turns(5)
    close()
    if (name !== 'EventSource') expect(await over).toBeUndefined()
    late.open(new Response(new ReadableStream({ cancel: letGo.open }), { headers: { 'content-type': sseType } }))
    await letGo.opened
  })
})

const hanging: Readonly<Record<string, StreamOptions>> = {
  headers: { headers: never },
  request: { request: never },
  fetch: { fetch: never },
  schema: { fetch: async () => answer('data: 1\n\n'), schema: { '~standard': { validate: never } } },
  until: { fetch: async () => answer('data: 1\n\n'), until: never },
  'an error body': {
    fetch: async () => new Response(new ReadableStream({ pull: never }), { status: 400 }),
  },
}

describe.each(Object.entries(hanging))('stream(), while %s hangs,', (name, options) => {
  test('ends when it is closed', async () => {
    const events = stream(url, options)
    const reading = all(events)
    await turns(5)
    events.close()
    expect(await reading).toEqual([])
  })

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController()
    const reading = failure(stream(url, { ...options, signal: controller.signal }))
    await turns(5)
    controller.abort('enough')
    expect(await reading).toBe('enough')
  })

  test('is interrupted by its timeouts', async () => {
    for (const timeout of [{ idleTimeoutMs: 5 }, { eventTimeoutMs: 5 }]) {
      const reading = failure(stream(url, { ...options, ...timeout, retry: false }))
      // An event is lost if it is not handed on: that is no lost connection.
      expect(await reading, name).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    }
  })
})

test('EventSource asks for nothing once it is closed while headers hang', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>()
  const source = new EventSource(url, { fetch, headers: never })
  source.close()
  await turns(5)
  expect([source.readyState, fetch.mock.calls.length]).toEqual([EventSource.CLOSED, 0])
})

describe.each(['onopen', 'onclose', 'onmessage', 'onerror'] as const)(
  'fetchEventSource, while %s hangs,',
  (callback) => {
    test('ends when its signal aborts', async () => {
      const controller = new AbortController()
      const called = createGate()
      const hang = (): Promise<never> => (called.open(), never())
      const fetch = callback === 'onerror' ? lost : answerOnce
      const end = fetchEventSource(url, { fetch, signal: controller.signal, [callback]: hang })
      await called.opened
      await turns(5)
      controller.abort()
      await end
    })
  },
)

describe('no listener stays on the signal of', () => {
  const { signal } = new AbortController()
  const count = (): number => getEventListeners(signal, 'abort').length

  test('a stream that is never read, or is closed before', async () => {
    stream(url, { signal })
    const events = stream(url, { signal })
    events.close()
    expect(await all(events)).toEqual([])
    expect(count()).toBe(0)
  })

  test('a stream that is over', async () => {
    await all(stream(url, { signal, fetch: answerOnce }))
    await failure(stream(url, { signal, fetch: async () => new Response('', { status: 404 }) }))
    for await (const _ of stream(url, { signal, fetch: answerOnce })) break
    expect(count()).toBe(0)
  })

  test('a fetchEventSource that is over or refused', async () => {
    await fetchEventSource(url, { signal, fetch: async () => answer() })
    await fetchEventSource(url, { signal, fetch: async () => new Response('', { status: 404 }) }).catch(() => {})
    const misspelt = { signal, onMessage: () => {} }
    await fetchEventSource(url, misspelt).catch(() => {})
    expect(count()).toBe(0)
  })
})

describe('a callback that rejects', () => {
  test.each(['onOpen', 'onState'] as const)('ends a stream(): %s', async (name) => {
    const body = new HeldBody(sseType)
    const reading = failure(stream(url, { fetch: async () => body.response, [name]: broken }))
    expect(await reading).toMatchObject({ message: 'broken' })
  })

  test('ends a stream(): onRetry, in the pause', async () => {
    const reading = failure(stream(url, { fetch: lost, onRetry: broken, retry: { minMs: 1e9, maxMs: 1e9 } }))
    expect(await reading).toMatchObject({ message: 'broken' })
  })

  test('ends a stream() as one that throws does', async () => {
    const options = { fetch: answerOnce, onOpen: throwBroken }
    expect(await failure(stream(url, options))).toMatchObject({
      message: 'broken',
    })
  })

  test.each(['onopen', 'onmessage', 'onclose'] as const)('goes to onerror of fetchEventSource: %s', async (name) => {
    const onerror = vi.fn((error: unknown) => {
      throw error
    })
    await expect(fetchEventSource(url, { fetch: answerOnce, onerror, [name]: broken })).rejects.toThrow('broken')
    expect(onerror).toHaveBeenCalledTimes(1)
  })

  test('ends fetchEventSource: onerror', async () => {
    await expect(fetchEventSource(url, { fetch: lost, onerror: broken })).rejects.toThrow('broken')
  })

  test('goes to onerror while the stream goes on', async () => {
    const body = new HeldBody(sseType)
    const rejection = createGate()
    const reading = fetchEventSource(url, {
      fetch: async () => body.response,
      onmessage: async () => {
        await rejection.opened
        throw new Error('broken later')
      },
      onerror: (error) => {
        throw error
      },
    })
    await body.write('data: 1\n\n')
    rejection.open()
    await expect(reading).rejects.toThrow('broken later')
  })
})
