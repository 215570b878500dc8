import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { Server } from '../../src/adapters/server.ts'
import { createChannels } from '../../src/channel/index.ts'
import { inspector, type InspectorOptions } from '../../src/inspector/index.ts'
import { Inspection, isInspectorRecord } from '../../src/inspector-model/index.ts'
import { err, type Context } from '../../src/server/index.ts'
import { createParser } from '../../src/sse/index.ts'
import { eventSource, gate, Reading, untyped, until } from '../support/server/asking.ts'

const token = 'a-token-that-is-long-enough'

interface Inspected {
  readonly server: Server
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
  /** A page that is open: what it has been told so far. */
  readonly look: () => Promise<Page>
}

/** A server with an inspector, as in development. */
function inspect(options: Partial<InspectorOptions> = {}, more: readonly object[] = []): Inspected {
  const routes = [
    { method: 'GET', path: '/short', sse: true, handler: short },
    { method: 'GET', path: '/endless', sse: true, handler: endless },
    { method: 'GET', path: '/many', sse: true, handler: many },
    { method: 'GET', path: '/plain', handler: () => 'plain' },
    ...more,
  ].map(untyped)
  const server = new Server(routes, { onError: () => {} })
  server.use(inspector({ development: true, token, log: () => {}, ...options }))
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    server.fetch(new Request(`http://localhost${path}`, init))
  const look = async (): Promise<Page> => new Page(await ask('/_tidings/records', { headers: eventSource }))
  onTestFinished(() => server.close({ drainMs: 100 }))
  return { server, ask, look }
}

/** A rule for data that is broken for the second event. */
function hideSecrets(data: string): string {
  if (data.includes('"n":2')) throw new Error('broken rule')
  return data.replace('secret', '***')
}

async function* short(): AsyncGenerator {
  yield { password: 'secret', n: 1 }
  yield { n: 2 }
}

async function* endless({ sleep }: Context): AsyncGenerator {
  yield 'first'
  await sleep(1e9)
}

async function* many(): AsyncGenerator {
  for (let n = 1; n <= 1000; n += 1) yield { n }
}

/** A report of another program. */
function report(body: unknown, given = token): RequestInit {
  const headers = { authorization: `Bearer ${given}`, 'content-type': 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}

/** A page, as far as its records go. */
class Page {
  readonly inspection = new Inspection({ maxStreams: 1000 })
  readonly kinds: string[] = []
  readonly reading: Reading
  #read = 0
  readonly #parser = createParser({
    onEvent: ({ data }) => {
      const record: unknown = JSON.parse(data)
      if (!isInspectorRecord(record)) throw new Error(`No record: ${data}`)
      this.kinds.push(record.kind)
      this.inspection.add(record)
    },
  })

  constructor(response: Response) {
    expect(response.status).toBe(200)
    this.reading = new Reading(response)
    onTestFinished(() => this.reading.leave())
  }

  async until(condition: (inspection: Inspection) => boolean): Promise<Inspection> {
    await until(() => {
      this.#parser.feed(this.reading.text.slice(this.#read))
      this.#read = this.reading.text.length
      return condition(this.inspection)
    })
    return this.inspection
  }
}

