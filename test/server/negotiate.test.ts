import { describe, expect, it } from 'vitest'
import { make, Reading, untyped } from '../support/server/asking.ts'

const route = (method = 'GET'): ReturnType<typeof untyped> =>
  untyped({
    method,
    path: '/x',
    sse: true,
    handler: async function* () {
      yield { n: 1 }
    },
  })

async function typeFor(
  accept: string | undefined,
  more: Record<string, string> = {},
  method = 'GET',
): Promise<string | null> {
  const headers = { ...more, ...(accept === undefined ? {} : { accept }) }
  const response = await make([route(method)]).ask('/x', { method, headers })
  if (response.status !== 200) return String(response.status)
  await new Reading(response).ended()
  return response.headers.get('content-type')
}

const plain = 'text/event-stream; charset=utf-8'
const controls = `${plain}; tidings=1`

describe('the format of a stream, by Accept', () => {
  it.each([
    [undefined, plain],
    ['*/*', plain],
    ['text/event-stream', plain],
    ['TEXT/Event-Stream', plain],
    ['text/*', plain],
    ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', plain],
    ['application/json, text/event-stream', plain],
    ['application/x-ndjson', 'application/x-ndjson; charset=utf-8'],
    ['application/stream+json', 'application/stream+json; charset=utf-8'],
    ['application/*', 'application/x-ndjson; charset=utf-8'],
    ['application/x-ndjson;envelope=1', 'application/x-ndjson; charset=utf-8; envelope=1'],
    [
      'application/x-ndjson; envelope=1; q=0.9, text/event-stream;q=0.1',
      'application/x-ndjson; charset=utf-8; envelope=1',
    ],
    ['text/event-stream;q=0.5, application/x-ndjson', 'application/x-ndjson; charset=utf-8'],
    ['text/event-stream;q=0.5, application/x-ndjson;q=0.4', plain],
    ['application/x-ndjson;q=0.5, application/stream+json;q=0.6', 'application/stream+json; charset=utf-8'],
    ['text/event-stream;tidings=1, text/event-stream;q=0.9', controls],
    ['text/event-stream;q=0.9, text/event-stream;tidings=1', controls],
    ['text/event-stream, text/event-stream;tidings=1', controls],
    ['text/event-stream;tidings=1;q=0.1, application/json, text/event-stream', controls],
    ['text/event-stream, text/event-stream;tidings=1;q=0', plain],
    ['text/event-stream; tidings=1', controls],
    ['text/event-stream;tidings=2', plain],
  ])('%s is answered %s', async (accept, type) => {
    expect(await typeFor(accept)).toBe(type)
  })

  it.each([
    'application/json',
    'text/html',
    'image/*',
    'text/event-stream;q=0',
    'text/event-stream;q=0, application/x-ndjson;q=0.0',
    'text/event-stream;q=abc',
  ])('%s refuses nothing: it is answered with SSE, without control events', async (accept) => {
    expect(await typeFor(accept)).toBe(plain)
  })

  it.each(['application/jsonl', 'application/x-jsonlines'])('%s is NDJSON by another name', async (accept) => {
    expect(await typeFor(accept)).toBe(`${accept}; charset=utf-8`)
    expect(await typeFor(`${accept};envelope=1`)).toBe(`${accept}; charset=utf-8; envelope=1`)
  })

  it('does not send what has the weight 0, whatever a wildcard beside it says (RFC 9110 12.5.1)', async () => {
    expect(await typeFor('text/event-stream;q=0, */*')).not.toContain('text/event-stream')
  })

  it('takes a GET for text/event-stream with Cache-Control: no-cache for an EventSource', async () => {
    expect(await typeFor('text/event-stream', { 'cache-control': 'no-cache' })).toBe(controls)
    expect(await typeFor('text/event-stream', { 'cache-control': 'no-cache' }, 'POST')).toBe(plain)
    expect(await typeFor('text/event-stream', { 'cache-control': 'no-store' })).toBe(plain)
    expect(await typeFor('*/*', { 'cache-control': 'no-cache' })).toBe(plain)
    expect(await typeFor(undefined, { 'cache-control': 'no-cache' })).toBe(plain)
  })

  it('does not matter to a route that does not stream', async () => {
    const { ask } = make([untyped({ method: 'GET', path: '/x', handler: () => 'ok' })])
    expect((await ask('/x', { headers: { accept: 'image/png' } })).status).toBe(200)
  })
})
