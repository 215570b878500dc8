// The conformance suite for resumable streams: a reader that was disconnected gets each event once and in order.
import type { ParsedEvent } from '../../sse/index.ts'
import { assert, assertEqual } from '../assertion.ts'
import type { TestRunner } from '../test-runner.ts'
import { connect, dataEvents, positionOf, type ResumeTarget } from './reader.ts'
import { createSeededRandom } from '../seeded-random.ts'

/** The server under test: any that resumes a stream after the event in the `Last-Event-ID` header. */
export interface ResumeSubject extends ResumeTarget {
  /**
   * Makes the server send `count` more events; resolves when the server has accepted them. Leave it out for a stream
   * that produces events by itself. The events may be any, as long as each has an id.
   */
  readonly produce?: ((count: number) => Promise<void>) | undefined
  /** How many events each test reads. Default 60. */
  readonly count?: number | undefined
  /**
   * Whether the first event of a response shows that the server did not recognize the last event id. Default: an
   * event named `tidings:reset`, or the first event that the server keeps. An error status shows it in any case.
   */
  readonly isReset?: ((event: ParsedEvent) => boolean) | undefined
}

type ResumeCase = (subject: ResumeSubject) => Promise<void>

/**
 * Registers tests that a server resumes its stream after a lost connection. They need only the url of the stream.
 *
 * @example
 * import { describe, test } from 'node:test'
 * import { describeResume } from 'tidings/testing'
 *
 * describeResume({ describe, test }, 'our feed', { url: 'https://example.com/orders', produce: publishSome })
 */
export function describeResume({ describe, test }: TestRunner, name: string, subject: ResumeSubject): void {
  describe(name, () => {
    for (const [title, run] of Object.entries(cases)) test(title, () => run(subject))
  })
}

const cases: Record<string, ResumeCase> = {
  'responds with an event stream that must not be cached': async (subject) => {
    const { response } = await connectFirst(subject, 1)
    assertEqual(response.status, 200, 'The status')
    assert(
      /^text\/event-stream\b/.test(response.headers.get('content-type') ?? ''),
      'The Content-Type is not text/event-stream.',
    )
    assert(
      /no-cache|no-store/.test(response.headers.get('cache-control') ?? ''),
      'The Cache-Control has neither no-cache nor no-store.',
    )
  },

  'gives every event a unique id': async (subject) => {
    const ids = (await readConsecutive(subject)).map(({ id }) => id)
    assert(
      ids.every((id) => id !== undefined && id !== ''),
      'An event has no id.',
    )
    assertEqual(new Set(ids).size, ids.length, 'The number of different ids')
  },

  'sends every reader the same events in the same order': async (subject) => {
    const [first, ...rest] = await readConsecutive(subject)
    const second = await connect(subject, first?.id ?? '', {
      events: (events) => dataEvents(events).length >= rest.length,
    })
    assertEqual(dataEvents(second.events).slice(0, rest.length), rest, 'The events of the second reader')
  },

  'resumes right after the last event id': async (subject) => {
    const events = await readConsecutive(subject)
    const indexes = Array.from({ length: 12 }, (_, part) => Math.floor((part * (events.length - 1)) / 12))
    for (const index of indexes) {
      const wanted = events.slice(index + 1)
      const isEnough = (seen: readonly ParsedEvent[]): boolean => dataEvents(seen).length >= wanted.length
      const { events: seen } = await connect(subject, events[index]?.id ?? '', { events: isEnough })
      assertEqual(dataEvents(seen).slice(0, wanted.length), wanted, `The events after event ${index + 1}`)
    }
  },

  'neither repeats nor loses events when connections are cut at any byte': async (subject) => {
    const [first, ...wanted] = await readConsecutive(subject)
    const random = createSeededRandom(7)
    const seen: ParsedEvent[] = []
    let position = first?.id ?? ''
    for (let connections = 0; seen.length < wanted.length; connections += 1) {
      assert(connections < 1000, `After 1,000 connections only ${seen.length} events have arrived.`)
      const isEnough = (events: readonly ParsedEvent[]): boolean =>
        seen.length + dataEvents(events).length >= wanted.length
      const { events } = await connect(subject, position, { bytes: 20 + random.number(400), events: isEnough })
      seen.push(...dataEvents(events))
      position = positionOf(events, position)
    }
    assertEqual(seen.slice(0, wanted.length), wanted, 'The events of all connections together')
  },

  'loses no event that is sent while a reader is disconnected': async (subject) => {
    const before = await readConsecutive(subject)
    const position = positionOf(before)
    await subject.produce?.(10)
    const { events } = await connect(subject, position, { events: (seen) => dataEvents(seen).length >= 10 })
    const known = new Set(before.map(({ id }) => id))
    assert(
      dataEvents(events).every(({ id }) => !known.has(id)),
      'An event was sent again that the reader already had.',
    )
    assert(dataEvents(events).length >= 10, `Only ${dataEvents(events).length} of 10 events arrived.`)
  },

  'reports a last event id that it does not recognize': async (subject) => {
    const [first] = await readConsecutive(subject)
    const isReset = subject.isReset ?? (({ event, id }) => event === 'tidings:reset' || id === first?.id)
    for (const id of ['-1', 'no id of this stream', 'x'.repeat(4000)]) {
      const { response, events } = await connect(subject, id, { events: (seen) => seen.length > 0 })
      const [event] = events
      const isReported = !response.ok || (event !== undefined && isReset(event))
      assert(isReported, `It accepts the last event id ${id.slice(0, 30)} and sends ${JSON.stringify(event)}`)
    }
  },
}

/** Connects a reader without a last event id, and has events produced until it has received `count` of them. */
async function connectFirst(subject: ResumeSubject, count: number): ReturnType<typeof connect> {
  const connected = connect(subject, '', { events: (events) => dataEvents(events).length >= count })
  // Such a reader may get only the events produced after it has connected, and when that is cannot be seen from here.
  const producing = keepProducing(subject, connected)
  // Both at once: `produce` may reject while the reader still waits.
  const [connection] = await Promise.all([connected, producing])
  return connection
}

async function keepProducing({ produce }: ResumeSubject, connected: Promise<unknown>): Promise<void> {
  if (produce === undefined) return
  const done = new AbortController()
  const settled = connected.finally(() => done.abort())
  // The caller awaits `connected` as well, and gets its rejection there.
  settled.catch(() => {})
  while (!done.signal.aborted) {
    await produce(5)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Reads `subject.count` consecutive events of the stream. */
async function readConsecutive(subject: ResumeSubject): Promise<ParsedEvent[]> {
  const { count = 60 } = subject
  const { events } = await connectFirst(subject, count)
  return dataEvents(events).slice(0, count)
}
