// Bad days of a whole process, which runs the build.
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RawClient } from '../support/server/raw-client.ts'
import { startScript, type FixtureProcess } from '../support/component/fixture-process.ts'

interface Stats {
  readonly rss: number
  readonly heapUsed: number
  readonly arrayBuffers: number
  readonly finallys: number
  readonly errors: number
  readonly open: number
}

const megabyte = 1024 * 1024

async function start(): Promise<FixtureProcess> {
  const fixture = await startScript(process.execPath, ['--expose-gc'], '../server/bad-day-server.mjs')
  onTestFinished(() => fixture.kill())
  return fixture
}

/** What the process says of itself; rejects when it is gone or too busy to answer. */
async function statsOf({ url }: FixtureProcess): Promise<Stats> {
  const response = await fetch(`${url}/stats`, {
    signal: AbortSignal.timeout(60_000),
    headers: { connection: 'close' },
  })
  return (await response.json()) as Stats
}

/** Asks until the process says what is waited for; the last answer otherwise. */
async function statsOnce(fixture: FixtureProcess, condition: (stats: Stats) => boolean): Promise<Stats> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const stats = await statsOf(fixture)
    if (condition(stats) || Date.now() > deadline) return stats
    await pause(50)
  }
}

function pause(ms: number): Promise<void> {
  // oxlint-disable-next-line no-restricted-globals -- between two looks at another process, which has nothing that it could tell
  return new Promise((resolve) => void setTimeout(resolve, ms))
}

/** Opens `count` streams, in groups that the listener's backlog can hold. */
async function openMany(
  fixture: FixtureProcess,
  count: number,
  path: string,
  headers: readonly string[] = [],
): Promise<RawClient[]> {
  const clients: RawClient[] = []
  while (clients.length < count) {
    const group = Array.from({ length: Math.min(100, count - clients.length) }, async () => {
      const client = await RawClient.open(fixture.port)
      client.request(`GET ${path} HTTP/1.1`, headers)
      await client.until('data: ')
      // What floods would fill the memory of the test instead.
      if (path === '/flooding') client.socket.pause()
      return client
    })
    clients.push(...(await Promise.all(group)))
  }
  return clients
}

