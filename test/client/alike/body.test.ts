// Bodies that no client can read: an error that says so, in each of them, and no second request.
import { Readable } from 'node:stream'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { faces } from '../../support/client/faces.ts'

const headers = { 'content-type': 'text/event-stream' }

/** A response whose body is what some other `fetch` gives. */
function responseWith(body: unknown): Response {
  return Object.defineProperty(new Response(null, { headers }), 'body', { value: body })
}

const bodies: Readonly<Record<string, () => Response | Promise<Response>>> = {
  'is undefined, as in React Native and old web views': () => responseWith(undefined),
  'is a stream of Node, as node-fetch gives': () => responseWith(Readable.from(['data: 1\n\n'])),
  'is text': () => responseWith('data: 1\n\n'),
  'throws when it is asked for': () =>
    Object.defineProperty(new Response(null, { headers }), 'body', {
      get: () => {
        throw new Error('No body here.')
      },
    }),
  'throws when its reader is asked for': () =>
    responseWith({
      locked: false,
      getReader: () => {
        throw new Error('No reader here.')
      },
      cancel: async () => {},
    }),
  'has a reader already': () => {
    const response = new Response('data: 1\n\n', { headers })
    response.body?.getReader()
    return response
  },
  'has been read already': async () => {
    const response = new Response('data: 1\n\n', { headers })
    await response.text()
    return response
  },
}

describe.each(Object.entries(faces))('%s fails for good and says why, where the body', (_, read) => {
  test.each(Object.entries(bodies))('%s', async (_, answer) => {
    const fetch = vi.fn(async () => answer())
    const { data, over, close } = read('https://example.com/', { fetch })
    onTestFinished(close)
    expect(await over).toMatchObject({ code: 'ERR_RESPONSE', message: expect.stringContaining('body cannot be read') })
    expect([data, fetch.mock.calls.length]).toEqual([[], 1])
  })
})

test.each(['stream()', 'fetchEventSource'] as const)(
  '%s takes no body at all for one that cannot be read',
  async (name) => {
    const fetch = vi.fn(async () => new Response(null, { headers }))
    const { over } = faces[name]('https://example.com/', { fetch })
    expect(await over).toMatchObject({ code: 'ERR_RESPONSE' })
    expect(fetch).toHaveBeenCalledTimes(1)
  },
)
