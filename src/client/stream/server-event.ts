// An event as clients receive it, with the defaults of the standard filled in.

/** An event of a stream, as a client receives it. */
export interface ServerEvent<Data = unknown> {
  /** The event's name; `message` if the server sent none. */
  readonly event: string
  /** The event's data: text, or the parsed value, as the stream's options say. */
  readonly data: Data
  /** The last event id as of this event: its own, else that of an event before; `''` if there was none yet. */
  readonly id: string
}

/** Reports lost events: those from id `from` to id `to`, inclusive, which the server no longer has. */
export interface GapEvent extends ServerEvent<{ readonly from: string; readonly to: string }> {
  readonly event: 'tidings:gap'
}

/** Reports that the server's log was replaced; the stream continues with the first event of the new one. */
export interface ResetEvent extends ServerEvent<{ readonly reason: string }> {
  readonly event: 'tidings:reset'
}

/** Whether the event reports a gap: events that are lost. Only streams with a journal send it. */
export function isGap(event: ServerEvent): event is GapEvent {
  return event.event === 'tidings:gap'
}

/** Whether the event reports a reset: the log was replaced. Only streams with a journal send it. */
export function isReset(event: ServerEvent): event is ResetEvent {
  return event.event === 'tidings:reset'
}