describe('a reader that never reads', () => {
  it('costs at most 20 MB while its handler would yield 16 KB events for 10 s', async () => {
    const fixture = await start()
    // Once around, so that what every process needs is there before it is measured.
    for (const client of await openMany(fixture, 5, '/flooding')) client.leave()
    await statsOnce(fixture, ({ open }) => open === 0)
    const before = await statsOf(fixture)
    const socket = connect(fixture.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.pause()
    socket.write('GET /flooding HTTP/1.1\r\nHost: t\r\n\r\n')
    let most = 0
    for (let second = 0; second < 10; second += 1) {
      await pause(1000)
      const stats = await statsOf(fixture)
      expect(stats.open).toBe(1)
      most = Math.max(most, stats.rss)
    }
    expect((most - before.rss) / megabyte).toBeLessThan(20)
    socket.destroy()
    expect(await statsOnce(fixture, ({ open }) => open === 0)).toMatchObject({ open: 0, finallys: before.finallys + 1 })
  })
})

// TIDINGS_LEAVING=100000 for the long run.
const leavingRounds = Math.ceil(Number(process.env['TIDINGS_LEAVING'] ?? 2000) / 1000)

describe('readers that leave by the thousand', () => {
  it(
    'leave nothing behind: every finally has run and the heap is back',
    async () => {
      const fixture = await start()
      const round = async (path: string): Promise<void> => {
        const clients = await openMany(fixture, 500, path)
        for (const client of clients) client.leave()
        await statsOnce(fixture, ({ open }) => open === 0)
      }
      await round('/waiting')
      await round('/flooding')
      const before = await statsOnce(fixture, ({ finallys }) => finallys === 1000)
      expect(before).toMatchObject({ finallys: 1000, open: 0 })
      for (let repeat = 0; repeat < leavingRounds; repeat += 1) {
        await round('/waiting')
        await round('/flooding')
      }
      const finallys = 1000 + leavingRounds * 1000
      const after = await statsOnce(fixture, (stats) => stats.finallys === finallys)
      expect(after).toMatchObject({ finallys, open: 0, errors: 0 })
      expect((after.heapUsed - before.heapUsed) / megabyte).toBeLessThan(2)
    },
    leavingRounds * 60_000,
  )
})

describe('SIGTERM with a thousand open streams', () => {
  it('ends the process before its deadline: every finally has run, and every response ends with its last chunk', async () => {
    const fixture = await start()
    const headers = ['Accept: text/event-stream', 'Cache-Control: no-cache']
    const clients = await openMany(fixture, 1000, '/winding', headers)
    const code = await fixture.terminate()
    expect(code).toBe(0)
    expect(fixture.output()).toContain('finallys 1000')
    const times = new Set<string>()
    for (const client of clients) {
      const text = await client.ended()
      const last = /retry: (\d+)\n\r\n0\r\n\r\n$/.exec(text)
      expect(last, text).not.toBeNull()
      times.add(last?.[1] ?? '')
    }
    expect(times.size).toBeGreaterThan(500)
  })
})

describe('no request ends the process', () => {
  const directed = [
    ['that makes a handler throw', 'GET /throws HTTP/1.1'],
    ['that makes a handler throw what is no error', 'GET /throws-odd HTTP/1.1'],
    ['that is refused with what HTTP and JSON cannot hold', 'GET /refuses HTTP/1.1'],
    ['whose answer is a network error', 'GET /network-error HTTP/1.1'],
    ['whose Response another request has', 'GET /shared HTTP/1.1'],
    ['whose body fails', 'GET /broken-body HTTP/1.1'],
    ['whose stream fails', 'GET /failing HTTP/1.1'],
    ['for the head of a body without an end', 'HEAD /endless-body HTTP/1.1'],
    ['with an invalid host', 'GET /request HTTP/1.1\r\nHost: a/b@c'],
  ] as const

  it.each(directed)('%s', async (_name, line) => {
    const fixture = await start()
    for (let round = 0; round < 3; round += 1) {
      const client = await RawClient.open(fixture.port)
      client.request(line)
      await Promise.race([client.ended(), pause(200)])
      client.leave()
    }
    expect((await statsOnce(fixture, ({ open }) => open === 0)).open).toBe(0)
    expect(fixture.output()).not.toMatch(/unhandled|uncaught/i)
  })

  it('of 2,000 that are malformed or odd', async () => {
    const fixture = await start()
    const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121)
    const random = createRandom(seed)
    const requests = Array.from({ length: 2000 }, () => makeRequest(random))
    const next = requests.values()
    const work = async (): Promise<void> => {
      for (const request of next) await sendOdd(fixture.port, request, random)
    }
    await Promise.all(Array.from({ length: 20 }, work))
    const stats = await statsOnce(fixture, ({ open }) => open === 0).catch((error: unknown) => {
      throw new Error(`The process does not answer any more (seed ${seed}):\n${fixture.output()}`, { cause: error })
    })
    expect(stats.open).toBe(0)
    expect(fixture.output()).not.toMatch(/unhandled|uncaught/i)
    expect(await fixture.terminate()).toBe(0)
  })
})

type Random = (limit: number) => number

