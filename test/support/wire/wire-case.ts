// The checked-in wire cases, and a reading of them chunk by chunk.
import { readFileSync, readdirSync } from 'node:fs'
import { createParser, type ParsedEvent } from '../../../src/sse/index.ts'

/** All that a parser made of a stream. */
export interface Reading {
  readonly events: ParsedEvent[]
  readonly ids: string[]
  readonly retries: number[]
  readonly comments: string[]
  lastEventId: string
}

/** One stream and what it means. */
export interface WireCase {
  readonly name: string
  readonly bytes: Uint8Array
  readonly expected: Reading
}

interface WireCaseText {
  readonly name: string
  readonly wire?: string
  readonly hex?: string
  readonly events: readonly Partial<ParsedEvent>[]
  readonly ids?: string[]
  readonly retries?: number[]
  readonly comments?: string[]
  readonly lastEventId: string
}

const corpus = new URL('../../sse/corpus/', import.meta.url)

/** Every case of test/sse/corpus, by file. */
export const wireCases: readonly { readonly file: string; readonly cases: readonly WireCase[] }[] = readdirSync(corpus)
  .toSorted()
  .map((file) => ({ file, cases: toCases(readFileSync(new URL(file, corpus), 'utf8')) }))

/** Feeds the chunks to a new parser that wants everything. */
export function readChunks(chunks: Iterable<string | Uint8Array>, create: typeof createParser = createParser): Reading {
  const reading: Reading = { events: [], ids: [], retries: [], comments: [], lastEventId: '' }
  const parser = create({
    onEvent: (event) => reading.events.push(event),
    onId: (id) => reading.ids.push(id),
    onRetry: (retryMs) => reading.retries.push(retryMs),
    onComment: (comment) => reading.comments.push(comment),
  })
  for (const chunk of chunks) parser.feed(chunk)
  reading.lastEventId = parser.lastEventId
  return reading
}

/** The bytes in every possible two pieces. */
export function* everySplit(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  for (let at = 0; at <= bytes.length; at += 1) yield [bytes.slice(0, at), bytes.slice(at)]
}

/** The bytes in pieces of `size`. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces = []
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.slice(start, start + size))
  return pieces
}

function toCases(json: string): WireCase[] {
  const cases: WireCaseText[] = JSON.parse(json)
  return cases.map(({ name, wire = '', hex, events, ids = [], retries = [], comments = [], lastEventId }) => ({
    name,
    bytes: new Uint8Array(hex === undefined ? Buffer.from(wire) : Buffer.from(hex, 'hex')),
    expected: {
      events: events.map(({ event, data = '', id }) => ({ event, data, id })),
      ids,
      retries,
      comments,
      lastEventId,
    },
  }))
}
