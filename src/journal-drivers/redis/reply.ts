// What the scripts answer, by types.
import { noLog, type Page, type StoredEvent } from '../../journal/index.ts'

/** What an append did, or what kept it from being done. */
export interface AppendReply {
  readonly outcome: string
  readonly epoch: string
  /** Of the event; of a refusal: the tail. */
  readonly seq: number
  readonly nonce: string
  readonly closed: boolean
}

/**
 * Reads what the append script answers.
 *
 * @throws TypeError for anything that the append script does not say.
 */
export function parseAppendReply(reply: unknown): AppendReply {
  const [outcome, epoch, seq, last] = list(reply).map(text)
  if (outcome === undefined || epoch === undefined || last === undefined) throw unexpected(reply)
  return { outcome, epoch, seq: Number(seq), nonce: last, closed: outcome === 'refused' && last !== '' }
}

/**
 * Reads what the read script answers.
 *
 * @throws TypeError for anything that the read script does not say.
 */
export function parsePage(reply: unknown): Page {
  const [epoch, first, tail, nonce, closed, foreign, start, marks, texts] = list(reply)
  if (epoch === undefined) return noLog
  return {
    epoch: text(epoch),
    first: Number(text(first)),
    tail: Number(text(tail)),
    nonce: text(nonce),
    closed: text(closed) !== '',
    foreign: text(foreign) !== '',
    events: parseEvents(text(marks), text(texts), Number(text(start))),
  }
}

/** Cuts the texts by the lengths in the marks. */
function parseEvents(marks: string, texts: string, start: number): StoredEvent[] {
  const events: StoredEvent[] = []
  let at = 0
  for (const mark of marks.split(',')) {
    if (mark === '') break // Behind the last comma.
    const [nonce = '', dataLength, nameLength = ''] = mark.split('.')
    const known = { seq: start + events.length, nonce }
    const data = texts.slice(at, (at += Number(dataLength)))
    if (nameLength === '') events.push({ ...known, data })
    else events.push({ ...known, event: texts.slice(at, (at += Number(nameLength))), data })
  }
  return events
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw unexpected(value)
}

/** Clients may be set to give numbers as texts, and texts as buffers. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || Buffer.isBuffer(value)) return value.toString()
  throw unexpected(value)
}

function unexpected(reply: unknown): TypeError {
  return new TypeError(
    `Redis answered a script of the journal with ${typeof reply}: is the client set to change replies?`,
  )
}
