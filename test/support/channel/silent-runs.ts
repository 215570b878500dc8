// Runs that have said one thing and wait, on one node of two, over journals on which no hint arrives.
import { vi } from 'vitest'
import { sleep } from '../../../src/base/index.ts'
import type { RunsOptions } from '../../../src/channel/index.ts'
import { memoryJournal, type Journal, type Unwatch, type Watcher } from '../../../src/journal/index.ts'
import { FaultyJournal, type Fault, type JournalCall } from '../journal/faulty-journal.ts'
import { turns } from '../server/asking.ts'
import { createGate } from '../time/gate.ts'
import { gatedHandler, openNode, type Asking, type DirectNode } from './direct-node.ts'

export const leaseMs = 9000
export const beatMs = leaseMs / 3

/** Lets held time pass in larger steps than `held-time.ts` does: these tests take minutes of it. */
export async function passInSteps(ms: number, stepMs = 100): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    vi.advanceTimersByTime(stepMs)
    await turns(3)
  }
}

/** A way to a journal on which no hint arrives. */
export class DeafJournal extends FaultyJournal {
  override async watch(topic: string, watcher: Watcher): Promise<Unwatch> {
    const unwatch = await super.watch(topic, { ...watcher, onEvent: () => {} })
    return unwatch
  }
}

export interface SilentRuns {
  readonly owner: DirectNode
  readonly other: DirectNode
  readonly journals: readonly [owners: FaultyJournal, others: FaultyJournal]
  readonly ids: readonly string[]
  /** How the handlers were left. */
  readonly left: string[]
  readonly finish: () => void
}

/** Starts runs on one node of two. Their handlers yield 1, and 2 once `finish` is called. */
export async function startSilent(
  count: number,
  options: Partial<RunsOptions<Asking>> = {},
  inner: Journal = memoryJournal(),
): Promise<SilentRuns> {
  const journals = [new DeafJournal(inner), new DeafJournal(inner)] as const
  const [owner, other] = [
    openNode(journals[0], { leaseMs, ...options }, 2000),
    openNode(journals[1], { leaseMs, ...options }, 2000),
  ]
  const gate = createGate()
  const left: string[] = []
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { handler, log } = gatedHandler(gate.opened)
    log.push = (...lines) => left.push(...lines)
    ids.push((await owner.start(handler)).split('.')[0] ?? '')
  }
  return { owner, other, journals, ids, left, finish: () => gate.open() }
}

export const isOf = (kind: JournalCall['kind'], topics: RegExp) => (call: JournalCall) =>
  call.kind === kind && topics.test(call.topic)
export const inbox = /\/inbox$/
export const beat = /^~run\/node\/[0-9a-z]+$/
export const isInbox = (topic: string): boolean => inbox.test(topic)

/** A journal that takes no message to a node. */
export const silenced = ({ kind, topic }: JournalCall): Fault =>
  kind === 'append' && isInbox(topic) ? 'away' : undefined

/** Holds a call up for so long, in held time. */
export async function takes(ms: number): Promise<undefined> {
  await sleep(ms)
  return undefined
}

/** The id of the node that runs a run, as its lease says. */
export async function nodeOf(journal: Journal, run: string): Promise<string> {
  const { events } = await journal.read(`~run/${run}/lease`, 'start', { limit: 10 })
  const lease: unknown = JSON.parse(events.at(-1)?.data ?? 'null')
  return typeof lease === 'object' && lease !== null && 'node' in lease ? String(lease.node) : ''
}

/** Follows a run; the list gets what it was, once it has ended. */
export function endsOf(node: DirectNode, id: string): unknown[][] {
  const ended: unknown[][] = []
  node.follow(id).then(
    (events) => ended.push(events),
    // The channels are closed with the test.
    () => {},
  )
  return ended
}
