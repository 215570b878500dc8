// How runs end, and whose they are.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { stream, type ServerEvent } from '../../../src/client/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { turns, until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime, pass, passDuring } from '../../support/time/held-time.ts'
import {
  follow,
  numbers,
  start,
  startNode,
  stepped,
  stop,
  take,
  upTo,
  type RunHandler,
  type RunNode,
} from '../../support/channel/run-node.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

afterEach(() => void vi.useRealTimers())

const failing: RunHandler = async function* () {
  yield 1
  throw new Error('the model is away')
}

const heedless: RunHandler = async function* () {
  yield 1
  await new Promise(() => {})
}

/** What a dead node leaves behind: a journal whose lease nobody writes any more. */
async function abandonedRun(leaseMs: number): Promise<{ readonly other: RunNode; readonly first: ServerEvent[] }> {
  const inner = memoryJournal()
  const dying = new SpyingJournal(inner)
  const { handler } = stepped(5)
  const one = await startNode(dying, handler, { leaseMs })
  const other = await startNode(inner, handler, { leaseMs })
  const first = await take(one.url, start, 1)
  dying.failure = new Error('dead')
  return { other, first }
}

describe('the end of a run', () => {
  test('that throws is its error, also for those who come later, elsewhere', async () => {
    const journal = memoryJournal()
    const one = await startNode(journal, failing)
    const other = await startNode(journal, failing)
    const text = await (await fetch(`${one.url}/run`, { method: 'POST' })).text()
    expect(text).toMatch(/data: 1\n\nid: \S+\nevent: error\ndata: \{"error":"the model is away"\}\n\n$/)
    const [, id = ''] = /id: (\S+)/.exec(text) ?? []
    await expect(take(other.url, { lastEventId: id })).rejects.toThrow('the model is away')
    expect(one.errors).toMatchObject([{ message: 'the model is away' }])
  })

  test('that throws after its reader has left is reported all the same', async () => {
    const gate = createGate()
    const handler: RunHandler = async function* () {
      yield 1
      await gate.opened
      throw new Error('later')
    }
    const node = await startNode(memoryJournal(), handler)
    const first = await take(node.url, start, 1)
    await expect.poll(() => node.server.openStreams).toBe(0)
    gate.open()
    await expect(take(node.url, follow(first))).rejects.toThrow('later')
    expect(node.errors).toMatchObject([{ message: 'later' }])
  })

  test('is a stop, from any node: its signal aborts, its readers see an end', async () => {
    const journal = memoryJournal()
    const { handler, log } = stepped(5)
    const one = await startNode(journal, handler)
    const other = await startNode(journal, handler)
    const events: ServerEvent[] = []
    for await (const event of stream(`${one.url}/run`, start)) {
      events.push(event)
      expect(await stop(other, event.id)).toBe(true)
    }
    expect(numbers(events)).toEqual(upTo(1))
    await expect.poll(() => log).toEqual(['called', 'finally stopped'])
    expect(await stop(other, events[0]?.id ?? '')).toBe(false)
  })

  test('leaves the signal of a run that ended of itself alone', async () => {
    const signals: AbortSignal[] = []
    const node = await startNode(memoryJournal(), async function* ({ signal }) {
      signals.push(signal)
      yield 1
    })
    const [event] = await take(node.url, start)
    // The last thing that its node writes is that it has ended.
    await expect.poll(() => stop(node, event?.id ?? '')).toBe(false)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })

  test('does nothing for an invalid id', async () => {
    const node = await startNode(memoryJournal(), heedless)
    for (const id of ['x', 'X'.repeat(300), '%00', 'key%2Fx', 'a.b.c.d']) expect(await stop(node, id)).toBe(false)
    expect(node.errors).toEqual([])
  })

  test('on shut-down is waited for until the handler’s finally has run', async () => {
    const steps: string[] = []
    const winding = createGate()
    const released = createGate()
    const node = await startNode(memoryJournal(), async function* ({ sleep }) {
      try {
        yield 1
        await sleep(600_000)
      } finally {
        winding.open()
        await released.opened
        steps.push('finally')
      }
    })
    await take(node.url, start, 1)
    const closed = node.server.close({ drainMs: 10 }).then(() => steps.push('closed'))
    await winding.opened
    await turns(20)
    released.open()
    await closed
    expect(steps).toEqual(['finally', 'closed'])
  })

  test('is a stop also for a handler that does not mind its signal', async () => {
    const node = await startNode(memoryJournal(), heedless)
    const events: ServerEvent[] = []
    for await (const event of stream(`${node.url}/run`, start)) {
      events.push(event)
      await stop(node, event.id)
    }
    expect(numbers(events)).toEqual(['1'])
  })

  test('is the server’s, when it does not end by itself within the time to drain', async () => {
    const journal = memoryJournal()
    const { handler, log } = stepped(5)
    const one = await startNode(journal, handler)
    const other = await startNode(journal, handler)
    const first = await take(one.url, start, 1)
    await one.server.close({ drainMs: 20 })
    expect(log).toEqual(['called', 'finally shutdown'])
    await expect(take(other.url, follow(first))).rejects.toThrow('interrupted')
  })

  test('comes before the server’s, when there is time to drain', async () => {
    const journal = memoryJournal()
    const { handler, log, openAll } = stepped(5)
    const one = await startNode(journal, handler)
    const other = await startNode(journal, handler)
    const first = await take(one.url, start, 1)
    const closed = one.server.close({ drainMs: 10_000 })
    openAll()
    await closed
    expect(log).toEqual(['called', 'done', 'finally of itself'])
    expect(numbers(await take(other.url, follow(first)))).toEqual(upTo(5, 2))
  })

  test('comes after maxDurationMs at the latest', async () => {
    const { handler, log } = stepped(5)
    const node = await startNode(memoryJournal(), handler, { maxDurationMs: 30, leaseMs: 30 })
    await expect(take(node.url, start)).rejects.toThrow('maxDurationMs')
    expect(log).toEqual(['called', 'finally duration'])
  })

  test('comes after maxDurationMs also where a lease is longer', async () => {
    const { handler, log } = stepped(5)
    const node = await startNode(memoryJournal(), handler, { maxDurationMs: 30, leaseMs: 3_600_000 })
    await expect(take(node.url, start)).rejects.toThrow('maxDurationMs')
    expect(log).toEqual(['called', 'finally duration'])
  })

  test('comes when nobody follows for graceMs, where that is asked for', async () => {
    const { handler, log } = stepped(5)
    const node = await startNode(memoryJournal(), handler, { unfollowed: 'stop', graceMs: 60 })
    const first = await take(node.url, start, 1)
    await expect.poll(() => log).toEqual(['called', 'finally abandoned'])
    expect(numbers(await take(node.url, follow(first)))).toEqual([])
  })

  test('does not come while somebody follows on another node', async () => {
    holdTime()
    const journal = memoryJournal()
    const { handler, log, open, openAll } = stepped(3)
    const limits = { unfollowed: 'stop', graceMs: 120 } as const
    const one = await startNode(journal, handler, limits)
    const other = await startNode(journal, handler, limits)
    const first = await take(one.url, start, 1)
    const rest = take(other.url, follow(first))
    await until(() => other.server.openStreams === 1 && one.server.openStreams === 0)
    await pass(400)
    expect(log).toEqual(['called'])
    open(1)
    openAll()
    expect(numbers(await passDuring(rest))).toEqual(upTo(3, 2))
  })
})

