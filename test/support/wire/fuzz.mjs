// Random streams, cut at random, read by the parsers and by the reference: one input for each seed.
import { parseReference } from './reference-parser.mjs'

/**
 * @typedef {typeof import('../../../src/sse/index.ts').createParser} CreateParser
 * @typedef {typeof import('../../../src/ndjson/index.ts').createLineParser} CreateLineParser
 * @typedef {{ createParser: CreateParser, createLineParser: CreateLineParser }} Parsers
 * @typedef {(limit: number) => number} Random a whole number from 0 to limit - 1
 */

const words = [
  'data: ',
  'data:',
  'data',
  'data: a',
  'id: ',
  'id:1',
  'id',
  'event: x',
  'event:',
  'event',
  'retry: 10',
  'retry:',
  'retry: 1x',
  ': note',
  ':',
  '\n',
  '\n',
  '\n',
  '\n\n',
  '\r',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\0',
  'é',
  '你',
  '😀',
  '\uFEFF',
  'x',
  'datax: ',
  '{"n":1}',
  'foo: bar',
  '\u2028',
].map((word) => Buffer.from(word))
const oddBytes = [0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xe4, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x00, 0x0a, 0x0d]
const lines = ['{"n":1}', '[1,2]', '"é😀"', 'null', '', ' ', '\t\r', 'nope', '{"n":', '1 2', '\uFEFF1'].map((line) =>
  Buffer.from(line),
)

/**
 * Reads the input of this seed; throws an error that shows it when a parser disagrees with the reference or throws.
 * @param {number} seed
 * @param {Parsers} parsers
 */
export function fuzzOne(seed, parsers) {
  const random = createRandom(seed)
  if (random(8) === 0) compareLines(random, parsers.createLineParser)
  else compareEvents(random, parsers.createParser)
}

/** @param {Random} random @param {CreateParser} createParser */
function compareEvents(random, createParser) {
  const bytes = makeStream(random)
  const pieces = cut(bytes, random)
  const expected = parseReference(bytes)
  const reading = readAll(pieces, createParser)
  expectEqual(reading, expected, bytes, pieces)
  // Without the rare callbacks the parser skips what it kept before.
  /** @type {unknown[]} */
  const events = []
  const bare = createParser({ onEvent: (event) => events.push(event) })
  for (const piece of pieces) bare.feed(piece)
  expectEqual(events, expected.events, bytes, pieces)
  // A limit strikes at the same event, however the stream is cut.
  const maxEventBytes = 1 + random(40)
  expectEqual(
    readLimited(pieces, createParser, maxEventBytes),
    readLimited([bytes], createParser, maxEventBytes),
    bytes,
    pieces,
  )
}

/** @param {Random} random @param {CreateLineParser} createLineParser */
function compareLines(random, createLineParser) {
  const bytes = Buffer.concat(
    Array.from({ length: random(8) }, () => pick(lines, random))
      .flatMap((line) => [line, pick([Buffer.from('\n'), Buffer.from('\r\n')], random)])
      .slice(0, random(2) === 0 ? -1 : undefined),
  )
  const pieces = cut(bytes, random)
  /** @type {unknown[]} */
  const reading = []
  const parser = createLineParser({
    onValue: (value) => reading.push(value),
    onError: (error) => reading.push(error.lineNumber),
  })
  for (const piece of pieces) parser.feed(piece)
  parser.end()
  /** @type {unknown[]} */
  const expected = []
  for (const [index, line] of new TextDecoder().decode(bytes).split('\n').entries()) {
    if (line.trim() === '') continue
    try {
      expected.push(JSON.parse(line))
    } catch {
      expected.push(index + 1)
    }
  }
  expectEqual(reading, expected, bytes, pieces)
}

/** @param {Uint8Array[]} pieces @param {CreateParser} createParser */
function readAll(pieces, createParser) {
  /** @type {import('./reference-parser.mjs').Reading} */
  const reading = { events: [], ids: [], retries: [], comments: [], lastEventId: '' }
  const parser = createParser({
    onEvent: (event) => reading.events.push(event),
    onId: (id) => reading.ids.push(id),
    onRetry: (retryMs) => reading.retries.push(retryMs),
    onComment: (comment) => reading.comments.push(comment),
    onError: () => {},
  })
  for (const piece of pieces) parser.feed(piece)
  reading.lastEventId = parser.lastEventId
  return reading
}

/** @param {Uint8Array[]} pieces @param {CreateParser} createParser @param {number} maxEventBytes */
function readLimited(pieces, createParser, maxEventBytes) {
  /** @type {unknown[]} */
  const reading = []
  let hasFailed = false
  const parser = createParser({
    maxEventBytes,
    onEvent: (event) => reading.push(event),
    onError: (error) => {
      reading.push(error.code, error.line)
      if (error.code === 'ERR_EVENT_TOO_LARGE') hasFailed = true
    },
  })
  for (const piece of pieces) if (!hasFailed) parser.feed(piece)
  return [...reading, parser.lastEventId]
}

/** @param {Random} random */
function makeStream(random) {
  const parts = Array.from({ length: 1 + random(24) }, () =>
    random(10) === 0 ? Buffer.from([pick(oddBytes, random)]) : pick(words, random),
  )
  return new Uint8Array(Buffer.concat(parts))
}

/**
 * One piece, single bytes, or pieces of random size; now and then an empty one.
 * @param {Uint8Array} bytes
 * @param {Random} random
 */
function cut(bytes, random) {
  const largest = pick([bytes.length + 1, 1, 3, 12], random)
  const pieces = []
  for (let start = 0; start < bytes.length;) {
    const size = largest === 1 ? 1 : random(largest + 1)
    pieces.push(bytes.slice(start, start + size))
    start += size
  }
  return pieces
}

/** @param {unknown} actual @param {unknown} expected @param {Uint8Array} bytes @param {Uint8Array[]} pieces */
function expectEqual(actual, expected, bytes, pieces) {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (left === right) return
  const shown = JSON.stringify(Buffer.from(bytes).toString('latin1'))
  const sizes = pieces.map(({ length }) => length).join(', ')
  throw new Error(`Input (as Latin-1) ${shown}\ncut into ${sizes}\ngives    ${left}\nnot      ${right}`)
}

/** @template Item @param {readonly Item[]} items @param {Random} random @returns {Item} */
function pick(items, random) {
  const item = items[random(items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Mulberry32: the same numbers for the same seed. @param {number} seed @returns {Random} */
function createRandom(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}
