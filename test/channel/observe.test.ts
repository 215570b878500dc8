import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createChannels,
  type ChannelObserver,
  type Channels,
  type ChannelsOptions,
  type ObservedRun,
  type Topic,
} from '../../src/channel/index.ts'
import { FrameReader } from '../support/channel/frame-reader.ts'
import { gatedHandler, openNode } from '../support/channel/direct-node.ts'
import { SpyingJournal } from '../support/journal/spying-journal.ts'
import { turns, unhandledDuring, until } from '../support/server/asking.ts'
import { createGate } from '../support/time/gate.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
  readonly errors: unknown[]
  readonly told: [string, unknown][]
  readonly stop: () => void
}

/** Channels whose observer notes what it is told. */
function make(options: Partial<ChannelsOptions> = {}): Made {
  const journal = new SpyingJournal()
  const errors: unknown[] = []
  const channels = createChannels({ journal, healMs: 100_000, onError: (error) => void errors.push(error), ...options })
  onTestFinished(() => channels.close())
  const told: [string, unknown][] = []
  const note = (name: string) => (value: unknown) => void told.push([name, value])
  const names = ['onJournalCall', 'onFollow', 'onLeave', 'onHeal', 'onGap', 'onReset', 'onRun']
  const stop = channels.observe(Object.fromEntries(names.map((name) => [name, note(name)])))
  return { journal, channels, topic: channels.topic<unknown>('t'), errors, told, stop }
}

const of = (told: readonly [string, unknown][], name: string): unknown[] =>
  told.filter(([what]) => what === name).map(([, value]) => value)

