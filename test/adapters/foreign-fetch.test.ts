import { expect, onTestFinished, test, vi } from 'vitest'
import { serve } from '../../src/adapters/node/index.ts'
import { defineRoute } from '../../src/server/index.ts'
import { FetchReader } from '../support/server/fetch-reader.ts'
import { createGate } from '../support/time/gate.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

type Fetch = (request: Request) => Response | Promise<Response>

/** Serves a function that is no server's `fetch`. What it fails with is printed, and kept out of the test's output. */
async function serveForeign(fetch: Fetch) {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
  onTestFinished(async () => {
    printed.mockRestore()
    await handle.close({ drainMs: 200 })
  })
  return { url: handle.url, port: Number(new URL(handle.url).port), printed }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

test('a plain answer is served, with its status and headers', async () => {
  const { url } = await serveForeign(async (request) => {
    const headers = new Headers({ 'x-method': request.method, 'x-a': request.headers.get('x-a') ?? '' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response(`${new URL(request.url).pathname}: ${await request.text()}`, { status: 201, headers })
  })
  const response = await fetch(`${url}/path?q=1`, { method: 'POST', body: 'sent', headers: { 'x-a': '1' } })
  expect(response.status).toBe(201)
  expect(response.headers.get('x-method')).toBe('POST')
  expect(response.headers.get('x-a')).toBe('1')
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await response.text()).toBe('/path: sent')
})

test('an answer without a body is served', async () => {
  const { url } = await serveForeign(() => new Response(null, { status: 204 }))
  expect((await fetch(url)).status).toBe(204)
})

test('an error that cannot be printed is a 500', async () => {
  const { url, printed } = await serveForeign(() => Promise.reject(new Error('unprintable')))
  printed.mockImplementationOnce(() => {
    throw new Error('the inspection of the error has failed')
  })
  expect((await fetch(url)).status).toBe(500)
  expect((await fetch(url)).status).toBe(500)
})

test('a streaming answer is sent as it comes', async () => {
  const confirmed = createGate()
  const { url } = await serveForeign(() => {
    const body = new ReadableStream({
      start: async (controller) => {
        controller.enqueue(encode('one'))
        await confirmed.opened
        controller.enqueue(encode('two'))
        controller.close()
      },
    })
    return new Response(body)
  })
  const reader = await FetchReader.open(url)
  await reader.until('one')
  confirmed.open()
  expect(await reader.ended()).toBe('onetwo')
})

test('a reader that leaves cancels the answer and aborts the request', async () => {
  const cancelled = createGate()
  const aborted = createGate()
  const { url } = await serveForeign((request) => {
    request.signal.addEventListener('abort', () => aborted.open())
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(encode('one')),
      cancel: () => cancelled.open(),
    })
    return new Response(body)
  })
  const reader = await FetchReader.open(url)
  await reader.until('one')
  reader.leave()
  await Promise.all([cancelled.opened, aborted.opened])
})

test('an answer that nobody reads is not pulled', async () => {
  let pulls = 0
  const { port, url } = await serveForeign((request) => {
    if (request.url.endsWith('/pulls')) return new Response(String(pulls))
    const pull = (controller: ReadableStreamDefaultController): void => {
      pulls += 1
      controller.enqueue(new Uint8Array(10_000))
    }
    return new Response(new ReadableStream({ pull }))
  })
  const client = (await RawClient.open(port)).request('GET / HTTP/1.1')
  await client.until('\r\n\r\n')
  client.socket.pause()
  for (let same = 0, last = 0; same < 20; last = pulls) {
    await (await fetch(`${url}/pulls`)).text()
    same = last === pulls ? same + 1 : 0
  }
  client.leave()
})

const failures: Record<string, Fetch> = {
  throws: () => {
    throw new Error('thrown')
  },
  rejects: async () => {
    throw new Error('rejected')
  },
  'rejects with nothing': () => Promise.reject(undefined),
  'answers with what is no Response': () => 'no response' as unknown as Response,
  'answers with nothing': (() => undefined) as unknown as Fetch,
  'answers with a body that has been read': async () => {
    const response = new Response('read')
    await response.text()
    return response
  },
}

test.each(Object.entries(failures))('a function that %s is answered 500, and others are served', async (_, failing) => {
  const { url, printed } = await serveForeign((request) =>
    request.url.endsWith('/fine') ? new Response('fine') : failing(request),
  )
  const response = await fetch(`${url}/failing`)
  expect(response.status).toBe(500)
  expect(await (await fetch(`${url}/fine`)).text()).toBe('fine')
  expect(printed).toHaveBeenCalledOnce()
})

test('a body that fails is broken off, not ended, and others are served', async () => {
  const received = createGate()
  const { url } = await serveForeign((request) => {
    if (request.url.endsWith('/fine')) return new Response('fine')
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(encode('one')),
      pull: async (controller) => {
        await received.opened
        controller.error(new Error('broke'))
      },
    })
    return new Response(body)
  })
  const reader = await FetchReader.open(url)
  await reader.until('one')
  received.open()
  await expect(reader.ended()).rejects.toThrow()
  expect(await (await fetch(`${url}/fine`)).text()).toBe('fine')
})

test.each([
  ['text', 'text'],
  ['a number', 42],
])('a body that yields %s instead of bytes is broken off, and others are served', async (_, chunk) => {
  const { url } = await serveForeign((request) => {
    if (request.url.endsWith('/fine')) return new Response('fine')
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(chunk)
        controller.close()
      },
    })
    return new Response(body)
  })
  await fetch(`${url}/wrong`)
    .then((response) => response.text())
    .catch(() => 'broken off')
  expect(await (await fetch(`${url}/fine`)).text()).toBe('fine')
})

test('a handler of ours that answers with a Response that has been read is answered 500, and others are served', async () => {
  const spent = defineRoute({
    method: 'GET',
    path: '/spent',
    handler: async () => {
      const response = new Response('read')
      await response.text()
      return response
    },
  })
  const fine = defineRoute({ method: 'GET', path: '/fine', handler: () => 'fine' })
  const { url } = await run([spent, fine])
  expect((await fetch(`${url}/spent`)).status).toBe(500)
  expect(await (await fetch(`${url}/fine`)).text()).toBe('fine')
})
