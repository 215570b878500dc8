// An event, as `tidings tail` handles it.
import { isGap, isReset, type ServerEvent } from '../../client/index.ts'

/** An event with its data as text. */
export interface TailEvent {
  readonly event: string
  readonly id: string
  readonly text: string
  /** Whether it reports lost events, or a log that was replaced: the framework's own, and no data. */
  readonly isNotice: boolean
}

/** The event with its data as text. */
export function toTailEvent(event: ServerEvent): TailEvent {
  const { data } = event
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return { event: event.event, id: event.id, text, isNotice: isGap(event) || isReset(event) }
}
