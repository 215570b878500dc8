// How the events of a run come to its journal: together, in order, and once.
import { afterEach, describe, expect, test, vi } from 'vitest'
import { nextTurn } from '../../../src/base/index.ts'
import { RunLog } from '../../../src/channel/run/log.ts'
import { Pauses } from '../../../src/channel/run/pauses.ts'
import { RunWriter } from '../../../src/channel/run/writer.ts'
import {
  createSecretEpoch,
  memoryJournal,
  TidingsError,
  type Journal,
  type NewEvent,
  type Position,
} from '../../../src/journal/index.ts'
import { createSeededRandom } from '../../../src/testing/seeded-random.ts'
import { ForwardingJournal } from '../../support/journal/forwarding-journal.ts'
import { turns, until } from '../../support/server/asking.ts'
import { createGate, type Gate } from '../../support/time/gate.ts'
import { holdTime, pass } from '../../support/time/held-time.ts'

afterEach(() => void vi.useRealTimers())

/** What becomes of an append: it is stored and answered, or one of these. */
type Fault = 'refused' | 'unanswered' | 'full' | undefined

interface Made {
  readonly writer: RunWriter
  /** The data of each append that was tried. */
  readonly appends: string[][]
  readonly failures: unknown[]
  readonly troubles: unknown[]
  readonly lost: AbortController
  readonly load: { underWay: number }
  /** What the log has, by name and data. */
  stored(): Promise<string[]>
  isClosed(): Promise<boolean>
  /** What becomes of the next appends. */
  fault: (events: readonly NewEvent[]) => Fault
  /** Appends wait for it. */
  gate: Gate | undefined
  readonly journal: Journal
  readonly log: RunLog
}

const limits = {
  leaseMs: 10_000,
  graceMs: 10_000,
  maxDurationMs: 10_000,
  keepMs: 10_000,
  maxEvents: 100_000,
  maxBytes: 64 * 1024 * 1024,
}

function make(changed: Partial<typeof limits> = {}): Made {
  const inner = memoryJournal()
  const appends: string[][] = []
  const failures: unknown[] = []
  const troubles: unknown[] = []
  const lost = new AbortController()
  const load = { underWay: 0 }
  const journal = new ForwardingJournal(inner)
  journal.appendAll = async (topic, events, options): Promise<Position> => {
    appends.push(events.map(({ data }) => data))
    const fault = made.fault(events)
    await made.gate?.opened
    if (fault === 'full') throw new TidingsError('ERR_JOURNAL_FULL', 'full')
    if (fault === 'refused') throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'away')
    const position = await inner.appendAll(topic, events, options)
    if (fault === 'unanswered') throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'no answer')
    return position
  }
  const log = new RunLog(journal, createSecretEpoch(), { ...limits, ...changed })
  const writer = new RunWriter({
    log,
    load,
    lost: lost.signal,
    onError: (error) => troubles.push(error),
    onLost: () => failures.push('lost'),
    onFailure: (error) => failures.push(error),
  })
  const made: Made = {
    writer,
    appends,
    failures,
    troubles,
    lost,
    load,
    stored: async () => {
      const { events } = await inner.read(log.topic, 'start', { limit: 100_000, maxBytes: 100_000_000 })
      return events.map(({ event, data }) => (event === undefined ? data : `${event} ${data}`))
    },
    isClosed: async () => (await inner.read(log.topic, 'now')).closed,
    fault: () => undefined,
    gate: undefined,
    journal,
    log,
  }
  return made
}

/** A writer whose first append took long beside many others: it pauses before its next one. */
async function makePausing(others = 100): Promise<Made> {
  holdTime()
  const made = make()
  made.load.underWay = others
  made.gate = createGate()
  void made.writer.write({ data: '1' })
  await pass(1000)
  made.gate.open()
  await pass(1)
  return made
}

const end = { event: 'tidings:end', data: '{}' }
const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