describe('an inspector', () => {
  it('shows streams that have ended and those that are open, to a page that comes later', async () => {
    const { ask, look } = inspect()
    await (await ask('/short?page=1&api_key=hidden', { headers: { cookie: 'session=hidden' } })).text()
    const open = new Reading(await ask('/endless', { headers: { 'last-event-id': '7' } }))
    await open.until('first')
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams.length === 2)
    expect(streams[0]).toMatchObject({
      state: 'ended',
      eventCount: 2,
      head: { status: 200, contentType: 'text/event-stream; charset=utf-8' },
      ended: { outcome: 'complete' },
      opened: { method: 'GET', url: '/short?page=1&api_key=[redacted]', route: '/short' },
    })
    expect(streams[0]?.events.map(({ data }) => data)).toEqual(['{"password":"secret","n":1}', '{"n":2}'])
    expect(streams[1]).toMatchObject({ state: 'open', opened: { lastEventId: '7' } })
    expect(page.reading.text).not.toContain('hidden')
    await open.leave()
    await page.until(() => streams[1]?.ended?.outcome === 'left')
  })

  it('shows what happens while it is looked at, and not itself', async () => {
    const { ask, look } = inspect()
    const page = await look()
    await (await ask('/plain')).text()
    await (await ask('/short')).text()
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(streams).toHaveLength(1)
    expect(streams[0]?.eventCount).toBe(2)
  })

  it('keeps the newest events of a stream, and counts those that it lets go of', async () => {
    const { ask, look } = inspect({ eventsPerStream: 10 })
    await (await ask('/many')).text()
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(streams[0]?.eventCount).toBe(1000)
    expect(streams[0]?.events.at(-1)?.data).toBe('{"n":1000}')
    expect(page.reading.text.length).toBeLessThan(30_000)
  })

  it('holds no more than maxBytes, whatever streams: those that have ended go first', async () => {
    const { ask, look } = inspect({ maxBytes: 20_000 })
    for (let n = 0; n < 20; n += 1) await (await ask('/many')).text()
    const open = new Reading(await ask('/endless'))
    await open.until('first')
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams.some(({ state }) => state === 'open'))
    expect(streams.length).toBeLessThan(4)
    expect(streams.find(({ state }) => state === 'open')?.events).toHaveLength(1)
    await open.leave()
  })

  it('keeps heartbeats within bounds, too', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { ask, look } = inspect({ eventsPerStream: 5 })
    const open = new Reading(await ask('/endless', { headers: eventSource }))
    await open.until('first')
    for (let n = 0; n < 50; n += 1) {
      const before = open.text.length
      vi.advanceTimersByTime(15_000)
      await until(() => open.text.length > before)
    }
    const page = await look()
    await page.until(({ streams }) => (streams[0]?.heartbeats ?? 0) > 0)
    expect(page.inspection.streams[0]?.heartbeats).toBeLessThanOrEqual(5)
    await open.leave()
  })

  it('replaces what its rules say: headers by name, data by a function, and all of it where that throws', async () => {
    const { ask, look } = inspect({ redact: { headers: ['x-tenant'], data: hideSecrets } })
    await (await ask('/short', { headers: { 'x-tenant': 'acme' } })).text()
    const page = await look()
    await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(page.reading.text).not.toContain('secret')
    expect(page.reading.text).not.toContain('acme')
    expect(page.reading.text).not.toContain('"n":2')
  })

  it('shows no secret of an url in an error or a header', async () => {
    const { ask, look } = inspect({ redact: { data: () => '...' } }, [
      {
        method: 'GET',
        path: '/failing',
        sse: true,
        handler: async function* () {
          yield 1
          throw new Error('GET https://api.example/?apiKey=hidden failed')
        },
      },
    ])
    await (await ask('/failing', { headers: { referer: 'http://localhost/?sessionToken=hidden' } })).text()
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(page.reading.text).not.toContain('hidden')
    expect(streams[0]?.ended?.error).toBe('Error: GET https://api.example/?apiKey=[redacted] failed')
  })

  it('keeps of the message of an error what a page can show, though a server may have put its whole answer into it', async () => {
    const { ask, look } = inspect({}, [
      {
        method: 'GET',
        path: '/failing',
        sse: true,
        handler: async function* () {
          yield 1
          throw new Error('x'.repeat(100_000))
        },
      },
    ])
    await (await ask('/failing')).text()
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(streams[0]?.ended?.error).toMatch(/^Error: x{3993}\.\.\.$/)
  })

  it('shows topics, runs and the journal of channels', async () => {
    const channels = createChannels()
    onTestFinished(() => channels.close())
    const topic = channels.topic<unknown>('orders')
    const runs = channels.runs({ owner: () => 'ada' })
    const step = gate()
    const { ask, look } = inspect({ channels: [channels] }, [
      { method: 'GET', path: '/orders', sse: true, handler: () => topic.subscribe() },
      {
        method: 'POST',
        path: '/run',
        sse: { resume: runs },
        handler: async function* () {
          yield 1
          await step.opened
        },
      },
    ])
    const page = await look()
    const orders = new Reading(await ask('/orders', { headers: eventSource }))
    await orders.until('tidings:open')
    const run = new Reading(await ask('/run', { method: 'POST' }))
    await run.until('data: 1\n')
    await topic.publish({ n: 1 })
    await page.until(({ topics, runs: shown, journals }) => {
      return topics?.length === 1 && shown?.length === 1 && Number(journals?.[0]?.['appends']) > 1
    })
    expect(page.inspection.topics).toMatchObject([{ name: 'orders', readers: 1 }])
    expect(page.inspection.runs).toMatchObject([
      { state: 'running', owner: 'ada', readers: 1, lease: expect.stringContaining(' of 10 s') },
    ])
    step.open()
    await page.until(({ runs: shown }) => shown?.[0]?.state === 'complete')
    await orders.leave()
  })

  it('sends a stream once more to whoever asks, as it was', async () => {
    const { ask, look } = inspect()
    const text = await (await ask('/short', { headers: eventSource })).text()
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams.length === 1)
    const replayed = await ask(`/_tidings/replay/${streams[0]?.id}?speed=100`)
    expect(replayed.headers.get('content-type')).toContain('text/event-stream; charset=utf-8')
    expect(await replayed.text()).toBe(text)
    expect((await ask('/_tidings/replay/server-99')).status).toBe(404)
    expect((await ask(`/_tidings/replay/${streams[0]?.id}?speed=0`)).status).toBe(400)
  })

  it('is sent to twenty pages at once, and asks one more to come back', async () => {
    const { ask, look } = inspect()
    const pages = await Promise.all(Array.from({ length: 20 }, look))
    const more = await ask('/_tidings/records', { headers: eventSource })
    expect(await more.text()).toMatch(/^retry: \d+\nevent: error\n/)
    await pages[0]?.reading.leave()
    await look()
  })

  it('ends its own streams when the server shuts down', async () => {
    const { server, look } = inspect()
    const page = await look()
    await server.close({ drainMs: 1000 })
    await page.reading.ended()
  })
})

