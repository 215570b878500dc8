// Options of the wrong kind: each client says at the call what the option has to be.
import { describe, expect, test } from 'vitest'
import { createClient, EventSource, fetchEventSource, stream } from '../../../src/client/index.ts'

/** The types refuse these too; a program without types has the run-time check alone. */
type Call = (options: object) => unknown

const calls: Readonly<Record<string, Call>> = {
  'stream()': (options) => stream('https://example.com/', options),
  createClient: (options) => createClient('https://example.com/', options),
  'a call of a client': (options) => Reflect.get(createClient('https://example.com/'), 'get')('/x', options),
  EventSource: (options) => new EventSource('https://example.com/', options),
}

const refusal = (said: string): unknown =>
  expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) })

test.each([
  ['stream()', { until: 'done' }, 'until must be a function, not "done"'],
  ['stream()', { schema: {} }, 'schema must be a Standard Schema'],
  ['stream()', { schema: { '~standard': {} } }, 'schema must be a Standard Schema'],
  ['stream()', { onState: 1 }, 'onState must be a function, not 1'],
  ['stream()', { onOpen: {} }, 'onOpen must be a function'],
  ['stream()', { onRetry: 'x' }, 'onRetry must be a function'],
  ['stream()', { fetch: 'fetch' }, 'fetch must be a function'],
  ['stream()', { lastEventId: 3 }, 'lastEventId must be a string without line breaks and NUL, not 3'],
  ['stream()', { signal: new AbortController() }, 'signal must be an AbortSignal, such as controller.signal'],
  ['stream()', { request: { url: '/x' } }, 'request must be a function'],
  ['stream()', { retry: 3 }, 'retry must be { attempts, minMs, maxMs, unsafe }, or false, not 3'],
  ['stream()', { retry: true }, 'or false, not true'],
  ['stream()', { retry: { unsafe: 'yes' } }, 'unsafe must be a boolean'],
  ['stream()', { as: 'object' }, 'as must be "json", "text" or "auto", not "object"'],
  ['stream()', { as: 'JSON' }, 'as must be "json"'],
  ['stream()', { json: {}, body: 'x' }, 'json and body are two bodies'],
  ['stream()', { body: { a: 1 } }, 'send a value as `json`'],
  ['stream()', { body: [1] }, 'send a value as `json`'],
  ['stream()', { body: 1 }, 'send a value as `json`'],
  ['stream()', { headers: 'accept: x' }, 'headers must be an object of headers, or a function'],
  ['stream()', { method: 1 }, 'method must be a string'],
  ['stream()', { idleTimeoutMs: true }, 'idleTimeoutMs must be a number from 0 to 2147483647, or false'],
  ['stream()', null, 'The options of stream() must be an object, not null'],
  ['createClient', { headers: 'accept: x' }, 'headers must be an object'],
  ['createClient', { fetch: 'fetch' }, 'fetch must be a function'],
  ['createClient', { retry: 3 }, '`retry` must be an object, not 3'],
  ['createClient', { retry: true }, '`retry` must be an object, not true'],
  ['createClient', { retry: { attempt: 3 } }, 'Did you mean attempts?'],
  ['createClient', { idleTimeoutMs: 2 ** 31 }, 'idleTimeoutMs must be a number from 0 to 2147483647'],
  ['createClient', { onRety: () => {} }, 'Did you mean onRetry?'],
  ['a call of a client', { as: 'object' }, "as must be 'response', or { [event]: 'text' }, not \"object\""],
  ['a call of a client', { as: { message: 'json' } }, "as must be 'response'"],
  ['a call of a client', { signal: new AbortController() }, 'signal must be an AbortSignal'],
  ['a call of a client', { lastEventId: 3 }, 'lastEventId must be a string'],
  ['a call of a client', { params: 'x' }, 'params must be an object'],
  ['a call of a client', { retry: { attempts: '3' } }, 'retry.attempts must be a number from 0'],
  ['EventSource', { retry: 3 }, 'retry'],
  ['EventSource', { fetch: 'fetch' }, 'fetch must be a function'],
] as const)('%s refuses %j', (client, options, said) => {
  expect(() => calls[client]?.(Object(options) === options ? options : JSON.parse('null'))).toThrow(refusal(said))
})

test.each([
  { retry: false },
  { retry: { attempts: Infinity, minMs: 0 } },
  { idleTimeoutMs: false, eventTimeoutMs: 2 ** 31 - 1, maxEventBytes: Infinity },
  { headers: () => ({}) },
  { headers: [['a', 'b']] },
  { headers: new Headers() },
  { onOpen: undefined, fetch: undefined },
])('createClient takes %j', (options: object) => {
  expect(() => createClient('https://example.com/', options)).not.toThrow()
})

test.each([new Uint8Array(1), new URLSearchParams(), new FormData(), new Blob(['x']), 'x', null, new ReadableStream()])(
  'stream() takes the body %o',
  (body) => {
    expect(() => stream('https://example.com/', Object({ method: 'POST', body }))).not.toThrow()
  },
)

describe('createClient', () => {
  test.each([undefined, null, 7, {}])('needs a url, not %j', (base) => {
    // @ts-expect-error What JavaScript hands over.
    expect(() => createClient(base)).toThrow(refusal('createClient needs the url of the server'))
  })

  test.each(['', '/api', 'https://example.com', new URL('https://example.com/api')])('takes %j', (base) => {
    expect(() => createClient(base)).not.toThrow()
  })
})

test.each([
  [{ headers: 'x' }, 'headers must be an object of headers, not "x"'],
  [{ headers: 1 }, 'headers must be an object of headers, not 1'],
  [{ signal: new AbortController() }, 'signal must be an AbortSignal'],
  [{ onmessage: 'x' }, 'onmessage must be a function'],
  [{ onopen: {} }, 'onopen must be a function'],
  [{ onerror: 1 }, 'onerror must be a function'],
  [{ fetch: 'fetch' }, 'fetch must be a function'],
  [{ openWhenHidden: 'yes' }, 'openWhenHidden must be a boolean'],
] as const)('fetchEventSource refuses %j', async (init, said) => {
  const call: (url: string, init: object) => Promise<void> = fetchEventSource
  await expect(call('https://example.com/', init)).rejects.toEqual(refusal(said))
})