describe('a node that dies', () => {
  test('leaves a run that ends as interrupted once its lease has run out', async () => {
    const { other, first } = await abandonedRun(100)
    await expect(take(other.url, follow(first))).rejects.toThrow('interrupted')
    await expect(take(other.url, follow(first))).rejects.toThrow('interrupted')
  })

  test.each([
    ['of an earlier version, after the time of those who follow', {}],
    ['of another time, after that', { goodForMs: 60 }],
  ])('leaves a lease %s', async (_, said) => {
    const journal = memoryJournal()
    const epoch = 'a'.repeat(25)
    const lease = { owner: 'somebody', node: 'gone', state: 'running', ...said }
    await journal.append(`~run/${epoch}/lease`, JSON.stringify(lease), { epoch })
    await journal.append(`~run/${epoch}`, '1', { epoch })
    const leaseMs = 'goodForMs' in said ? 3_600_000 : 60
    const node = await startNode(journal, heedless, { leaseMs })
    await expect(take(node.url, { lastEventId: `${epoch}.0` })).rejects.toThrow('interrupted')
  })

  test('leaves a run that can be stopped', async () => {
    const { other, first } = await abandonedRun(100)
    expect(await stop(other, first[0]?.id ?? '')).toBe(true)
    expect(numbers(await take(other.url, follow(first)))).toEqual([])
  })

  test('and only seemed dead appends nothing behind the end', async () => {
    const inner = memoryJournal()
    const paused = new SpyingJournal(inner)
    const { handler, log, openAll } = stepped(3)
    const one = await startNode(paused, handler, { leaseMs: 60 })
    const other = await startNode(inner, handler, { leaseMs: 60 })
    const first = await take(one.url, start, 1)
    paused.failure = new Error('paused')
    await expect(take(other.url, follow(first))).rejects.toThrow('interrupted')
    paused.failure = undefined
    openAll()
    await expect.poll(() => log.at(-1)).toMatch(/^finally/)
    await expect(take(other.url, follow(first))).rejects.toThrow('interrupted')
  })
})

describe('whose a run is', () => {
  const alice = { headers: { user: 'alice' } }
  const bob = { headers: { user: 'bob' } }

  async function begun() {
    const { handler, log, openAll } = stepped(3)
    const journal = memoryJournal()
    const node = await startNode(journal, handler)
    const [event] = await take(node.url, { ...start, ...alice }, 1)
    return { node, log, openAll, id: event?.id ?? '' }
  }

  test('another’s run cannot be followed', async () => {
    const { node, id } = await begun()
    for (const method of ['GET', 'POST']) {
      const response = await fetch(`${node.url}/run`, { method, headers: { 'last-event-id': id, user: 'bob' } })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({ code: 404, message: 'There is no such run.' })
    }
  })

  test('another’s run cannot be stopped', async () => {
    const { node, id, log } = await begun()
    expect(await stop(node, id, 'bob')).toBe(false)
    expect(log).toEqual(['called'])
    expect(await stop(node, id, 'alice')).toBe(true)
  })

  test('another’s idempotency key is another key', async () => {
    const { node, openAll } = await begun()
    openAll()
    const key = { 'idempotency-key': 'k' }
    const [hers, his] = await Promise.all(
      [alice, bob].map(({ headers }) => take(node.url, { ...start, headers: { ...headers, ...key } })),
    )
    expect(hers?.[0]?.id.split('.')[0]).not.toBe(his?.[0]?.id.split('.')[0])
  })

  test('nobody’s is refused', async () => {
    const { handler } = stepped(1)
    const node = await startNode(memoryJournal(), handler, { owner: () => '' })
    expect((await fetch(`${node.url}/run`, { method: 'POST' })).status).toBe(500)
    expect(node.errors).toMatchObject([{ code: 'ERR_OPTION' }])
  })
})
