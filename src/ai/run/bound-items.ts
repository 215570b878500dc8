// An answer that lives as long as its reader: no run and no log, but the same items as from one.
import type { ChatEvent, ErrorEvent } from '../../chat-model/index.ts'
import type { LogItem, RunItems } from './run-frames.ts'

/** What {@link bindItems} needs. */
export interface BoundOptions {
  readonly events: AsyncIterator<ChatEvent, void>
  /** What the reader is told of what the handler threw. */
  readonly describe: (error: unknown) => Omit<ErrorEvent, 'type'>
  /** Called with each item, the one that ends the answer included. */
  readonly onItem: (item: LogItem) => void
  /** Called once, behind the last item. */
  readonly onEnd: () => void
}

/** The events of a handler as items, which end with the one that would close the log. */
export function bindItems({ events, describe, onItem, onEnd }: BoundOptions): RunItems {
  let isOver = false
  const told = (item: LogItem): IteratorResult<LogItem, undefined> => {
    onItem(item)
    return { done: false, value: item }
  }
  const end = (event: string, data: object): IteratorResult<LogItem, undefined> => {
    isOver = true
    const last = told({ id: '', event, data: JSON.stringify(data) })
    onEnd()
    return last
  }
  return {
    next: async () => {
      if (isOver) return finished
      try {
        const { done, value } = await events.next()
        if (isOver) return finished
        if (done === true) return end('tidings:end', {})
        return told({ id: '', event: value.type, data: JSON.stringify(value), value })
      } catch (error) {
        // Its reader has left, and has most likely caused the error.
        if (isOver) return finished
        return end('error', describe(error))
      }
    },
    return: async () => {
      if (!isOver) end('tidings:end', { reason: 'abandoned' })
      await events.return?.()
      return finished
    },
  }
}

const finished = { done: true, value: undefined } as const
