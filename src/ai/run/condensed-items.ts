// A replay with fewer events: deltas of one part that follow each other are one, with the position of the last.
import { nextTurn } from '../../base/index.ts'
import type { ChatEvent } from '../../chat-model/index.ts'
import { joinDelta } from '../../chat-model/internal.ts'
import { parsePosition } from '../../journal/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import { isChatEvent } from './closing.ts'
import type { LogItem, RunItems } from './run-frames.ts'

/** The longest delta that is made of several, in characters of JSON: a client is not to wait long for its first frame. */
const mostChars = 64 * 1024

/** After so many deltas that were joined, others of the process have a turn. */
const joinsBeforeTurn = 256

type ItemResult = IteratorResult<LogItem | ControlEvent, undefined>

/** A delta, and what it was made of. */
interface Joined {
  readonly id: string
  readonly event: string | undefined
  readonly value: ChatEvent
  /** The JSON of a single delta. */
  readonly data: string | undefined
  readonly chars: number
}

/**
 * Joins the deltas of a run up to the event with number `length`, which is stored: what comes behind that is passed on as it
 * comes, so that no delta waits for the next one.
 */
export function condense(items: RunItems, length: number): RunItems {
  let ahead: ItemResult | undefined
  return {
    next: async () => {
      const first = ahead ?? (await items.next())
      ahead = undefined
      let joined = toDelta(first)
      if (joined === undefined) return first
      for (let count = 1; isBefore(joined, length); count += 1) {
        ahead = await items.next()
        const longer = join(joined, toDelta(ahead))
        if (longer === undefined) break
        ahead = undefined
        joined = longer
        if (count % joinsBeforeTurn === 0) await new Promise<void>(nextTurn)
      }
      const { id, event, value, data = JSON.stringify(value) } = joined
      return { done: false, value: { id, event, data, value } }
    },
    return: async () => (await items.return?.()) ?? { done: true, value: undefined },
  }
}

function isBefore({ id }: Joined, length: number): boolean {
  return (parsePosition(id)?.seq ?? length) < length
}

function toDelta({ done, value: item }: ItemResult): Joined | undefined {
  if (done === true || item instanceof ControlEvent || item.event?.endsWith('-delta') !== true) return undefined
  const { id, event, data } = item
  const value: unknown = item.value ?? JSON.parse(data)
  return isChatEvent(value) ? { id, event, value, data, chars: data.length } : undefined
}

function join(before: Joined, next: Joined | undefined): Joined | undefined {
  if (next === undefined || before.chars + next.chars > mostChars) return undefined
  const value = joinDelta(before.value, next.value)
  const { id, event } = next
  return value === undefined ? undefined : { id, event, value, data: undefined, chars: before.chars + next.chars }
}
