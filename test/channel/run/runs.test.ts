// Handlers that outlive their readers: started once, and followed from anywhere.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import { isReset, stream, type ServerEvent } from '../../../src/client/index.ts'
import { memoryJournal, TidingsError } from '../../../src/journal/index.ts'
import { sse } from '../../../src/sse/index.ts'
import { until } from '../../support/server/asking.ts'
import { createGate } from '../../support/time/gate.ts'
import { holdTime, passDuring } from '../../support/time/held-time.ts'
import {
  follow,
  numbers,
  start,
  startNode,
  stepped,
  take,
  upTo,
  type RunHandler,
} from '../../support/channel/run-node.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

afterEach(() => void vi.useRealTimers())

const asking = { accept: 'text/event-stream;tidings=1' }
const runId = /^[0-9a-z]{25}$/
const unavailable = (): TidingsError => new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'away')

const speaking = async function* (): AsyncGenerator {
  yield sse({ event: 'token' }, 'two\nlines')
  yield null
}

describe('a run', () => {
  test('goes on when its reader leaves, and is followed from where the reader was', async () => {
    const { handler, log, openAll } = stepped(5)
    const node = await startNode(memoryJournal(), handler)
    const first = await take(node.url, start, 1)
    openAll()
    const rest = await take(node.url, follow(first))
    expect(numbers([...first, ...rest])).toEqual(upTo(5))
    expect(log).toEqual(['called', 'done', 'finally of itself'])
  })

  test('reaches its reader also where the journal answers only after the head has gone out', async () => {
    const journal = new SpyingJournal()
    const slow = createGate()
    const append = journal.append.bind(journal)
    journal.append = async (...call) => {
      await slow.opened
      return append(...call)
    }
    const node = await startNode(journal, speaking, { openAfterMs: 0 })
    const taken = take(node.url, { ...start, onOpen: () => slow.open() })
    expect((await taken).map(({ data }) => data)).toEqual(['two\nlines', 'null'])
  })

  test('reaches its reader also where an answer from before its first event comes after it', async () => {
    const journal = new SpyingJournal()
    const first = createGate()
    const node = await startNode(journal, async function* () {
      await first.opened
      yield* speaking()
    })
    // "There is no log yet" is said when the reader joins, and again when it asks for what it has missed.
    let answers = 0
    let release: (() => void) | undefined
    journal.change = (page) => {
      if (page.epoch === '' && ++answers === 2) release = journal.hold()
      return page
    }
    const taken = take(node.url, start)
    await until(() => release !== undefined)
    const { appends } = journal
    first.open()
    await until(() => journal.appends > appends)
    release?.()
    expect((await taken).map(({ data }) => data)).toEqual(['two\nlines', 'null'])
  })

  test('names itself in the id of each event', async () => {
    const { handler, openAll } = stepped(3)
    openAll()
    const node = await startNode(memoryJournal(), handler)
    const events = await take(node.url, start)
    const [id = ''] = events[0]?.id.split('.') ?? []
    expect(id).toMatch(runId)
    expect(events.map((event) => event.id)).toEqual([`${id}.1`, `${id}.2`, `${id}.3`])
  })

  test('is followed on another node, to its end', async () => {
    const journal = memoryJournal()
    const { handler, log, open, openAll } = stepped(6)
    const one = await startNode(journal, handler)
    const other = await startNode(journal, handler)
    open(1)
    const first = await take(one.url, start, 2)
    openAll()
    expect(numbers(await take(other.url, follow(first)))).toEqual(upTo(6, 3))
    expect(log.filter((line) => line === 'called')).toHaveLength(1)
  })

  test('is followed by many at once, each from its own place', async () => {
    const journal = memoryJournal()
    const { handler, openAll } = stepped(50)
    openAll()
    const one = await startNode(journal, handler)
    const other = await startNode(journal, handler)
    const events = await take(one.url, start)
    const readers = events.map(async (event, index) => {
      const rest = await take((index % 2 === 0 ? one : other).url, follow([event]))
      expect(numbers(rest)).toEqual(upTo(50, index + 2))
    })
    await Promise.all(readers)
  })

  test('begins with tidings:open at its beginning, so that a reader cut before the first event follows too', async () => {
    const gate = createGate()
    const handler: RunHandler = async function* () {
      await gate.opened
      yield 'late'
    }
    const node = await startNode(memoryJournal(), handler)
    const response = await fetch(`${node.url}/run`, { method: 'POST', headers: asking })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('}\n\n')) text += (await reader?.read())?.value ?? ''
    const [, id = '', run = ''] = /id: (\S+)\nevent: tidings:open\ndata: \{"run":"(\w+)"\}/.exec(text) ?? []
    expect(run).toMatch(runId)
    expect(id).toBe(`${run}.0`)
    await reader?.cancel()
    const rest = take(node.url, { lastEventId: id })
    gate.open()
    expect(numbers(await rest)).toEqual(['late'])
  })

  test('is not started again by an id in the query, which a page that reloads sends', async () => {
    const { handler, log, openAll } = stepped(4)
    openAll()
    const node = await startNode(memoryJournal(), handler)
    const [, second] = await take(node.url, start)
    const text = await (await fetch(`${node.url}/run?lastEventId=${second?.id}`)).text()
    expect(text).toMatch(/\n:\nid: \S+\.3\ndata: \{"n":3\}\n\nid: \S+\.4\ndata: \{"n":4\}\n\n$/)
    expect(log.filter((line) => line === 'called')).toHaveLength(1)
  })

  test('ends for a native EventSource with 204, asked for with the id of its end', async () => {
    const { handler, openAll } = stepped(1)
    openAll()
    const node = await startNode(memoryJournal(), handler)
    const text = await (await fetch(`${node.url}/run`, { headers: asking })).text()
    const [, end = ''] = /id: (\S+~end)\nevent: tidings:end/.exec(text) ?? []
    expect(end).toMatch(/^[0-9a-z]{25}\.2~end$/)
    expect((await fetch(`${node.url}/run`, { headers: { 'last-event-id': end } })).status).toBe(204)
  })

  test('is followed as lines of JSON as well', async () => {
    const { handler, openAll } = stepped(2)
    openAll()
    const node = await startNode(memoryJournal(), handler)
    const response = await fetch(`${node.url}/run`, { method: 'POST', headers: { accept: 'application/x-ndjson' } })
    expect(await response.text()).toBe('{"n":1}\n{"n":2}\n')
  })

  test('keeps names and text', async () => {
    const node = await startNode(memoryJournal(), speaking)
    const events = await take(node.url, { ...start, as: 'text' })
    expect(events.map(({ event, data }) => [event, data])).toEqual([
      ['token', 'two\nlines'],
      ['message', 'null'],
    ])
  })

  test.each([
    ['an id', sse({ id: '7' }, 'x'), /no id and no retry/],
    ['a retry', sse({ retry: 7 }, 'x'), /no id and no retry/],
    ['a name of the framework', sse({ event: 'tidings:end' }, 'x'), /cannot begin with tidings:/],
    ['what JSON cannot hold', 10n, /10n cannot be sent/],
  ])('fails when it yields %s', async (_, event, message) => {
    const handler: RunHandler = async function* () {
      yield event
    }
    const node = await startNode(memoryJournal(), handler)
    await expect(take(node.url, start)).rejects.toThrow(message)
  })
})

