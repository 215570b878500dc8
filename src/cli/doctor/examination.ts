// What all checks look at: the endpoint, two readings of its stream, and a way to ask again.
import { ask, type Question } from './wire/ask.ts'
import type { ArrivedEvent, Exchange, NoAnswer } from './wire/exchange.ts'

/** The endpoint and the bounds of the examination: the options, checked and complete. */
export interface Subject {
  readonly url: URL
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
  readonly waitMs: number
  readonly silenceMs: number
  readonly maxBytes: number
  readonly origin: string | undefined
  readonly insecure: boolean
  readonly signal: AbortSignal
}

/** What a check may change about a request. */
export type Again = Partial<Pick<Question, 'method' | 'body' | 'isEnough' | 'headOnly'>> & {
  /** Added to the request's headers. */
  readonly with?: Readonly<Record<string, string>> | undefined
}

type TimedAgain = Again & Pick<Question, 'timeoutMs'>

/** A stream that has been read twice at the same time: as it is, and by a reader that takes compression. */
export interface Examination {
  readonly subject: Subject
  readonly plain: Exchange
  readonly packed: Exchange | NoAnswer
  /** Asks as an EventSource does, over another connection. */
  readonly askAgain: (again?: Again) => Promise<Exchange | NoAnswer>
}

/** The longest time for a further request, in milliseconds, where the first was answered quickly. */
const askAgainMs = 5000

/**
 * How long a further request may take, in milliseconds: a buffer that has held the first answer back holds this one as
 * long. Without that time one fault would look like many.
 */
export function patienceMs({ headMs }: Exchange): number {
  return Math.max(askAgainMs, 1.25 * headMs + 1000)
}

/** Asks the endpoint as an EventSource does. */
export function askSubject(subject: Subject, again: TimedAgain): Promise<Exchange | NoAnswer> {
  const { with: more, ...changes } = again
  return ask({
    url: subject.url,
    method: subject.method,
    body: subject.body,
    maxBytes: subject.maxBytes,
    insecure: subject.insecure,
    signal: subject.signal,
    ...changes,
    timeoutMs: Math.min(changes.timeoutMs, subject.waitMs),
    headers: { ...eventSourceHeaders, ...subject.headers, ...more },
  })
}

const eventSourceHeaders = { accept: 'text/event-stream', 'cache-control': 'no-cache', 'accept-encoding': 'identity' }

/** Reads the stream for as long as the subject allows, or until there is enough to see how it behaves. */
export function readStream(subject: Subject, acceptEncoding: string): Promise<Exchange | NoAnswer> {
  return askSubject(subject, {
    with: { 'accept-encoding': acceptEncoding },
    timeoutMs: subject.waitMs,
    isEnough: isSteady,
  })
}

const steadyEvents = 60
const steadyMs = 4000

/** A stream that never rests needs no more than some seconds: there is no silence to wait for. */
function isSteady(events: readonly ArrivedEvent[]): boolean {
  const [first, last] = [events[0], events.at(-1)]
  return (
    events.length >= steadyEvents && first !== undefined && last !== undefined && last.atMs - first.atMs >= steadyMs
  )
}