/** Lets time pass in steps, and what is due in each be done. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    vi.advanceTimersByTime(500)
    await turns(4)
  }
}

describe('an observer of channels', () => {
  it('is told of each call of the journal: what was asked, how long it took and what came', async () => {
    const { topic, told, journal } = make()
    await topic.publish({ n: 1 }, { key: 'k' })
    await topic.publish({ n: 1 }, { key: 'k' })
    journal.failure = new Error('away')
    await expect(topic.publish(2)).rejects.toThrow('away')
    expect(of(told, 'onJournalCall')).toEqual([
      { method: 'append', topic: 't', events: 1, durationMs: expect.any(Number), error: undefined },
      { method: 'append', topic: 't', events: 0, durationMs: expect.any(Number), error: undefined },
      { method: 'append', topic: 't', events: 0, durationMs: expect.any(Number), error: journal.failure },
    ])
  })

  it('is told of readers that come and go, whether they take frames or iterate', async () => {
    const { topic, told, channels } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    const next = iterator.next()
    await next
    expect(channels.status().followed).toMatchObject([{ topic: 't', readers: 2, tail: 0, isClosed: false, lagging: 0 }])
    // It is written one more event, and takes no other; the iteration has not asked for any.
    reader.hasRoom = false
    await topic.publish(0)
    await reader.until(2)
    for (let n = 1; n <= 4; n += 1) await topic.publish(n)
    await until(() => channels.status().followed[0]?.tail === 5)
    expect(channels.status().followed).toMatchObject([{ lagging: 2, maxLag: 5 }])
    reader.attachment.detach()
    await iterator.return?.()
    expect(of(told, 'onFollow')).toEqual([{ topic: 't' }, { topic: 't' }])
    expect(of(told, 'onLeave')).toEqual([{ topic: 't' }, { topic: 't' }])
    expect(channels.status().followed).toEqual([])
  })

  it('is told of those that leave because the channels close', async () => {
    const { topic, told, channels } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    void topic.subscribe()[Symbol.asyncIterator]().next()
    await turns()
    await channels.close()
    expect(of(told, 'onLeave')).toEqual([{ topic: 't' }, { topic: 't' }])
  })

  it('is told what healing has found', async () => {
    const { topic, told, journal } = make()
    const reader = new FrameReader(topic.subscribe())
    await reader.until(1)
    journal.isDeaf = true
    await topic.publish(1)
    await topic.publish(2)
    journal.reconnect()
    await reader.until(3)
    await until(() => of(told, 'onHeal').length > 0)
    expect(of(told, 'onHeal')[0]).toEqual({ place: { topic: 't' }, events: 2, durationMs: expect.any(Number) })
  })

  it('is told of gaps and resets', async () => {
    const { topic, told, journal } = make()
    const ids = []
    for (let n = 1; n <= 5; n += 1) ids.push((await topic.publish(n)).id)
    await journal.trim('t', 4)
    const late = new FrameReader(topic.subscribe({ after: ids[0] }))
    await late.until(2)
    expect(of(told, 'onGap')).toEqual([{ place: { topic: 't' }, from: expect.any(String), to: expect.any(String) }])
    // As of a log that was replaced.
    journal.change = (page) => {
      journal.change = (next) => next
      return { ...page, foreign: true, events: [] }
    }
    journal.hint()
    await until(() => of(told, 'onReset').length > 0)
    expect(of(told, 'onReset')[0]).toEqual({ topic: 't' })
  })

  it('is told of the runs of this process, and how they end', async () => {
    const direct = openNode(new SpyingJournal())
    const told: { id: string; state: string; events: number }[] = []
    direct.channels.observe({ onRun: ({ id, state, events }: ObservedRun) => void told.push({ id, state, events }) })
    const gate = createGate()
    const { handler } = gatedHandler(gate.opened)
    const [id] = (await direct.start(handler)).split('.')
    await until(() => told.length === 1)
    const [run] = direct.channels.status().runs
    const [node, startedAt, leaseAgeMs] = [expect.any(String), expect.any(Number), expect.any(Number)]
    expect(run).toEqual({
      id,
      state: 'running',
      owner: 'ada',
      node,
      events: expect.any(Number),
      startedAt,
      leaseMs: 10_000,
      leaseAgeMs,
    })
    gate.open()
    await until(() => told.length === 2)
    expect(told[0]).toMatchObject({ id, state: 'running' })
    expect(told[1]).toMatchObject({ id, state: 'complete' })
    expect(told[1]?.events).toBeGreaterThan(1)
    expect(direct.channels.status().runs).toEqual([])
  })

  it('sees how old the last sign of life of a run is, which the journal has taken', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    const journal = new SpyingJournal()
    const direct = openNode(journal, { leaseMs: 9000 })
    const { handler } = gatedHandler(createGate().opened)
    await direct.start(handler)
    const ageMs = (): number => direct.channels.status().runs[0]?.leaseAgeMs ?? NaN
    await pass(12_000)
    expect(ageMs()).toBeLessThan(4000)
    journal.failure = new Error('away')
    await pass(6000)
    expect(ageMs()).toBeGreaterThanOrEqual(6000)
    journal.failure = undefined
    await pass(6000)
    expect(ageMs()).toBeLessThan(4000)
  })

  it('is told of a run that fails, and of one that is stopped', async () => {
    const node = openNode(new SpyingJournal())
    const states: string[] = []
    node.channels.observe({ onRun: ({ state }) => void states.push(state) })
    const never = createGate()
    const { handler } = gatedHandler(never.opened)
    const id = await node.start(handler)
    await node.runs.stop(id, { user: 'ada' })
    await until(() => states.length === 2)
    await node.start({
      ...handler,
      open: async () => {
        throw new Error('broken')
      },
    })
    await until(() => states.length === 4)
    expect(states).toEqual(['running', 'stopped', 'running', 'failed'])
    never.open()
  })

  it('may fail without harm', async () => {
    const { topic, channels, errors } = make()
    const broken = new Error('broken')
    channels.observe({
      onJournalCall: () => {
        throw broken
      },
      // As JavaScript may have it.
      onFollow: () => Promise.reject(broken) as unknown as void,
    })
    const unhandled = await unhandledDuring(async () => {
      const reader = new FrameReader(topic.subscribe())
      await topic.publish(1)
      await reader.until(1)
      reader.attachment.detach()
    })
    expect(unhandled).toEqual([])
    expect(errors.length).toBeGreaterThan(1)
    expect(new Set(errors)).toEqual(new Set([broken]))
  })

  it('is told nothing any more once it has gone', async () => {
    const { topic, told, stop } = make()
    stop()
    await topic.publish(1)
    expect(told).toEqual([])
  })

  it('is refused where it would never be called', () => {
    const { channels } = make()
    const misspelt: object = { onRuns: () => {} }
    expect(() => channels.observe(misspelt as ChannelObserver)).toThrow('Did you mean onRun?')
  })
})
