// The clients on a bad network: whatever it does, each event arrives once and in order.
import { describe, expect, test } from 'vitest'
import { EventSource, stream } from '../../src/client/index.ts'
import { defineRoute, type AnyRoute } from '../../src/server/index.ts'
import { sse } from '../../src/sse/index.ts'
import { describeWith } from '../support/component/component.ts'
import { startFaultProxy, type Fault } from '../support/component/fault-proxy.ts'
import { createGate } from '../support/time/gate.ts'
import { startNginx } from '../support/component/nginx.ts'
import { run } from '../support/server/running.ts'

/** Sends the numbers from where the reader stands to `last`. */
function createNumbers(last: number, onSent: (n: number) => Promise<void> | void = () => {}): AnyRoute[] {
  const numbers = defineRoute({
    method: 'GET',
    path: '/numbers',
    sse: { retryMs: 5 },
    handler: async function* ({ lastEventId = '0' }) {
      for (let n = Number(lastEventId) + 1; n <= last; n++) {
        yield sse({ id: String(n) }, { n, text: 'é你😀' })
        await onSent(n)
      }
    },
  })
  return [numbers]
}

const numbersTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

type Read = (url: string, onNumber?: (n: number) => void) => Promise<number[]>

function numberOf(data: unknown): number {
  if (typeof data !== 'object' || data === null || !('n' in data) || !('text' in data))
    throw new Error(`Got ${String(data)}.`)
  expect(data.text).toBe('é你😀')
  return Number(data.n)
}

const readers: Record<string, Read> = {
  'stream()': async (url, onNumber = () => {}) => {
    const seen: number[] = []
    for await (const { data } of stream(url, { retry: { minMs: 1, maxMs: 5 } })) {
      const n = numberOf(data)
      seen.push(n)
      onNumber(n)
    }
    return seen
  },
  // The handler's end is told by a 204.
  EventSource: (url, onNumber = () => {}) => {
    const seen: number[] = []
    const source = new EventSource(url)
    source.addEventListener('message', ({ data }) => {
      const n = numberOf(JSON.parse(data))
      seen.push(n)
      onNumber(n)
    })
    return new Promise((resolve) => {
      source.addEventListener('error', () => {
        if (source.readyState === EventSource.CLOSED) resolve(seen)
      })
    })
  },
}

const eventCount = 300

/** Within the head, within an event, on a blank line, right after one: cuts fall everywhere. */
const cuts = Array.from({ length: 60 }, (_, index): Fault => ({ cutAfterBytes: 300 + ((index * 197) % 700) }))

const faults: readonly { name: string; faultOf: (connection: number) => Fault; connections: number }[] = [
  { name: 'that cuts it again and again', faultOf: (connection) => cuts[connection] ?? {}, connections: 10 },
  { name: 'that passes single bytes', faultOf: () => ({ byteByByte: true }), connections: 1 },
  { name: 'that is slow', faultOf: () => ({ delayMs: 2 }), connections: 1 },
  {
    name: 'that passes single bytes and cuts',
    faultOf: (connection) => ({ ...cuts[connection], byteByByte: true }),
    connections: 10,
  },
  {
    name: 'that cuts it before the answer has begun',
    // The first one tells how soon to come back.
    faultOf: (connection) => (connection < 6 ? { cutAfterBytes: connection === 0 ? 600 : 1 + 40 * connection } : {}),
    connections: 7,
  },
]

describe.each(Object.entries(readers))('%s on a network', (_, read) => {
  test.each(faults)('$name hands on each event once and in order', async ({ faultOf, connections }) => {
    const { url } = await run(createNumbers(eventCount))
    const proxy = await startFaultProxy(url, faultOf)
    expect(await read(`${proxy.url}/numbers`)).toEqual(numbersTo(eventCount))
    expect(proxy.connections()).toBeGreaterThanOrEqual(connections)
  })

  test('that loses its server hands on each event once and in order', async () => {
    const cut = createGate()
    const { url } = await run(createNumbers(20, (n) => (n === 10 ? cut.opened : undefined)))
    const faults: Fault[] = [{}, { cutAfterBytes: 0 }, { cutAfterBytes: 0 }]
    const proxy = await startFaultProxy(url, (connection) => faults[connection] ?? {})
    const numbers = read(`${proxy.url}/numbers`, (n) => {
      if (n !== 10) return
      cut.open()
      proxy.cut()
    })
    expect(await numbers).toEqual(numbersTo(20))
  })
})

describe.each(Object.entries(readers))('%s behind nginx', (_, read) => {
  describeWith('nginx', 'that is restarted', () => {
    test('hands on each event once and in order', async () => {
      const restarted = createGate()
      const { url } = await run(createNumbers(20, (n) => (n === 10 ? restarted.opened : undefined)))
      const nginx = await startNginx(url, '')
      const numbers = read(`${nginx.url}/numbers`, (n) => {
        if (n === 10) void nginx.restart().then(restarted.open)
      })
      expect(await numbers).toEqual(numbersTo(20))
    })
  })
})

describe('a connection that has gone silent', () => {
  const silences = [
    { name: 'before the answer', silentAfterBytes: 0 },
    { name: 'within the head', silentAfterBytes: 100 },
    { name: 'after some events', silentAfterBytes: 600 },
  ]

  test.each(silences)('$name is noticed by idleTimeoutMs and let go', async ({ silentAfterBytes }) => {
    const { url } = await run(createNumbers(50))
    const proxy = await startFaultProxy(url, (connection) => (connection === 0 ? { silentAfterBytes } : {}))
    const seen: number[] = []
    const reasons: unknown[] = []
    const events = stream(`${proxy.url}/numbers`, {
      idleTimeoutMs: 2000,
      retry: { minMs: 1, maxMs: 5 },
      onRetry: ({ error }) => reasons.push(error),
    })
    for await (const { data } of events) seen.push(numberOf(data))
    expect(seen).toEqual(numbersTo(50))
    expect(reasons).toMatchObject([{ code: 'ERR_STREAM_INTERRUPTED' }])
    await expect.poll(() => proxy.holds(0)).toBe(false)
  })

  test('is waited for without idleTimeoutMs', async () => {
    const { url } = await run(createNumbers(50))
    const proxy = await startFaultProxy(url, () => ({ silentAfterBytes: 600 }))
    const leaving = new AbortController()
    const seen: number[] = []
    const reading = (async () => {
      for await (const { data } of stream(`${proxy.url}/numbers`, { signal: leaving.signal })) seen.push(numberOf(data))
    })()
    await expect.poll(() => seen.length).toBeGreaterThan(3)
    expect(proxy.connections()).toBe(1)
    leaving.abort()
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => proxy.holds(0)).toBe(false)
  })
})
