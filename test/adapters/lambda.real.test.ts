// The function's side is the runtime client of AWS; its runtime API and its url are fakes.
import { expect, onTestFinished, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'
import { http1Client } from '../support/differential/ask.ts'
import { tryRequests, type Differences } from '../support/differential/suite.ts'
import { eventSourceHeaders, FetchReader } from '../support/server/fetch-reader.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { tryLife } from '../support/server-life/suite.ts'

interface Options {
  readonly timeoutMs?: number
  /** How many invocations one instance takes at a time. */
  readonly copies?: number
}

const runsOn = 'Lambda lets a function run on whose reader has left'
const collected = 'a function url collects the body of a request before it invokes the function'

describeWith('aws-lambda-ric', 'a request on Lambda', () => {
  tryLife({
    start: () => startFunction('life', { copies: 48 }),
    differences: {
      'refuses a chunked body beyond the limit, before it has ended': collected,
      'aborts the signal as soon as the reader leaves, which ends what waits for it': runsOn,
      'aborts the signal of a reader that has left with the next heartbeat at the latest': runsOn,
      'runs finally when the reader leaves between two events': runsOn,
      'aborts for a reader that leaves before the head': runsOn,
      'aborts for a reader that leaves a route that answers once': runsOn,
      'pulls nothing for a reader that does not read, and goes on when it does': `${runsOn}, and its flood never ends`,
      'answers others while a handler yields without a pause': `${runsOn}, and its flood never ends`,
      'ends all streams properly on SIGTERM, and waits for finally': 'a function gets no signals',
    },
  })
})

const overTls: Differences = {
  'a url as a handler sees it': {
    reason: 'a function url is always https',
    answer: { body: 'https://test/url?a=b%20c+d&e' },
  },
}

describeWith('aws-lambda-ric', 'every request on Lambda', () => {
  tryRequests(async () => {
    const fixture = await startFunction('differential', { copies: 4 })
    return { ...http1Client(fixture.port), stop: () => fixture.kill() }
  }, overTls)
})

describeWith('aws-lambda-ric', 'an answer on Lambda', () => {
  test('has its first event before the handler ends', async () => {
    const { url } = await start('function')
    const reader = await FetchReader.open(`${url}/endless`)
    await reader.until('data: {"n":3}\n\n')
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    reader.leave()
  })

  test('has its status, its headers and each of its cookies', async () => {
    const { url } = await start('function')
    const response = await fetch(`${url}/cookies`)
    expect([response.status, response.headers.get('x-one')]).toEqual([201, 'two'])
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2'])
  })

  test('may be empty, binary, or a head alone', async () => {
    const { url } = await start('function')
    const [empty, moved, binary] = [
      await fetch(`${url}/empty`),
      await fetch(`${url}/moved`, { redirect: 'manual' }),
      await fetch(`${url}/binary`),
    ]
    expect([empty.status, moved.status]).toEqual([204, 307])
    expect(moved.headers.get('location')).toBe('https://tidings.example/')
    expect([...new Uint8Array(await binary.arrayBuffer())]).toEqual(Array.from({ length: 256 }, (_, index) => index))
    const head = await fetch(`${url}/cookies`, { method: 'HEAD' })
    expect([head.status, head.headers.get('x-one'), await head.text()]).toEqual([201, 'two', ''])
  })

  test('is an error with its status before the head; after it the connection is cut', async () => {
    const { url } = await start('function')
    const first = await fetch(`${url}/fails-first`)
    expect([first.status, await first.json()]).toEqual([409, { code: 409, message: 'taken' }])
    const later = await FetchReader.open(`${url}/fails-later`)
    await later.until('begun ')
    await expect(later.ended()).rejects.toThrow()
    // The instance lives on.
    expect((await fetch(`${url}/notes`)).status).toBe(200)
  })

  test('waits for a reader that does not read', async () => {
    const { url, port } = await start('function', { copies: 2 })
    const client = (await RawClient.open(port)).request('GET /flood HTTP/1.1')
    await client.until('data: x')
    client.socket.pause()
    let before = -1
    await expect
      .poll(async () => {
        const { written } = await notesOf(url)
        const isSame = written === before
        before = written
        return isSame
      })
      .toBe(true)
    expect(before).toBeLessThan(19_999)
    client.socket.resume()
    await client.until('\r\n0\r\n\r\n')
    expect((await notesOf(url)).written).toBe(19_999)
    client.leave()
  })
})

describeWith('aws-lambda-ric', 'the request of an event', () => {
  test('is the request as it was sent', async () => {
    const { url, port } = await start('function')
    const response = await fetch(`${url}/described/%E4%BD%A0%2F+%20?q=a+b%26c&p=%E2%82%AC`, {
      headers: { cookie: 'x=1; y=%C3%A9', 'x-many': 'a, b' },
    })
    expect(await response.json()).toMatchObject({
      url: `https://127.0.0.1:${port}/described/%E4%BD%A0%2F+%20?q=a+b%26c&p=%E2%82%AC`,
      rawPath: '/described/%E4%BD%A0%2F+%20',
      method: 'GET',
      headers: { cookie: 'x=1; y=%C3%A9', 'x-many': 'a, b', host: `127.0.0.1:${port}` },
      cookies: { x: '1', y: 'é' },
      query: { q: 'a b&c', p: '€' },
      remoteAddress: '127.0.0.1',
      body: [],
      isWaited: false,
    })
  })

  test('has its body, binary or text, within the limit', async () => {
    const { url } = await start('function')
    const post = async (type: string, body: Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(`${url}/described/x`, { method: 'POST', headers: { 'content-type': type }, body })
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect(await (await post('application/octet-stream', bytes)).json()).toMatchObject({ body: [...bytes] })
    const text = new TextEncoder().encode('{"text":"é😀"}')
    expect(await (await post('application/json', text)).json()).toMatchObject({ body: [...text] })
    expect((await post('application/json', new Uint8Array(1001))).status).toBe(413)
  })
})

describeWith('aws-lambda-ric', 'the time of a function', () => {
  test('ends a stream properly, and its reader comes back where it was', async () => {
    const fixture = await start('function', { timeoutMs: 1500 })
    const { url } = fixture
    const reader = await FetchReader.open(`${url}/endless`, { headers: eventSourceHeaders })
    const text = await reader.ended()
    expect(text).toMatch(/id: \d+\ndata: \{"n":\d+\}\n\nretry: \d+\n$/)
    expect(await notesOf(url)).toMatchObject({ notes: ['finally: shutdown'] })
    const lastEventId = /.*id: (\d+)/s.exec(text)?.[1] ?? ''
    const again = await FetchReader.open(`${url}/endless`, {
      headers: { ...eventSourceHeaders, 'last-event-id': lastEventId },
    })
    await again.until('data: {"n":1}')
    expect(await again.ended()).toMatch(/retry: \d+\n$/)
    expect(fixture.output()).not.toContain('timed out')
  })

  test('ends the stream of a reader that has left', async () => {
    const { url } = await start('function', { timeoutMs: 1500, copies: 2 })
    const reader = await FetchReader.open(`${url}/endless`)
    await reader.until('data: {"n":1}')
    reader.leave()
    await expect.poll(() => notesOf(url), { timeout: 10_000 }).toMatchObject({ notes: ['finally: shutdown'] })
  })

  test('answers 503 to what has no answer, aborts it, and keeps the process', async () => {
    const fixture = await start('function', { timeoutMs: 1500 })
    const { url } = fixture
    const { pid } = await notesOf(url)
    const response = await fetch(`${url}/never`)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
    expect(await notesOf(url)).toMatchObject({ notes: ['never: true'], pid })
    expect(fixture.output()).not.toContain('timed out')
  })
})

describeWith('aws-lambda-ric', 'one instance', () => {
  test('serves several invocations at once, and each ends by itself', async () => {
    const { url } = await start('function', { copies: 6 })
    const readers = await Promise.all(Array.from({ length: 5 }, () => FetchReader.open(`${url}/endless`)))
    await Promise.all(readers.map((reader) => reader.until('data: {"n":2}')))
    const other = await fetch(`${url}/cookies`)
    expect(other.status).toBe(201)
    await Promise.all(readers.map((reader) => reader.until('data: {"n":9}')))
    for (const reader of readers) reader.leave()
  })

  test('serves a fetch function that hands requests on to a server', async () => {
    const fixture = await start('foreign', { timeoutMs: 1500 })
    const { url } = fixture
    const own = (await (await fetch(`${url}/own?a`)).json()) as { path: string; id: string }
    expect(own).toEqual({ path: '/own', id: expect.stringMatching(/^[0-9a-f-]{36}$/) })
    expect((await fetch(`${url}/throws`)).status).toBe(500)
    for (let asked = 0; asked < 2; asked++) {
      const reader = await FetchReader.open(`${url}/live`, { headers: eventSourceHeaders })
      expect(await reader.ended()).toMatch(/data: first\n\nretry: \d+\n$/)
    }
    expect(fixture.output()).not.toContain('timed out')
  })
})

function startFunction(module: string, options: Options): Promise<FixtureProcess> {
  return startScript(process.execPath, [], 'lambda/server.mjs', [module, JSON.stringify(options)])
}

async function start(module: string, options: Options = {}): Promise<FixtureProcess> {
  const fixture = await startFunction(module, options)
  onTestFinished(() => fixture.kill())
  return fixture
}

interface Notes {
  readonly notes: readonly string[]
  readonly written: number
  readonly pid: number
}

async function notesOf(url: string): Promise<Notes> {
  return (await (await fetch(`${url}/notes`)).json()) as Notes
}
