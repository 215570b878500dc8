// What passes and what does not: a request that fetch refuses is an error at once; a lost connection is tried again.
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { EventSource, fetchEventSource, stream } from '../../../src/client/index.ts'
import { faces, type Face } from '../../support/client/faces.ts'

/** What a reading is over with, and how often the real `fetch` was asked. */
async function outcome(read: Face, url: string): Promise<{ error: unknown; asked: number }> {
  const fetch = vi.fn(globalThis.fetch)
  const { over, close } = read(url, { fetch })
  onTestFinished(close)
  return { error: await over, asked: fetch.mock.calls.length }
}

describe.each(Object.entries(faces))('%s', (_, read) => {
  test.each(['ftp://127.0.0.1/', 'ws://127.0.0.1/', 'foo:bar', 'about:blank'])('does not repeat %s', async (url) => {
    const { error, asked } = await outcome(read, url)
    expect(error).toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining('scheme') })
    expect(asked).toBe(1)
  })

  test('does not repeat a request to a port that is blocked', async () => {
    const { error, asked } = await outcome(read, 'http://127.0.0.1:1/')
    expect(error).toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining('bad port') })
    expect(asked).toBe(1)
  })

  test('comes back where a connection is lost', async () => {
    const fetch = vi.fn(async () => Promise.reject(new TypeError('fetch failed')))
    const { close } = read('https://example.com/', { fetch })
    onTestFinished(close)
    await expect.poll(() => fetch.mock.calls.length).toBeGreaterThan(1)
  })
})

// An EventSource sends them as `Authorization`.
test.each(['stream()', 'fetchEventSource'] as const)(
  '%s does not print a password that is in the url',
  async (name) => {
    const { error, asked } = await outcome(faces[name], 'http://user:secret@127.0.0.1/?key=secret')
    expect(error).toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining('credentials') })
    expect(String(error)).not.toContain('secret')
    expect(asked).toBe(1)
  },
)

const get: RequestInit = { method: 'GET', body: 'x' }

test.each([
  ['a body on a GET', get],
  ['a method that is forbidden', { method: 'TRACE' }],
  ['a header name that is none', { headers: { 'a b': 'c' } }],
  ['a header value that is none', { headers: { a: 'b\nc' } }],
])('%s is refused by stream() and fetchEventSource', async (_, init: RequestInit) => {
  const onRetry = vi.fn()
  const { method, body, headers } = { ...init } as { method?: string; body?: string; headers?: Record<string, string> }
  const reading = stream('http://127.0.0.1:9999/', { method, body, headers, onRetry })[Symbol.asyncIterator]().next()
  await expect(reading).rejects.toMatchObject({ code: 'ERR_OPTION' })
  const onerror = vi.fn()
  await expect(fetchEventSource('http://127.0.0.1:9999/', { ...init, onerror })).rejects.toMatchObject({
    code: 'ERR_OPTION',
  })
  expect([onRetry.mock.calls.length, onerror.mock.calls.length]).toEqual([0, 1])
})

test('headers that a function makes wrong close an EventSource', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>()
  const source = new EventSource('https://example.com/', { fetch, headers: () => ({ 'a b': 'c' }) })
  await new Promise((resolve) => source.addEventListener('error', resolve))
  expect([source.readyState, fetch.mock.calls.length]).toEqual([EventSource.CLOSED, 0])
})

test.each([
  ['stream', { onRety: () => {} }, 'onRetry'],
  ['stream', { maxEventByte: 1 }, 'maxEventBytes'],
  ['stream', { lastEventID: '1' }, 'lastEventId'],
  ['stream', { timeout: undefined }, 'TimeoutMs'],
  ['stream', { retry: { attempt: 1 } }, 'attempts'],
  ['EventSource', { withCredential: true }, 'withCredentials'],
  ['EventSource', { retry: { minMS: 1 } }, 'minMs'],
  ['fetchEventSource', { onMessage: () => {} }, 'onmessage'],
  ['fetchEventSource', { openWhenHiden: true }, 'openWhenHidden'],
  ['fetchEventSource', { header: {} }, 'headers'],
])('%s refuses the option %o for %s', async (client, options: object, meant) => {
  const call = async (): Promise<unknown> => {
    if (client === 'stream') return stream('https://example.com/', options)
    if (client === 'EventSource') return new EventSource('https://example.com/', options)
    return fetchEventSource('https://example.com/', options)
  }
  await expect(call()).rejects.toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining(meant) })
})

test('fetchEventSource passes on to fetch what only that one may know', async () => {
  const fetch = vi.fn<typeof globalThis.fetch>(async () => new Response(null, { status: 204 }))
  const init = { fetch, dispatcher: 1, next: { revalidate: 1 }, cf: {}, agent: 2, timeout: 3 }
  await fetchEventSource('https://example.com/', init)
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({
    dispatcher: 1,
    next: { revalidate: 1 },
    cf: {},
    agent: 2,
    timeout: 3,
  })
})