describe('the events of a run', () => {
  test('go at once when nothing is under way, and together with what gathers behind them otherwise', async () => {
    const made = make()
    made.gate = createGate()
    for (const data of numbered(500)) expect(made.writer.write({ data })).toBeUndefined()
    expect(made.appends).toEqual([['0']])
    made.gate.open()
    expect(await made.writer.close(end)).toBe(true)
    expect(made.appends.map((append) => append.length)).toEqual([1, 500])
    expect(await made.stored()).toEqual([...numbered(500), 'tidings:end {}'])
    expect(await made.isClosed()).toBe(true)
  })

  test('are not held back when nothing is under way', async () => {
    const made = make()
    for (const data of numbered(5)) {
      void made.writer.write({ data })
      await expect.poll(async () => (await made.stored()).length).toBe(Number(data) + 1)
    }
    expect(made.appends).toEqual(numbered(5).map((data) => [data]))
  })

  test('are appended by one append at a time', async () => {
    const made = make()
    made.gate = createGate()
    void made.writer.write({ data: '1' })
    void made.writer.write({ data: '2' })
    await turns()
    expect([made.appends.length, made.load.underWay]).toEqual([1, 1])
    made.gate.open()
    await made.writer.close(end)
    expect(made.load.underWay).toBe(0)
  })

  test('have room for 1,024; the next waits until some are stored', async () => {
    const made = make()
    made.gate = createGate()
    const rooms = numbered(1024).map((data) => made.writer.write({ data }))
    expect(rooms.slice(0, -1).every((room) => room === undefined)).toBe(true)
    let hasRoom = false
    void rooms.at(-1)?.then(() => (hasRoom = true))
    await turns()
    expect(hasRoom).toBe(false)
    made.gate.open()
    await until(() => hasRoom)
    await made.writer.close(end)
    expect(await made.stored()).toHaveLength(1025)
  })

  test('have room for 256 Ki characters, or for one event however large it is', async () => {
    const made = make()
    made.gate = createGate()
    expect(made.writer.write({ data: JSON.stringify('x'.repeat(300 * 1024)) })).toBeInstanceOf(Promise)
    made.gate.open()
    await made.writer.close(end)
    expect(await made.stored()).toHaveLength(2)
  })

  test('leave turns to others, although the journal answers at once', async () => {
    const made = make()
    const others = { turns: 0 }
    const other = async (): Promise<void> => {
      for (; others.turns < 3; others.turns += 1) await new Promise<void>((resolve) => nextTurn(resolve))
    }
    void other()
    // Where others have no turn, this ends by the number of events.
    for (let value = 0; others.turns < 3 && value < 1_000_000; value += 1) await made.writer.write({ data: '1' })
    expect(others.turns).toBe(3)
    await made.writer.close(end)
  })

  test('pause when many runs write, and the end cuts the pause short', async () => {
    const made = await makePausing()
    void made.writer.write({ data: '2' })
    await pass(10)
    void made.writer.write({ data: '3' })
    expect(made.appends).toEqual([['1']])
    await made.writer.close(end)
    expect(made.appends).toEqual([['1'], ['2', '3', '{}']])
  })

  test('pause for no longer than 25 ms', async () => {
    const made = await makePausing()
    void made.writer.write({ data: '2' })
    await pass(26)
    expect(made.appends).toEqual([['1'], ['2']])
  })

  test('pause for longer the more runs write, so that all together make 8,000 appends a second, but at most 100 ms', async () => {
    for (const [others, ms] of [
      [400, 50],
      [100_000, 100],
    ] as const) {
      const made = await makePausing(others)
      void made.writer.write({ data: '2' })
      await pass(ms - 10)
      expect(made.appends).toEqual([['1']])
      await pass(11)
      expect(made.appends).toEqual([['1'], ['2']])
      vi.useRealTimers()
    }
  })

  test('pause together with those of other runs: their appends begin in the same turn', async () => {
    holdTime()
    const pauses = new Pauses()
    const over: number[] = []
    for (const ms of [50, 50, 50]) pauses.begin(ms, () => over.push(performance.now()))
    expect(vi.getTimerCount()).toBe(1)
    await pass(51)
    expect(over).toHaveLength(3)
    expect(pauses.size).toBe(0)
  })
})

