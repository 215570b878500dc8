// Parses the replies of the scripts.
import { noLog, type Page, type StoredEvent } from '../../journal/index.ts'

/** The reply to an append: its event, or why it was refused. */
export interface AppendReply {
  readonly outcome: string
  readonly epoch: string
  /** The event's sequence number; if refused, the tail of the log. */
  readonly seq: number
  readonly nonce: string
  readonly closed: boolean
  /** Whether the log had to be replaced, because its idempotency keys had been evicted. */
  readonly lostKeys: boolean
}

/**
 * Parses the reply of the append script.
 *
 * @throws TypeError for an unexpected reply
 */
export function parseAppendReply(reply: unknown): AppendReply {
  const [outcome, epoch, seq, last, lost = ''] = list(reply).map(text)
  if (outcome === undefined || epoch === undefined || last === undefined) throw unexpected(reply)
  const closed = outcome === 'refused' && last !== ''
  return { outcome, epoch, seq: Number(seq), nonce: last, closed, lostKeys: lost !== '' }
}

/**
 * Parses the reply of the read script.
 *
 * @throws TypeError for an unexpected reply
 */
export function parsePage(reply: unknown): Page {
  const [epoch, first, tail, nonce, closed, foreign, start, marks, texts, trimmedNonce, erasures] = list(reply)
  if (epoch === undefined) return noLog
  return {
    epoch: text(epoch),
    first: Number(text(first)),
    tail: Number(text(tail)),
    nonce: text(nonce),
    trimmedNonce: text(trimmedNonce),
    erasures: Number(text(erasures)),
    closed: text(closed) !== '',
    foreign: text(foreign) !== '',
    events: parseEvents(text(marks), list(texts), Number(text(start))),
  }
}

/**
 * The events of their marks, `<nonce>.<length of data>.<length of name>...`, and texts: the data of each, and its name where the
 * mark has a length for it. The length of an erased event is an `x`. Marks are not split: that took half of the time.
 */
function parseEvents(marks: string, texts: readonly unknown[], start: number): StoredEvent[] {
  const events: StoredEvent[] = []
  let at = 0
  for (const mark of marks === '' ? [] : marks.split(',')) {
    const dataLength = mark.indexOf('.') + 1
    const nameLength = mark.indexOf('.', dataLength) + 1
    const known = { seq: start + events.length, nonce: mark.slice(0, dataLength - 1) }
    const data = text(texts[at])
    at += 1
    if (mark[dataLength] === 'x') events.push({ ...known, data: 'null', erased: true })
    else if (isDigit(mark[nameLength])) events.push({ ...known, event: text(texts[at++]), data })
    else events.push({ ...known, data })
  }
  return events
}

function isDigit(character = ''): boolean {
  return character >= '0' && character <= '9'
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw unexpected(value)
}

/** A client may be configured to return numbers as strings, and strings as buffers. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || Buffer.isBuffer(value)) return value.toString()
  throw unexpected(value)
}

function unexpected(reply: unknown): TypeError {
  return new TypeError(
    `Redis sent an unexpected ${typeof reply} to the journal: does the client's configuration transform replies?`,
  )
}
