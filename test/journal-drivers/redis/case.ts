// Servers, journals and watchers for the length of one test.
import { expect, onTestFinished } from 'vitest'
import type { Journal, NewEvent, Unwatch, WatchedEvent } from '../../../src/journal/index.ts'
import { redisJournal, type RedisJournalOptions } from '../../../src/journal-drivers/redis/index.ts'
import { startRedis, type RedisServer } from '../../support/component/redis.ts'
import { patientMs } from '../../support/journal/patient.ts'
import type { ClientKind } from './client.ts'

/** A server for the length of a test. */
export async function start(...flags: string[]): Promise<RedisServer> {
  const server = await startRedis(...flags)
  onTestFinished(() => server.remove())
  return server
}

/** A journal with a client of its own, for the length of a test. */
export function open(kind: ClientKind, port: number, options?: RedisJournalOptions): Journal {
  const opened = kind.open(port)
  const journal = redisJournal(opened.client, { timeoutMs: patientMs, ...options })
  onTestFinished(async () => {
    await journal.close()
    opened.close()
  })
  return journal
}

/** Many journals on one client, for the length of a test. */
export function openMany(kind: ClientKind, port: number, count: number): Journal[] {
  const opened = kind.open(port)
  const journals = Array.from({ length: count }, () => redisJournal(opened.client, { timeoutMs: patientMs }))
  onTestFinished(async () => {
    await Promise.all(journals.map((journal) => journal.close()))
    opened.close()
  })
  return journals
}

/** What a watcher has heard. */
export interface Watching {
  readonly events: readonly WatchedEvent[]
  /** How many notifications came without an event. */
  hints(): number
  readonly unwatch: Unwatch
  reconnects(): number
  /** Resolves when so many events have come, with this data if there is one. */
  until(count: number, data?: string): Promise<void>
  reconnected(times: number): Promise<void>
  /** Resolves when the event has come that the append makes. */
  startedBy(append: ReturnType<Journal['append']>): Promise<void>
}

/** Watches a topic until the test is over. */
export async function watch(journal: Journal, topic: string): Promise<Watching> {
  const events: WatchedEvent[] = []
  let [reconnects, hints] = [0, 0]
  const unwatch = await journal.watch(topic, {
    onEvent: (event) => void (event === undefined ? (hints += 1) : events.push(event)),
    onReconnect: () => (reconnects += 1),
  })
  const patient = { timeout: 20_000, interval: 5 }
  const has = (count: number, data?: string): boolean =>
    events.filter((event) => data === undefined || event.data === data).length >= count
  return {
    events,
    unwatch,
    hints: () => hints,
    reconnects: () => reconnects,
    until: (count, data) => expect.poll(() => has(count, data), patient).toBe(true),
    reconnected: (times) => expect.poll(() => reconnects, patient).toBeGreaterThanOrEqual(times),
    startedBy: async (append) => {
      const { position } = await append
      await expect.poll(() => events.some(({ nonce }) => nonce === position.nonce), patient).toBe(true)
    },
  }
}

/** The numbers from 0. */
export function upTo(last: number): number[] {
  return Array.from({ length: last + 1 }, (_, index) => index)
}

/** So many small events, to append at once. */
export function manyEvents(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => ({ data: String(index) }))
}
