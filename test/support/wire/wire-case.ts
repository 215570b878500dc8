// The wire cases of the protocol, and a reading of them chunk by chunk.
import { createParser, type ParsedEvent } from '../../../src/sse/index.ts'
import { readCases } from '../protocol/cases.ts'

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

/** A text, or its pieces, of which some are repeated. */
type Text = string | readonly (string | { readonly text: string; readonly times: number })[]

interface WireCaseText {
  readonly name: string
  readonly wire?: Text
  readonly hex?: string
  readonly events: readonly { readonly event?: string; readonly data?: Text; readonly id?: string }[]
  readonly ids?: string[]
  readonly retries?: number[]
  readonly comments?: readonly Text[]
  readonly lastEventId: string
}

/** Every case of docs/protocol/parsing.json, by group. */
export const wireCases: readonly { readonly group: string; readonly cases: readonly WireCase[] }[] = Object.entries(
  readCases<WireCaseText>('parsing'),
).map(([group, cases]) => ({ group, cases: cases.map(toCase) }))

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

/** The bytes in every possible two pieces; many bytes in some. */
export function* everySplit(bytes: Uint8Array): Generator<[Uint8Array, Uint8Array]> {
  for (const at of placesIn(bytes.length)) yield [bytes.slice(0, at), bytes.slice(at)]
}

/** Every place at which so much can be cut; about twenty of what is long. */
export function* placesIn(length: number): Generator<number> {
  const step = length > 2000 ? Math.ceil(length / 20) : 1
  for (let at = 0; at <= length; at += step) yield at
}

/** The bytes in pieces of `size`. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces = []
  for (let start = 0; start < bytes.length; start += size) pieces.push(bytes.slice(start, start + size))
  return pieces
}

function toCase({
  name,
  wire = '',
  hex,
  events,
  ids = [],
  retries = [],
  comments = [],
  lastEventId,
}: WireCaseText): WireCase {
  return {
    name,
    bytes: new Uint8Array(hex === undefined ? Buffer.from(toText(wire)) : Buffer.from(hex, 'hex')),
    expected: {
      events: events.map(({ event, data = '', id }) => ({ event, data: toText(data), id })),
      ids,
      retries,
      comments: comments.map(toText),
      lastEventId,
    },
  }
}

function toText(text: Text): string {
  if (typeof text === 'string') return text
  return text.map((piece) => (typeof piece === 'string' ? piece : piece.text.repeat(piece.times))).join('')
}
