// The message that is published to a topic's channel: an event, or, if its data is large, a hint to read it.
import type { WatchedEvent } from '../../journal/index.ts'

/** The most bytes of data that a message contains. Larger data is left out, and read from the journal instead. */
export const pushedBytes: number = 64 * 1024

/**
 * The part of a message that does not depend on the log: the end of its first line. A message is one line of JSON,
 * `["<epoch>",<seq>,"<previous nonce>","<nonce>",<closed>,"<event>"]`, and then the data as it is, so that the script
 * only joins texts. A message without data is `["<epoch>",<seq>,"<previous nonce>"]`.
 */
export function messageHead({ nonce, event, closed }: Pick<WatchedEvent, 'nonce' | 'event' | 'closed'>): string {
  return `,${JSON.stringify([nonce, closed, ...(event === undefined ? [] : [event])]).slice(1)}\n`
}

/** The event in a message; `undefined` if it contains none, or was not published by a journal. */
export function parseMessage(message: string): WatchedEvent | undefined {
  const end = message.indexOf('\n')
  const head = end < 0 ? [] : parseHead(message.slice(0, end))
  const [epoch, seq, previous, nonce, closed, event] = head
  if (typeof epoch !== 'string' || typeof seq !== 'number') return undefined
  if (typeof previous !== 'string' || typeof nonce !== 'string' || typeof closed !== 'boolean') return undefined
  const named = typeof event === 'string' ? { event } : {}
  return { seq, nonce, ...named, data: message.slice(end + 1), epoch, closed, previous }
}

function parseHead(line: string): readonly unknown[] {
  try {
    const head: unknown = JSON.parse(line)
    return Array.isArray(head) ? head : []
  } catch {
    // Others may publish to the channel: a message of theirs is still a hint to read.
    return []
  }
}