describe('what other programs report', () => {
  const opened = { kind: 'opened', at: 1, stream: 's1', source: 'fetch', method: 'POST', url: 'https://api.example/v1' }
  const head = { kind: 'head', at: 2, stream: 's1', status: 200, contentType: 'text/event-stream' }
  const wrote = { kind: 'wrote', at: 3, stream: 's1', text: 'data: hello\n\n', events: 1, bytes: 13 }
  const ended = { kind: 'ended', at: 4, stream: 's1', outcome: 'complete', events: 1, bytes: 13, durationMs: 3 }

  it('is shown beside the streams of the server', async () => {
    const { ask, look } = inspect()
    const page = await look()
    const answer = await ask('/_tidings/records?from=worker-1', report([opened, head, wrote, ended]))
    expect(answer.status).toBe(201)
    // It is known from now on: a server that does not know it is told of its open streams anew.
    expect((await ask('/_tidings/records?from=worker-1', report([]))).status).toBe(204)
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(streams[0]).toMatchObject({ opened: { source: 'fetch', url: 'https://api.example/v1' }, eventCount: 1 })
  })

  it('is refused without the token, without a name, and where it is no list of records', async () => {
    const { ask } = inspect()
    expect((await ask('/_tidings/records?from=w', report([], 'wrong'))).status).toBe(401)
    expect((await ask('/_tidings/records?from=w', { method: 'POST' })).status).toBe(401)
    expect((await ask('/_tidings/records', report([opened]))).status).toBe(400)
    expect((await ask('/_tidings/records?from=w', report({}))).status).toBe(400)
    const wrong = await ask('/_tidings/records?from=w', report([opened, { kind: 'wrote' }]))
    expect(await wrong.json()).toMatchObject({ message: 'Record 1 of the list is none.' })
  })

  it('says nothing that is not possible, and nothing so large that it could not be kept', async () => {
    const { ask } = inspect()
    const refused: [object, string][] = [
      [{ ...wrote, events: 1e300 }, 'Record 0 of the list is none.'],
      [{ ...wrote, at: 1e16 }, 'Record 0 of the list is none.'],
      [{ ...ended, durationMs: -1 }, 'Record 0 of the list is none.'],
      [{ ...opened, url: 'x'.repeat(70_000) }, 'Record 0 of the list has more than 65536 characters.'],
      [{ ...ended, error: 'x'.repeat(70_000) }, 'Record 0 of the list has more than 65536 characters.'],
    ]
    for (const [record, message] of refused) {
      const answer = await ask('/_tidings/records?from=w', report([record]))
      expect(answer.status).toBe(400)
      expect(await answer.json()).toMatchObject({ message })
    }
  })

  it('is a stream that ends, also where its end is before its beginning', async () => {
    const { ask, look } = inspect()
    await ask('/_tidings/records?from=w', report([{ ...opened, at: 1000 }, head, ended]))
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams[0]?.ended !== undefined)
    expect(streams[0]?.ended?.durationMs).toBe(0)
  })

  it('is never taken for a stream of the server, or of another program', async () => {
    const { ask, look } = inspect()
    await (await ask('/short')).text()
    await ask('/_tidings/records?from=server', report([{ ...opened, stream: '1' }]))
    await ask('/_tidings/records?from=a-b', report([{ ...opened, stream: 'c' }]))
    await ask('/_tidings/records?from=a', report([{ ...opened, stream: 'b-c' }]))
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams.length === 4)
    expect(new Set(streams.map(({ id }) => id)).size).toBe(4)
  })

  it('is no page of this server when it is replayed', async () => {
    const { ask } = inspect()
    const page = { ...head, contentType: 'text/html' }
    await ask('/_tidings/records?from=w', report([opened, page, { ...wrote, text: '<script>alert(1)</script>' }]))
    const replayed = await ask('/_tidings/replay/w:s1?speed=1000')
    expect(replayed.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(replayed.headers.get('x-content-type-options')).toBe('nosniff')
    await replayed.text()
    const broken = { ...head, contentType: 'text/event-stream; a=\r\nb' }
    await ask(
      '/_tidings/records?from=w',
      report([
        { ...opened, stream: 's2' },
        { ...broken, stream: 's2' },
      ]),
    )
    expect((await ask('/_tidings/replay/w:s2')).status).toBe(200)
  })

  it.each([
    ['text/event-stream', ['data: {"pass', 'word":"sec', 'ret"}\n', '\ndata: next\n\nda', 'ta: last']],
    ['application/x-ndjson', ['{"pass', 'word":"sec', 'ret"}', '\n{"n":3}\n', '{"n":4}']],
  ])('of %s is put together again before a rule for data sees it', async (contentType, pieces) => {
    const { ask, look } = inspect({ redact: { data: (data) => data.replace('secret', '***') } })
    const wrotes = pieces.map((text, index) => ({ ...wrote, at: 3 + index, text, events: 0, bytes: text.length }))
    await ask('/_tidings/records?from=w', report([opened, { ...head, contentType }, ...wrotes, { ...ended, at: 9 }]))
    const page = await look()
    const { streams } = await page.until(({ streams: [stream] }) => stream?.ended !== undefined)
    const data = streams[0]?.events.map((event) => event.data)
    expect(data?.[0]).toBe('{"password":"***"}')
    expect(data?.[1]).toMatch(/next|3/)
    expect(page.reading.text).not.toContain('secret')
  })

  it('is hidden by a rule for data also where it is called a control event, or comes in a line without end', async () => {
    const { ask, look } = inspect({ redact: { data: (data) => data.replaceAll('secret', '***') } })
    const forged = { ...wrote, text: 'id: 1\nevent: tidings:gap\ndata: {"a":"secret"}\n\n' }
    await ask('/_tidings/records?from=w', report([opened, head, forged]))
    const lines = { ...opened, stream: 's2' }
    const half = { ...wrote, stream: 's2', text: `"${'x'.repeat(400_000)}`, bytes: 400_001 }
    const rest = { ...wrote, stream: 's2', text: 'sec' }
    await ask(
      '/_tidings/records?from=w',
      report([lines, { ...head, stream: 's2', contentType: 'application/x-ndjson' }]),
    )
    for (const record of [half, half, half, rest, { ...rest, text: 'ret"\n{"n":3}\n' }])
      await ask('/_tidings/records?from=w', report([record]))
    const page = await look()
    const { streams } = await page.until(({ streams }) => streams.length === 2 && streams[1]?.events.length === 1)
    expect(streams[0]?.events.map(({ type, data }) => [type, data])).toEqual([['tidings:gap', '{"a":"***"}']])
    expect(streams[1]?.events.map(({ data }) => data)).toEqual(['{"n":3}'])
    expect(streams[1]).toMatchObject({ eventCount: 2, forgottenCount: 1 })
    expect(streams[1]?.bytes).toBeGreaterThan(1_200_000)
    expect(page.reading.text).not.toMatch(/sec|ret"/)
  })

  it('of a program that says nothing any more has ended', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const { ask, look } = inspect()
    await ask('/_tidings/records?from=w', report([opened, head]))
    vi.advanceTimersByTime(61_000)
    const page = await look()
    await page.until(({ streams }) => streams[0]?.ended?.outcome === 'gone')
  })
})