describe('an append that fails', () => {
  test('is tried again, and reported once', async () => {
    const made = make()
    let left = 3
    made.fault = () => (left-- > 0 ? 'refused' : undefined)
    void made.writer.write({ data: '1' })
    void made.writer.write({ data: '2' })
    expect(await made.writer.close(end)).toBe(true)
    expect(await made.stored()).toEqual(['1', '2', 'tidings:end {}'])
    expect(made.troubles).toHaveLength(1)
  })

  test('without an answer is not made twice, at whatever place', async () => {
    for (let lostAt = 0; lostAt < 6; lostAt += 1) {
      const made = make()
      let count = 0
      made.fault = () => (count++ === lostAt ? 'unanswered' : undefined)
      for (const data of numbered(4)) {
        void made.writer.write({ data, event: Number(data) % 2 === 0 ? 'even' : undefined })
        await turns()
      }
      expect(await made.writer.close(end)).toBe(true)
      expect(await made.stored()).toEqual(['even 0', '1', 'even 2', '3', 'tidings:end {}'])
    }
  })

  test('without an answer is found although retention has dropped the first of its events', async () => {
    const made = make({ maxEvents: 2 })
    made.gate = createGate()
    for (const data of numbered(10)) void made.writer.write({ data })
    made.fault = () => (made.appends.length === 2 ? 'unanswered' : undefined)
    made.gate.open()
    expect(await made.writer.close(end)).toBe(true)
    expect(await made.stored()).toEqual(['9', 'tidings:end {}'])
  })

  test('because another node has closed the log is lost: nothing is written behind the end', async () => {
    const made = make()
    void made.writer.write({ data: '1' })
    await turns()
    await made.log.close('error', { error: 'interrupted' })
    void made.writer.write({ data: '2' })
    expect(await made.writer.close(end)).toBe(false)
    expect(made.failures).toEqual(['lost'])
    expect(await made.stored()).toEqual(['1', 'error {"error":"interrupted"}'])
    expect(made.writer.write({ data: '3' })).toBeUndefined()
  })

  test('because the journal has lost the end of the log is lost', async () => {
    const made = make()
    void made.writer.write({ data: '1' })
    await turns()
    await made.writer.write({ data: '2' })
    await turns()
    const elsewhere = memoryJournal()
    await elsewhere.appendAll(made.log.topic, [{ data: '1' }], { epoch: made.log.id })
    made.journal.appendAll = (...args) => elsewhere.appendAll(...args)
    made.journal.read = (...args) => elsewhere.read(...args)
    void made.writer.write({ data: '3' })
    expect(await made.writer.close(end)).toBe(false)
    expect(made.failures).toEqual(['lost'])
  })

  test('because an event cannot be stored keeps those before it, and says so', async () => {
    const made = make()
    made.gate = createGate()
    for (const data of ['1', '2', 'no JSON', '4']) void made.writer.write({ data })
    made.gate.open()
    await expect(made.writer.close(end)).rejects.toMatchObject({ code: 'ERR_EVENT_DATA' })
    expect(made.failures).toMatchObject([{ code: 'ERR_EVENT_DATA' }])
    expect(await made.stored()).toEqual(['1', '2'])
    expect(await made.writer.close({ event: 'error', data: '{}' }, true)).toBe(true)
    expect(await made.stored()).toEqual(['1', '2', 'error {}'])
  })

  test('ends when the log is lost meanwhile', async () => {
    const made = make()
    made.fault = () => 'refused'
    void made.writer.write({ data: '1' })
    const closing = made.writer.close(end)
    await turns()
    made.lost.abort()
    expect(await closing).toBe(false)
    expect(made.failures).toEqual(['lost'])
  })

  test('gives back the room that was waited for', async () => {
    const made = make()
    made.gate = createGate()
    made.fault = () => 'refused'
    const rooms = numbered(1024).map((data) => made.writer.write({ data }))
    const room = rooms.at(-1)
    expect(room).toBeInstanceOf(Promise)
    made.lost.abort()
    made.gate.open()
    await room
    expect(made.failures).toEqual(['lost'])
  })
})

test.each(Array.from({ length: 30 }, (_, seed) => seed))(
  'random faults lose, double and disorder nothing (seed %i)',
  async (seed) => {
    const random = createSeededRandom(seed)
    const made = make()
    made.fault = () => random.pick([undefined, undefined, undefined, 'refused', 'unanswered', 'full'] as const)
    const written = numbered(1 + random.number(40))
    for (const data of written) {
      await made.writer.write({ data, event: random.chance(30) ? 'named' : undefined })
      if (random.chance(40)) await turns()
    }
    expect(await made.writer.close(end)).toBe(true)
    const stored = await made.stored()
    expect(stored.map((text) => text.replace('named ', ''))).toEqual([...written, 'tidings:end {}'])
    expect(made.failures).toEqual([])
  },
)