describe('an idempotency key', () => {
  test('starts one run, however often and wherever it is sent', async () => {
    const journal = memoryJournal()
    const { handler, log, openAll } = stepped(3)
    openAll()
    const nodes = [await startNode(journal, handler), await startNode(journal, handler)]
    const headers = { 'idempotency-key': 'order-7' }
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, index) => take(nodes[index % 2]?.url ?? '', { ...start, headers })),
    )
    for (const events of all) expect(events).toEqual(all[0])
    expect(numbers(all[0] ?? [])).toEqual(upTo(3))
    expect(log.filter((line) => line === 'called')).toHaveLength(1)
  })
})

describe('an id that names nothing', () => {
  const gone = `${'x'.repeat(25)}.3`

  test('of a run that is gone: a GET is told and ends, a POST is 410; nothing is started', async () => {
    const { handler, log } = stepped(1)
    const journal = new SpyingJournal()
    const node = await startNode(journal, handler)
    const events = await take(node.url, { lastEventId: gone })
    expect(events.map((event) => isReset(event))).toEqual([true])
    const response = await fetch(`${node.url}/run`, { method: 'POST', headers: { 'last-event-id': gone } })
    expect(response.status).toBe(410)
    expect(log).toEqual([])
    expect(journal.appends).toBe(0)
  })

  test.each([
    ['garbage', 'garbage'],
    ['a number', '-1'],
    ['nearly one', `${gone}.`],
    ['10 KB', 'x'.repeat(10_000)],
  ])('%s is 404', async (_, id) => {
    const { handler, log } = stepped(1)
    const node = await startNode(memoryJournal(), handler)
    for (const method of ['GET', 'POST']) {
      expect((await fetch(`${node.url}/run`, { method, headers: { 'last-event-id': id } })).status).toBe(404)
    }
    expect(log).toEqual([])
  })

  test('of a number that is not there yet is a reset to the beginning', async () => {
    const { handler, openAll } = stepped(2)
    openAll()
    const node = await startNode(memoryJournal(), handler)
    const [event] = await take(node.url, start)
    const events = await take(node.url, { lastEventId: event?.id.replace(/\.1$/, '.zz') ?? '' })
    expect(events.map(({ event: name }) => name)).toEqual(['tidings:reset', 'message', 'message'])
  })
})

