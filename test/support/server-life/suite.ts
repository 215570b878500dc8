// The life of a request, from outside: one suite for every runtime that the package serves on.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventSourceHeaders, FetchReader } from '../server/fetch-reader.ts'
import type { FixtureProcess } from '../component/fixture-process.ts'
import { Life } from './life.ts'

/** A runtime that the suite is run on. */
export interface LifeRuntime {
  /** Starts `server.mjs` or `worker.mjs`. */
  readonly start: () => Promise<FixtureProcess>
  /** The behaviours that this runtime cannot show, each with the reason. */
  readonly differences?: Partial<Record<Behaviour, string>>
}

const json = (value: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', authorization: 'Bearer abc' },
  body: JSON.stringify(value),
})

const frames = {
  'sends each event as soon as it is yielded': async (life: Life) => {
    const reader = await life.read(`/live/${life.key}`)
    for (let n = 1; n <= 3; n++) {
      await reader.until(`data: {"n":${n}}\n\n`)
      await life.note(`got ${n}`)
    }
    expect(await reader.ended()).toBe('data: {"n":1}\n\ndata: {"n":2}\n\ndata: {"n":3}\n\n')
  },

  'sends the head before the first event': async (life: Life) => {
    const reader = await life.read(`/late/${life.key}`)
    expect(reader.response.status).toBe(200)
    await life.note('opened')
    expect(await reader.ended()).toBe(':\ndata: late\n\n')
  },

  'says what a stream is in its headers': async (life: Life) => {
    const { headers } = await life.fetch(`/finite/${life.key}`)
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(headers.get('x-accel-buffering')).toBe('no')
  },

  'answers a host that is none with a 4xx, and runs no handler': async (life: Life) => {
    for (const host of [`h/finite/${life.key}?`, 'h?', 'u:p@h', 'a/b@c d', 'h\\x']) {
      const client = await life.raw()
      client.socket.write(`GET /finite/${life.key} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(await client.ended(), host).toMatch(/^HTTP\/1\.[01] 4\d\d /)
    }
    expect(await life.notes()).toEqual([])
  },

  'writes names, ids and lines': async (life: Life) => {
    const response = await life.fetch(`/finite/${life.key}`)
    expect(await response.text()).toBe('id: 7\nevent: tick\ndata: {"n":1}\n\ndata: two\ndata: lines\n\n')
    expect(await life.noted('finish: 200 complete')).toEqual(['ran', 'finish: 200 complete'])
  },

  'keeps 10,000 events whole and in order': async (life: Life) => {
    const text = await (await life.fetch('/many')).text()
    const expected = Array.from({ length: 10_000 }, (_, n) => `data: {"n":${n},"text":"é€😀"}\n\n`).join('')
    expect(text === expected).toBe(true)
  },

  'sends an event that is larger than every buffer': async (life: Life) => {
    const text = await (await life.fetch('/large')).text()
    expect(text === `data: ${'😀'.repeat(100_000)}\n\ndata: after\n\n`).toBe(true)
  },

  'breaks a long silence with a comment': async (life: Life) => {
    const reader = await life.read(`/heartbeat/${life.key}`)
    await reader.until('data: one\n\n:\n:\n')
    await life.note('heard')
    expect(await reader.ended()).toMatch(/^data: one\n\n(:\n)+data: two\n\n$/)
  },

  'keeps the clocks of one stream when another has ended': async (life: Life) => {
    const first = await life.read(`/heartbeat/${life.key}`)
    await first.until('data: one\n\n:\n')
    const second = await life.read(`/heartbeat/${life.key}`)
    await second.until('data: one\n\n:\n')
    first.leave()
    await second.until('data: one\n\n:\n:\n:\n:\n')
    await life.note('heard')
    await second.ended()
  },

  'serves many streams side by side': async (life: Life) => {
    const readers = await Promise.all(Array.from({ length: 30 }, () => life.read(`/live/${life.key}`)))
    for (let n = 1; n <= 3; n++) {
      await Promise.all(readers.map((reader) => reader.until(`{"n":${n}}\n\n`)))
      await life.note(`got ${n}`)
    }
    const texts = await Promise.all(readers.map((reader) => reader.ended()))
    expect(new Set(texts)).toEqual(new Set(['data: {"n":1}\n\ndata: {"n":2}\n\ndata: {"n":3}\n\n']))
  },
}

const failures = {
  'answers an error before the head with its status': async (life: Life) => {
    const response = await life.fetch('/fails-first?status=404')
    expect(response.status).toBe(404)
    expect(await response.json()).toEqual({ code: 404, message: 'no such task' })
    expect((await life.fetch('/fails-first')).status).toBe(500)
  },

  'lets an EventSource come back after an error before the head': async (life: Life) => {
    const response = await life.fetch('/fails-first', { headers: eventSourceHeaders })
    expect(response.status).toBe(200)
    expect(await response.text()).toMatch(/^retry: \d+\nevent: error\ndata: \{"error":"Internal Server Error"\}\n\n$/)
  },

  'sends an error after the first event as an event, and ends': async (life: Life) => {
    const response = await life.fetch('/fails-later')
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('data: one\n\nevent: error\ndata: {"error":"broke"}\n\n')
  },

  'answers 400 with every issue': async (life: Life) => {
    const response = await life.fetch('/validated/1?n=x')
    expect(response.status).toBe(400)
    const body = (await response.json()) as { code: number; message: string; errors: { in: string; path: string }[] }
    expect(body.code).toBe(400)
    expect(body.message).toMatch(/^Validation failed: /)
    expect(body.errors.map((issue) => issue.in + issue.path)).toEqual(['params/id', 'query/n'])
  },

  'answers 404 and 405': async (life: Life) => {
    expect((await life.fetch('/nowhere')).status).toBe(404)
    const wrongMethod = await life.fetch('/echo')
    expect(wrongMethod.status).toBe(405)
    expect(wrongMethod.headers.get('allow')).toBe('POST')
  },
}

const input = {
  'coerces what is valid': async (life: Life) => {
    expect(await (await life.fetch('/validated/12?n=5')).text()).toBe('data: {"id":"12","n":5}\n\n')
  },

  'decodes parameters and the query': async (life: Life) => {
    const response = await life.fetch('/named/%E4%BD%A0%2F%20?q=%26+%E2%82%AC')
    expect(await response.text()).toBe('data: {"name":"你/ ","q":"& €"}\n\n')
    expect((await life.fetch('/named/%E4')).status).toBe(400)
  },

  'gives the handler a body and a bearer token': async (life: Life) => {
    const response = await life.fetch('/echo', json({ text: 'one two' }))
    expect(await response.text()).toBe('data: one\n\ndata: two\n\ndata: {"authorization":"Bearer abc"}\n\n')
    expect((await life.fetch('/echo', json({ text: 1 }))).status).toBe(400)
    expect((await life.fetch('/echo', { ...json({}), body: '{' })).status).toBe(400)
    expect((await life.fetch('/echo', { method: 'POST', body: '{}' })).status).toBe(415)
    const raw = '{ "text" : "" }'
    expect(await (await life.fetch('/bytes', { ...json({}), body: raw })).json()).toEqual({
      raw,
      text: raw,
      clone: raw,
    })
  },

  'gives the handler the position of a reader that comes back': async (life: Life) => {
    const byQuery = await life.fetch('/position?lastEventId=3&a=1')
    expect(await byQuery.text()).toBe('data: {"lastEventId":"3","query":{"a":"1"}}\n\n')
    const byHeader = await life.fetch('/position?lastEventId=3', { headers: { 'last-event-id': '4' } })
    expect(await byHeader.text()).toBe('data: {"lastEventId":"4","query":{}}\n\n')
  },

  'reads a position in UTF-8, as browsers send it': async (life: Life) => {
    const client = (await life.raw()).request('GET /position HTTP/1.1', ['Last-Event-ID: é你'])
    const text = Buffer.from(await client.until('}\n\n'), 'latin1').toString('utf8')
    expect(text).toContain('data: {"lastEventId":"é你","query":{}}\n\n')
    client.leave()
  },

  'reads and sets cookies': async (life: Life) => {
    const response = await life.fetch('/cookies', { headers: { cookie: 'x=1; y=%C3%A9' } })
    expect(await response.json()).toEqual({ x: '1', y: 'é' })
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2'])
  },

  'refuses a body beyond the limit': async (life: Life) => {
    const post = (size: number): Promise<Response> => life.fetch('/size', { method: 'POST', body: 'x'.repeat(size) })
    expect(await (await post(10_000)).json()).toEqual({ size: 10_000 })
    expect((await post(10_001)).status).toBe(413)
  },

  'refuses a chunked body beyond the limit, before it has ended': async (life: Life) => {
    const head = ['Transfer-Encoding: chunked', 'Content-Type: text/plain']
    const client = (await life.raw()).request('POST /size HTTP/1.1', head)
    client.socket.write(`3000\r\n${'x'.repeat(0x3000)}\r\n`)
    expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 413 /)
    client.leave()
  },
}

const negotiation = {
  'tells the end to those who can take it, and to nobody else': async (life: Life) => {
    const plain = await (await life.fetch(`/finite/${life.key}`)).text()
    const browser = await life.fetch(`/finite/${life.key}`, { headers: eventSourceHeaders })
    const accept = 'text/event-stream;tidings=1, text/event-stream;q=0.9'
    const asking = await life.fetch(`/finite/${life.key}`, { headers: { accept } })
    const end = 'id: 7~end\nevent: tidings:end\ndata: {}\n\n'
    expect(browser.headers.get('content-type')).toBe('text/event-stream; charset=utf-8; tidings=1')
    expect(await browser.text()).toBe(plain + end)
    expect(await asking.text()).toBe(plain + end)
    expect(plain).not.toContain('tidings:')
  },

  'answers 204 to a reader that has had the end': async (life: Life) => {
    const byHeader = await life.fetch(`/finite/${life.key}`, { headers: { 'last-event-id': '7~end' } })
    const byQuery = await life.fetch(`/finite/${life.key}?lastEventId=7~end`)
    expect([byHeader.status, byQuery.status]).toEqual([204, 204])
    expect(byHeader.headers.get('cache-control')).toBe('no-store')
    expect(await life.notes()).not.toContain('ran')
  },

  'writes lines of JSON to those who ask for them': async (life: Life) => {
    const read = async (accept: string): Promise<[string | null, string]> => {
      const response = await life.fetch(`/finite/${life.key}`, { headers: { accept } })
      return [response.headers.get('content-type'), await response.text()]
    }
    const lines = '{"n":1}\n"two\\nlines"\n'
    expect(await read('application/x-ndjson')).toEqual(['application/x-ndjson; charset=utf-8', lines])
    expect(await read('application/stream+json')).toEqual(['application/stream+json; charset=utf-8', lines])
    const [, envelope] = await read('application/x-ndjson;envelope=1')
    expect(envelope.split('\n')[0]).toBe('{"event":"tick","id":"7","data":{"n":1}}')
    expect(envelope).toContain('{"event":"tidings:end","id":"7~end","data":{}}\n')
  },

  'answers HEAD at once, without the handler': async (life: Life) => {
    const response = await life.fetch(`/waiting/${life.key}`, { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await life.notes()).not.toContain('started')
  },

  'answers a preflight, and lets other origins read': async (life: Life) => {
    const client = (await life.raw()).request('OPTIONS /echo HTTP/1.1', [
      'Origin: https://app.example',
      'Access-Control-Request-Method: POST',
      'Access-Control-Request-Headers: last-event-id',
    ])
    const head = (await client.until('\r\n\r\n')).toLowerCase()
    client.leave()
    expect(head).toMatch(/^http\/1.1 204/)
    expect(head).toContain('access-control-allow-origin: *\r\n')
    expect(head).toContain('access-control-allow-methods: post\r\n')
    expect(head).toContain('access-control-allow-headers: last-event-id\r\n')
    const response = await life.fetch(`/finite/${life.key}`, { headers: { origin: 'https://app.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  },

  'takes the next request on the connection of a stream that has ended': async (life: Life) => {
    const client = (await life.raw()).request(`GET /finite/${life.key} HTTP/1.1`)
    await client.until('data: lines\n\n')
    await life.noted('finish: 200 complete')
    client.request('GET /cookies HTTP/1.1', ['Cookie: again=1'])
    expect(await client.until('{"again":"1"}')).not.toMatch(/connection: close/i)
    client.leave()
  },
}

/** The handler sleeps for ten minutes: only the abort can have ended that. */
async function expectAbort(life: Life, path: string): Promise<void> {
  const reader = await life.read(`${path}/${life.key}`)
  await reader.until('started')
  reader.leave()
  await life.noted('finish: 200 left')
  const notes = await life.noted('finally')
  expect(notes.filter((entry) => !entry.startsWith('finish'))).toEqual(['started', 'aborted: left', 'finally'])
}

const ends = {
  'aborts the signal as soon as the reader leaves, which ends what waits for it': async (life: Life) => {
    await expectAbort(life, '/waiting')
  },

  'aborts the signal of a reader that has left with the next heartbeat at the latest': async (life: Life) => {
    await expectAbort(life, '/beating')
  },

  'runs finally when the reader leaves between two events': async (life: Life) => {
    const reader = await life.read(`/ticking/${life.key}`)
    await reader.until('data: 3\n\n')
    reader.leave()
    expect(await life.noted('finally')).toContain('finally')
  },

  'aborts for a reader that leaves before the head': async (life: Life) => {
    const client = (await life.raw()).request(`GET /unopened/${life.key} HTTP/1.1`)
    await life.noted('started')
    expect(client.text).toBe('')
    client.leave()
    expect(await life.noted('finally')).toContain('aborted: left')
  },

  'aborts for a reader that leaves a route that answers once': async (life: Life) => {
    const client = (await life.raw()).request(`GET /answering/${life.key} HTTP/1.1`)
    await life.noted('started')
    client.leave()
    expect(await life.noted('aborted: left')).toContain('aborted: left')
  },

  'pulls nothing for a reader that does not read, and goes on when it does': async (life: Life) => {
    const client = (await life.raw()).request(`GET /flood/${life.key} HTTP/1.1`)
    await client.until('data: x')
    client.socket.pause()
    const stopped = await life.stoppedCount()
    client.socket.resume()
    await expect.poll(() => life.count(), { timeout: 20_000 }).toBeGreaterThan(stopped)
    client.leave()
    await life.noted('finally')
  },

  'answers others while a handler yields without a pause': async (life: Life) => {
    const client = (await life.raw()).request(`GET /flood/${life.key} HTTP/1.1`)
    await client.until('data: x')
    client.socket.removeAllListeners('data').resume()
    const first = await life.count()
    for (let asked = 0; asked < 20; asked++) expect((await life.fetch('/nowhere')).status).toBe(404)
    expect(await life.count()).toBeGreaterThan(first)
    client.leave()
    await life.noted('finally')
  },

  'ends a stream at its longest duration, and asks its reader to come back': async (life: Life) => {
    const reader = await life.read(`/short/${life.key}`, { headers: eventSourceHeaders })
    expect(await reader.ended()).toMatch(/^retry: 1000\ndata: started\n\nretry: \d+\n$/)
    expect(await life.noted('finally')).toEqual(expect.arrayContaining(['started', 'aborted: duration', 'finally']))
  },

  'ends all streams properly on SIGTERM, and waits for finally': async (life: Life) => {
    const fixture = await life.start()
    const own = new Life(fixture, life.start)
    try {
      const open = (path: string): Promise<FetchReader> =>
        own.read(`${path}/${own.key}`, { headers: eventSourceHeaders })
      const readers = await Promise.all([open('/waiting'), open('/ticking')])
      await Promise.all([readers[0].until('started'), readers[1].until('data: 1\n\n')])
      const ended = Promise.all(readers.map((reader) => reader.ended()))
      expect(await fixture.terminate()).toBe(0)
      for (const text of await ended) {
        expect(text).toMatch(/\n\nretry: \d+\n$/)
        expect(text).not.toContain('tidings:end')
      }
      const printed = /^notes (.*)$/m.exec(fixture.output())?.[1] ?? '{}'
      const notes = (JSON.parse(printed) as Record<string, string[]>)[own.key]
      expect(notes).toContain('aborted: shutdown')
      expect(notes?.filter((entry) => entry === 'finally')).toHaveLength(2)
    } finally {
      await fixture.kill()
    }
  },
}

const behaviours = { ...frames, ...failures, ...input, ...negotiation, ...ends }

/** A behaviour's name. */
export type Behaviour = keyof typeof behaviours

/** Tries every behaviour on `runtime`; one that it cannot show is listed as skipped, with the reason. */
export function tryLife({ start, differences = {} }: LifeRuntime): void {
  let fixture: FixtureProcess
  beforeAll(async () => {
    fixture = await start()
  })
  afterAll(() => fixture.kill())
  for (const [name, behaviour] of Object.entries(behaviours)) {
    const reason = (differences as Record<string, string | undefined>)[name]
    if (reason !== undefined) test.skip(`${name} (${reason})`)
    else test(name, () => behaviour(new Life(fixture, start)))
  }
}
