// What the clients hand on: one event as the server sent it, with the defaults of the standard filled in.

/** An event of a stream. */
export interface ServerEvent<Data = unknown> {
  /** The event's name; `message` where the server gave none. */
  readonly event: string
  /** The event's data: as the wire has it, or parsed where the stream parses it. */
  readonly data: Data
  /** Where the reader stands with this event: the last id that the stream has sent; `''` while it has sent none. */
  readonly id: string
}

/** Events `from` to `to`, both included, are missed for good: the server had them no more. */
export interface GapEvent extends ServerEvent<{ readonly from: string; readonly to: string }> {
  readonly event: 'tidings:gap'
}

/** The server's log was replaced; the stream goes on from its first event. */
export interface ResetEvent extends ServerEvent<{ readonly reason: string }> {
  readonly event: 'tidings:reset'
}

/** Whether the event tells of others that are missed. Only streams with a journal send it. */
export function isGap(event: ServerEvent): event is GapEvent {
  return event.event === 'tidings:gap'
}

/** Whether the event tells that the log was replaced. Only streams with a journal send it. */
export function isReset(event: ServerEvent): event is ResetEvent {
  return event.event === 'tidings:reset'
}
