// The appends that start a run with an idempotency key, and faults that happen to one of them.
import { memoryJournal, type Journal } from '../../../src/journal/index.ts'
import { FaultyJournal, type Fault, type JournalCall } from '../journal/faulty-journal.ts'
import { openNode, type DirectNode } from './direct-node.ts'

/** Two nodes over one journal; the calls of the first can be made to fail. */
export interface Pair {
  readonly faulty: FaultyJournal
  readonly one: DirectNode
  readonly other: DirectNode
}

export function openPair(options: { readonly leaseMs: number }, inner: Journal = memoryJournal()): Pair {
  const faulty = new FaultyJournal(inner)
  return { faulty, one: openNode(faulty, options), other: openNode(inner, options) }
}

/** The three appends that start a run with a key. */
export const steps = ['claim', 'lease', 'start'] as const
export type Step = (typeof steps)[number]

/** Which of the steps an append is. */
export function stepOf({ kind, topic, data = '' }: JournalCall): Step | undefined {
  if (kind !== 'append') return undefined
  if (topic.endsWith('/lease')) return data.includes('"running"') ? 'lease' : undefined
  if (!topic.startsWith('~run/key/')) return undefined
  if (data.includes('"claimed"')) return 'claim'
  return data.includes('"free"') ? undefined : 'start'
}

/** `fault` happens to the first append of this step alone. */
export function once(step: Step, fault: Fault): FaultyJournal['fault'] {
  let isOver = false
  return (call) => {
    if (isOver || stepOf(call) !== step) return undefined
    isOver = true
    return fault
  }
}
