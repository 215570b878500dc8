// What goes through a topic's channel: an event, or, where that is large, that there is one.
import type { WatchedEvent } from '../../journal/index.ts'

/** Data of more bytes than this is not sent along: whoever wants it reads it. */
export const pushedBytes: number = 64 * 1024

/**
 * What comes between `["<epoch>",<seq>,"<nonce before>"` and the data of an event: a message is one line of JSON and then the data as it is, so
 * that the script only joins texts. A message without data ends there.
 */
export function messageHead({ nonce, event, closed }: Pick<WatchedEvent, 'nonce' | 'event' | 'closed'>): string {
  return `,${JSON.stringify([nonce, closed, ...(event === undefined ? [] : [event])]).slice(1)}\n`
}

/** The event that a message brings; nothing when it brings none, or is not ours. */
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
    // Anybody may publish to a channel: what is not ours is still a hint to read.
    return []
  }
}