describe('a journal that is away', () => {
  test('holds the handler back, and loses and doubles nothing', async () => {
    const journal = new SpyingJournal()
    const { handler, openAll } = stepped(20)
    const node = await startNode(journal, handler)
    const events: ServerEvent[] = []
    for await (const event of stream(`${node.url}/run`, start)) {
      events.push(event)
      if (events.length !== 1) continue
      journal.failure = unavailable()
      const { appends } = journal
      openAll()
      // Tried in vain, and again.
      void until(() => journal.appends > appends + 1).then(() => (journal.failure = undefined))
    }
    expect(numbers(events)).toEqual(upTo(20))
  })

  test('is a 503 for who wants to start a run', async () => {
    const journal = new SpyingJournal()
    const { handler, log } = stepped(1)
    const node = await startNode(journal, handler)
    journal.failure = unavailable()
    expect((await fetch(`${node.url}/run`, { method: 'POST' })).status).toBe(503)
    expect(node.errors).toMatchObject([{ code: 'ERR_JOURNAL_UNAVAILABLE' }])
    expect(log).toEqual([])
  })
})

describe('options of runs', () => {
  test.each(['keepMs', 'leaseMs', 'graceMs', 'maxDurationMs', 'maxEvents', 'maxBytes'])(
    '%s must be a whole number',
    (name) => {
      const channels = createChannels({ journal: memoryJournal() })
      expect(() => channels.runs({ owner: () => 'x', [name]: 0 })).toThrow(name)
    },
  )

  test.each(['leaseMs', 'graceMs'])('%s is a time that can be cut into beats', (name) => {
    const channels = createChannels({ journal: memoryJournal() })
    expect(() => channels.runs({ owner: () => 'x', [name]: 2 ** 31 })).toThrow(
      `${name} must be a whole number from 1 to`,
    )
    expect(() => channels.runs({ owner: () => 'x', [name]: 2 ** 31 - 1 })).not.toThrow()
  })

  test('the longest of all times is one as well', async () => {
    const { handler, openAll } = stepped(2)
    openAll()
    const most = Number.MAX_SAFE_INTEGER
    const longest = 2 ** 31 - 1
    const limits = {
      maxDurationMs: most,
      keepMs: most,
      leaseMs: longest,
      graceMs: longest,
      unfollowed: 'stop',
    } as const
    const node = await startNode(memoryJournal(), handler, limits)
    const headers = { 'idempotency-key': 'k' }
    const events = await take(node.url, { ...start, headers })
    expect(numbers(events)).toEqual(upTo(2))
    expect(await take(node.url, { ...start, headers })).toEqual(events)
    expect(node.errors).toEqual([])
  })

  test('topics cannot have the names of runs', () => {
    expect(() => createChannels().topic('~run/x')).toThrow('~run/')
  })

  test('a run is forgotten after keepMs', async () => {
    holdTime()
    const { handler, openAll } = stepped(2)
    openAll()
    const node = await startNode(memoryJournal(), handler, { keepMs: 60_000 })
    const events = await passDuring(take(node.url, start))
    const again = await passDuring(take(node.url, follow(events.slice(0, 1))))
    expect(numbers(again)).toEqual(upTo(2, 2))
    vi.advanceTimersByTime(60_001)
    const later = await passDuring(take(node.url, follow(events.slice(0, 1))))
    expect(later.map((event) => isReset(event))).toEqual([true])
  })
})

describe('a client that asked by POST', () => {
  test('asks again after a cut, since a run goes on and is not started twice', async () => {
    const { handler, log, open, openAll } = stepped(6)
    const node = await startNode(memoryJournal(), handler)
    open(1)
    const seen: unknown[] = []
    for await (const { data } of stream(`${node.url}/run`, { ...start, retry: { minMs: 1, maxMs: 5 } })) {
      seen.push(data)
      if (seen.length !== 2) continue
      node.server.disconnect(() => true)
      openAll()
    }
    expect(seen).toEqual(upTo(6))
    expect(log.filter((line) => line === 'called')).toHaveLength(1)
  })
})