/** Whole numbers below a limit, the same ones for the same seed (mulberry32). */
function createRandom(seed: number): Random {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

const methods = [
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'PUT',
  'OPTIONS',
  'DELETE',
  'PATCH',
  'TRACE',
  'CONNECT',
  'get',
  'G\0T',
  '',
]
const targets = [
  '/waiting',
  '/flooding',
  '/brief',
  '/failing',
  '/text/a',
  '/text/%E4%BD%A0',
  '/text/%ff',
  '/text/%',
  '/number?n=1',
  '/number?n=x',
  '/number?n=1&n=2',
  '/throws',
  '/throws-odd',
  '/refuses',
  '/network-error',
  '/broken-body',
  '/cookies',
  '/request',
  '/body',
  '/any',
  '/upload',
  '/stream',
  '/',
  '//',
  '/../..',
  '/%2e%2e/x',
  '*',
  'http://h/text/a',
  'http://[/x',
  '\\\\x',
  '/text/a?%',
  '/x'.repeat(2000),
  '/?__proto__=1',
  '/text/\u0001',
  '/text/a b',
  '?',
  '#',
  '/brief?lastEventId=1~end',
  '/brief?lastEventId=%0a',
  '/text/ü',
]
const headers = [
  'Host: t',
  'Host: a/b@c',
  'Host:',
  'Accept: text/event-stream',
  'Accept: application/x-ndjson;envelope=1',
  'Accept: ;;;,,,q=',
  'Accept: image/png',
  'Cache-Control: no-cache',
  'Last-Event-ID: 5~end',
  'Last-Event-ID: \u00e4\u00ff',
  'Last-Event-ID:',
  'Content-Type: application/json',
  'Content-Type: multipart/form-data; boundary=x',
  'Content-Type: multipart/form-data',
  'Content-Type: ;;;',
  'Content-Type: text/plain; charset=utf-16',
  'Content-Type: application/x-www-form-urlencoded',
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: -1',
  'Content-Length: 99999999',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip',
  'Connection: close',
  'Connection: upgrade',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Expect: nonsense',
  'Cookie: a=1; b=%zz; =; ;;__proto__=1',
  'Origin: http://o',
  'Access-Control-Request-Method: POST',
  'X-Bad\u0001: 1',
  'no colon',
  'X-Long: '.padEnd(9000, 'x'),
  'Set-Cookie: a=1',
  'Accept-Encoding: br;q=x, gzip',
  'Authorization: \u0000',
]
const bodies = [
  '',
  '{"n":1}',
  '{"n":"1"}',
  '{',
  '[1',
  'n=1&n=2',
  '5\r\n{"n":\r\n2\r\n1}\r\n0\r\n\r\n',
  'zz\r\n',
  'ffffffff\r\nx',
  '--x\r\n\r\n--x--',
  '\u00ff\u00fe',
  'x'.repeat(20_000),
]

const pick = <Item>(random: Random, list: readonly Item[]): Item => list[random(list.length)] as Item

function makeRequest(random: Random): string {
  const version = pick(random, ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''])
  const lines = [
    `${pick(random, methods)} ${pick(random, targets)} ${version}`,
    ...(random(10) === 0 ? [] : ['Host: t']),
  ]
  for (let count = random(6); count > 0; count -= 1) lines.push(pick(random, headers))
  const request = `${lines.join('\r\n')}\r\n\r\n${pick(random, bodies)}`
  const shape = random(12)
  if (shape === 0) return request.slice(0, random(request.length))
  if (shape === 1) return request.replaceAll('\r\n', '\n')
  if (shape === 2) return request + request
  if (shape === 3) return Array.from({ length: random(300) }, () => String.fromCharCode(random(256))).join('')
  return request
}

/** Sends it, in one piece or cut in two, and leaves once there is an answer or a moment has passed. */
function sendOdd(port: number, request: string, random: Random): Promise<void> {
  const cut = random(3) === 0 ? random(request.length + 1) : request.length
  const leaveAfterMs = 5 + random(60)
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1', () => {
      socket.write(request.slice(0, cut), 'latin1')
      if (cut < request.length) setImmediate(() => socket.write(request.slice(cut), 'latin1'))
    })
    const leave = (): void => {
      if (random(2) === 0) socket.destroy()
      else socket.resetAndDestroy()
    }
    // oxlint-disable-next-line no-restricted-globals -- a client that leaves when it likes
    const timer = setTimeout(leave, leaveAfterMs)
    socket.on('error', () => {})
    socket.on('data', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