describe('who may look', () => {
  it('is decided by the guard, before anything is shown', async () => {
    const { ask } = inspect({
      development: false,
      guard: async ({ headers }, next) => {
        if (headers['authorization'] !== 'Bearer admin') throw err.unauthorized('Log in first.')
        return next()
      },
    })
    for (const path of ['', '/page.js', '/records', '/replay/server-1']) {
      expect((await ask(`/_tidings${path}`)).status).toBe(401)
    }
    expect((await ask('/_tidings', { headers: { authorization: 'Bearer admin' } })).status).toBe(200)
  })

  it('is this machine alone without a guard, by its own name', async () => {
    const { server, ask } = inspect()
    expect((await ask('/_tidings')).status).toBe(200)
    const from = (host: string, remoteAddress: string): Promise<Response> =>
      server.dispatch(new Request('http://localhost/_tidings', { headers: { host } }), { remoteAddress })
    expect((await from('localhost:3000', '127.0.0.1')).status).toBe(200)
    expect((await from('[::1]:3000', '::1')).status).toBe(200)
    expect((await from('localhost:3000', '192.0.2.7')).status).toBe(403)
    // A page of evil.example whose name leads to 127.0.0.1.
    expect((await from('evil.example', '127.0.0.1')).status).toBe(403)
    expect((await from('localhost.evil.example', '127.0.0.1')).status).toBe(403)
  })

  it('is nobody for whom a proxy on this machine asks, without a guard', async () => {
    const { server } = inspect()
    const status = async (headers: Record<string, string>): Promise<number> => {
      const request = new Request('http://localhost/_tidings', { headers: { host: 'localhost:3000', ...headers } })
      return (await server.dispatch(request, { remoteAddress: '127.0.0.1' })).status
    }
    expect(await status({ 'x-forwarded-for': '192.0.2.7' })).toBe(403)
    expect(await status({ 'x-forwarded-for': '127.0.0.1, 192.0.2.7' })).toBe(403)
    expect(await status({ 'x-real-ip': '192.0.2.7' })).toBe(403)
    expect(await status({ 'x-forwarded-host': 'shop.example' })).toBe(403)
    expect(await status({ forwarded: 'for=192.0.2.7' })).toBe(403)
    // As the servers of front ends in development do.
    expect(await status({ 'x-forwarded-for': '::1, ::ffff:127.0.0.1', 'x-forwarded-host': 'localhost:5173' })).toBe(200)
  })

  it('is no page of another site, also with a guard that lets everybody in', async () => {
    const { ask } = inspect({ guard: (_, next) => next() })
    const status = async (headers: Record<string, string>): Promise<number> =>
      (await ask('/_tidings/records', { headers })).status
    expect(await status({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await status({ 'sec-fetch-site': 'same-site' })).toBe(403)
    expect(await status({ origin: 'https://evil.example', host: 'localhost' })).toBe(403)
    expect(await status({ 'sec-fetch-site': 'same-origin' })).toBe(200)
  })

  it.each([['production'], [undefined], ['staging']])('must be said where NODE_ENV is %s', (environment) => {
    vi.stubEnv('NODE_ENV', environment)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => inspector()).toThrow('it needs a guard: inspector({ guard:')
    expect(() => inspector({ development: false })).toThrow('it needs a guard')
  })

  it.each([['development'], ['test']])('need not be said where NODE_ENV is %s', (environment) => {
    vi.stubEnv('NODE_ENV', environment)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => inspector({ log: () => {} })).not.toThrow()
  })

  it.each([
    [{ path: 'tidings' }, 'path must be a path such as /_tidings'],
    [{ token: 'short' }, 'token must have at least 16 characters'],
    [{ channels: [{}] }, 'channels must be a list of what createChannels() returns'],
    [{ gaurd: () => {} }, 'Did you mean guard?'],
    [{ redact: { dat: 1 } }, 'Did you mean'],
  ])('options that cannot work are refused: %o', (options, message) => {
    expect(() => inspector({ development: true, ...options } as InspectorOptions)).toThrow(message)
  })
})
