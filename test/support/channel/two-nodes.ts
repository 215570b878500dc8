// Runs of one node that are followed on another, over a journal that comes and goes for one of them or for both.
import type { RunsOptions } from '../../../src/channel/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import { FaultyJournal } from '../journal/faulty-journal.ts'
import { createGate } from '../time/gate.ts'
import { gatedHandler, openNode, type Asking, type DirectNode } from './direct-node.ts'

type Options = Partial<RunsOptions<Asking>>

export interface FollowedRuns {
  readonly owner: DirectNode
  readonly other: DirectNode
  readonly ownersJournal: FaultyJournal
  readonly othersJournal: FaultyJournal
  /** What the followers have got, each once its run has ended. */
  readonly ended: unknown[][]
  /** How the handlers were left. */
  readonly left: string[]
  /** Lets the handlers yield their last event. */
  readonly finish: () => void
  /** From now on so for both nodes. */
  readonly fault: (fault: FaultyJournal['fault']) => void
}

/** Starts so many runs on one node and follows each on the other. */
export async function followRuns(
  journals: readonly [Journal, Journal],
  count: number,
  owners: Options,
  others: Options = owners,
): Promise<FollowedRuns> {
  const [ownersJournal, othersJournal] = [new FaultyJournal(journals[0]), new FaultyJournal(journals[1])]
  const [owner, other] = [openNode(ownersJournal, owners), openNode(othersJournal, others)]
  const gate = createGate()
  const ended: unknown[][] = []
  const left: string[] = []
  for (let index = 0; index < count; index += 1) {
    const { handler, log } = gatedHandler(gate.opened)
    log.push = (...lines) => left.push(...lines)
    const id = await owner.start(handler)
    other.follow(id).then(
      (events) => ended.push(events),
      // The channels are closed with the test.
      () => {},
    )
  }
  const fault = (next: FaultyJournal['fault']): void => {
    ownersJournal.fault = next
    othersJournal.fault = next
  }
  return { owner, other, ownersJournal, othersJournal, ended, left, finish: () => gate.open(), fault }
}

export const well = (): undefined => undefined

/** So many of the same. */
export const times = <Value>(count: number, value: Value): Value[] => Array.from({ length: count }, () => value)
