// The suite for servers whose streams can be resumed: whatever cuts a reader off, it gets each event once and in order.
import type { ParsedEvent } from '../../sse/index.ts'
import { assert, assertEqual } from '../assertion.ts'
import type { TestRunner } from '../test-runner.ts'
import { connect, dataEvents, positionOf, type ResumeTarget } from './reader.ts'
import { createSeededRandom } from '../seeded-random.ts'

/** A server to be tried: any that speaks `Last-Event-ID` at some url. */
export interface ResumeSubject extends ResumeTarget {
  /**
   * Has the server send so many events more, and resolves when it has them. Left out for a stream that goes on by itself.
   * The events that a reader is sent may be any, as long as each has an id.
   */
  readonly produce?: ((count: number) => Promise<void>) | undefined
  /** How many events each test reads. Default 60. */
  readonly count?: number | undefined
  /**
   * Whether a first event shows that a position was not understood. Default: one named `tidings:reset`, or any status that is
   * no success, or the first event that the server keeps.
   */
  readonly isReset?: ((event: ParsedEvent) => boolean) | undefined
}

type Case = (subject: ResumeSubject) => Promise<void>

/**
 * Registers tests of a server's resuming, from outside: by its url alone.
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

const cases: Record<string, Case> = {
  'answers with an event stream that nobody may cache': async (subject) => {
    const { response } = await begin(subject, 1)
    assertEqual(response.status, 200, 'The status')
    assert(/^text\/event-stream\b/.test(response.headers.get('content-type') ?? ''), 'It is no text/event-stream.')
    assert(
      /no-cache|no-store/.test(response.headers.get('cache-control') ?? ''),
      'Its Cache-Control lets proxies keep it.',
    )
  },

  'gives every event an id of its own': async (subject) => {
    const ids = (await sequence(subject)).map(({ id }) => id)
    assert(
      ids.every((id) => id !== undefined && id !== ''),
      'There are events without an id.',
    )
    assertEqual(new Set(ids).size, ids.length, 'Different ids')
  },

  'tells two readers the same, in the same order': async (subject) => {
    const [first, ...rest] = await sequence(subject)
    const again = await connect(subject, first?.id ?? '', {
      events: (events) => dataEvents(events).length >= rest.length,
    })
    assertEqual(dataEvents(again.events).slice(0, rest.length), rest, 'What a reader gets that comes later')
  },

  'goes on behind each of its ids': async (subject) => {
    const events = await sequence(subject)
    const places = Array.from({ length: 12 }, (_, index) => Math.floor((index * (events.length - 1)) / 12))
    for (const place of places) {
      const wanted = events.slice(place + 1)
      const isEnough = (seen: readonly ParsedEvent[]): boolean => dataEvents(seen).length >= wanted.length
      const { events: seen } = await connect(subject, events[place]?.id ?? '', { events: isEnough })
      assertEqual(dataEvents(seen).slice(0, wanted.length), wanted, `Behind event ${place + 1}`)
    }
  },

  'doubles and loses nothing for a reader that is cut anywhere in the bytes': async (subject) => {
    const [first, ...wanted] = await sequence(subject)
    const random = createSeededRandom(7)
    const seen: ParsedEvent[] = []
    let position = first?.id ?? ''
    for (let connections = 0; seen.length < wanted.length; connections += 1) {
      assert(connections < 1000, `After 1,000 connections it is still at event ${seen.length}.`)
      const isEnough = (events: readonly ParsedEvent[]): boolean =>
        seen.length + dataEvents(events).length >= wanted.length
      const { events } = await connect(subject, position, { bytes: 20 + random.number(400), events: isEnough })
      seen.push(...dataEvents(events))
      position = positionOf(events, position)
    }
    assertEqual(seen.slice(0, wanted.length), wanted, 'The pieces of all connections together')
  },

  'loses nothing that is sent while a reader is away': async (subject) => {
    const before = await sequence(subject)
    const position = positionOf(before)
    await subject.produce?.(10)
    const { events } = await connect(subject, position, { events: (seen) => dataEvents(seen).length >= 10 })
    const known = new Set(before.map(({ id }) => id))
    assert(
      dataEvents(events).every(({ id }) => !known.has(id)),
      'It sends again what the reader has had.',
    )
    assert(dataEvents(events).length >= 10, `Of 10 events it sends ${dataEvents(events).length}.`)
  },

  'says so when it does not know a position': async (subject) => {
    const [first] = await sequence(subject)
    const isReset = subject.isReset ?? (({ event, id }) => event === 'tidings:reset' || id === first?.id)
    for (const id of ['-1', 'no id of this stream', 'x'.repeat(4000)]) {
      const { response, events } = await connect(subject, id, { events: (seen) => seen.length > 0 })
      const [answer] = events
      const isSaid = !response.ok || (answer !== undefined && isReset(answer))
      assert(isSaid, `To ${id.slice(0, 30)} it answers as if it knew it: ${JSON.stringify(answer)}`)
    }
  },
}

/** The first connection of a reader: it waits for an event, so something has to be sent while it does. */
async function begin(subject: ResumeSubject, count: number): ReturnType<typeof connect> {
  const connected = connect(subject, '', { events: (events) => dataEvents(events).length >= count })
  // A reader without a position may be told only of what comes: until it is there, what is sent may pass it by.
  const producing = keepProducing(subject, connected)
  const connection = await connected
  await producing
  return connection
}

async function keepProducing({ produce }: ResumeSubject, connected: Promise<unknown>): Promise<void> {
  if (produce === undefined) return
  const over = new AbortController()
  const end = connected.finally(() => over.abort())
  // Whoever awaits the connection is told of its failure.
  end.catch(() => {})
  while (!over.signal.aborted) {
    await produce(5)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Consecutive events of the stream. */
async function sequence(subject: ResumeSubject): Promise<ParsedEvent[]> {
  const { count = 60 } = subject
  const { events } = await begin(subject, count)
  return dataEvents(events).slice(0, count)
}
