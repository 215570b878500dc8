// What was sent and received over one connection, with the time of each part.
import type { ParsedEvent } from '../../../sse/index.ts'

/** An event, and when its last byte arrived: milliseconds after the request was sent. */
export interface ArrivedEvent extends ParsedEvent {
  readonly atMs: number
}

/** A part of the body as it arrived, decompressed. */
export interface Chunk {
  readonly atMs: number
  readonly bytes: Uint8Array
}

/** How the body ended: as HTTP says, in the middle, or because the doctor left. */
export type ExchangeEnd = 'complete' | 'cut' | 'left'

/** One answer, as far as it was read. All times are milliseconds after the request was sent. */
export interface Exchange {
  /** When the request was sent, in milliseconds since 1970. */
  readonly startedAt: number
  readonly status: number
  readonly httpVersion: string
  /** The headers by lower-case name; several of one name are joined by `, `. */
  readonly headers: ReadonlyMap<string, string>
  readonly headMs: number
  readonly chunks: readonly Chunk[]
  readonly events: readonly ArrivedEvent[]
  /** When comments arrived. */
  readonly comments: readonly number[]
  /** The valid `retry` values. */
  readonly retries: readonly number[]
  /** The id that a client would reconnect with. */
  readonly lastEventId: string
  /** Whether an event was larger than a client takes by default (16 MiB). */
  readonly hasTooLargeEvent: boolean
  readonly end: ExchangeEnd
  readonly endMs: number
}

/** A request that got no answer. */
export interface NoAnswer {
  /** Why: an error of the network, or `timeout`. */
  readonly failure: string
  readonly afterMs: number
}

/** Whether there was an answer. */
export function isAnswered(answer: Exchange | NoAnswer): answer is Exchange {
  return 'status' in answer
}

/** The whole body as far as it was read. */
export function bytesOf({ chunks }: Exchange): Buffer {
  return Buffer.concat(chunks.map(({ bytes }) => bytes))
}

/** The events without those of the framework itself. */
export function dataEvents(events: readonly ArrivedEvent[]): readonly ArrivedEvent[] {
  return events.filter(({ event }) => event?.startsWith('tidings:') !== true)
}

const sameMomentMs = 20

/** How many moments the events arrived at: those within 20 ms of the one before arrived at the same. */
export function momentsOf(events: readonly ArrivedEvent[]): number {
  let moments = 0
  let before = -Infinity
  for (const { atMs } of events) {
    if (atMs - before > sameMomentMs) moments += 1
    before = atMs
  }
  return moments
}

/** The data without the times in it: what two readers get of one event, if the server makes it anew for each. */
export function contentOf({ data }: ArrivedEvent): string {
  return data.replaceAll(/\b\d{13}\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z?/g, '<time>')
}

/** Whether the data alone tells events apart. */
export function hasDistinctContent(events: readonly ArrivedEvent[]): boolean {
  return new Set(events.map(contentOf)).size === events.length
}
