// The message that is published to a topic's channel: events, or, if their data is large, a hint to read them.
import type { WatchedEvent } from '../../journal/index.ts'

/** The most bytes of data that a message contains. Larger data is left out, and read from the journal instead. */
export const pushedBytes: number = 64 * 1024

/**
 * The events in a message; none if it is a hint, or was not published by a journal.
 *
 * A message is one line of JSON, and then the data as it is, so that the script only joins texts:
 * `["<epoch>",<seq>,"<previous nonce>","<nonce>",<closed>,"<name>"]` before the data of one event;
 * `["<epoch>",[<first seq>,"<previous nonce>",<closed>],["<nonce>",<length>,"<name>"],...]` before the data of several,
 * which the former version takes for a hint. Lengths are in UTF-16 code units, and events without a name have none.
 */
export function parseMessage(message: string): readonly WatchedEvent[] {
  const end = message.indexOf('\n')
  const [epoch, state, ...rest] = end < 0 ? [] : listIn(message.slice(0, end))
  if (typeof epoch !== 'string') return []
  const data = message.slice(end + 1)
  if (Array.isArray(state)) return parseEvents(epoch, state, rest, data)
  const [previous, nonce, closed, event] = rest
  if (typeof state !== 'number' || typeof previous !== 'string') return []
  if (typeof nonce !== 'string' || typeof closed !== 'boolean') return []
  return [{ seq: state, nonce, ...nameOf(event), data, epoch, closed, previous }]
}

function parseEvents(epoch: string, state: readonly unknown[], heads: unknown[], texts: string): WatchedEvent[] {
  const [first, before, isLast] = state
  if (typeof first !== 'number' || typeof before !== 'string') return []
  const events: WatchedEvent[] = []
  let [previous, at] = [before, 0]
  for (const [index, head] of heads.entries()) {
    const [nonce, length, event]: readonly unknown[] = Array.isArray(head) ? head : []
    if (typeof nonce !== 'string' || typeof length !== 'number') return []
    const data = texts.slice(at, (at += length))
    const closed = isLast === true && index === heads.length - 1
    events.push({ seq: first + index, nonce, ...nameOf(event), data, epoch, closed, previous })
    previous = nonce
  }
  return events
}

function nameOf(event: unknown): { readonly event?: string } {
  return typeof event === 'string' ? { event } : {}
}

function listIn(line: string): readonly unknown[] {
  try {
    const head: unknown = JSON.parse(line)
    return Array.isArray(head) ? head : []
  } catch {
    // Others may publish to the channel: a message of theirs is still a hint to read.
    return []
  }
}
