// Benchmark of the parser and of eventsource-parser 4: the same bytes in the same chunks, in one process, round by
// round. Run: node bench/codec.mjs (after a build). Columns: events, MB/s of Tidings, MB/s of eventsource-parser, and
// the ratio.
import { pathToFileURL } from 'node:url'
import { createParser as createRival } from 'eventsource-parser'
import { createParser } from '../dist/sse/index.js'

const rounds = 9
const chunkBytes = 64 * 1024

/** @param {Uint8Array} bytes @param {number} size */
function cut(bytes, size) {
  const chunks = []
  for (let start = 0; start < bytes.length; start += size) chunks.push(bytes.slice(start, start + size))
  return chunks
}

/** @param {(index: number) => string} makeBlock @param {number} count */
function blocks(makeBlock, count) {
  return Array.from({ length: count }, (_, index) => new Uint8Array(Buffer.from(makeBlock(index))))
}

/** An encoded event of 80 bytes, like a token that a language model streams. @param {number} index */
function token(index) {
  const head = `data: {"id":"chatcmpl-9","object":"chunk","n":${100_000 + index},"delta":"`
  return `${head}${'token is here'.padEnd(80 - head.length - 4, '.')}"}\n\n`
}

/** An encoded event with comments, an id and a name. @param {number} index */
function annotated(index) {
  const fields = `id: ${index.toString(36)}.${index}\nevent: delta\n`
  return `: keep-alive ${index}\n${fields}: trace ${index}\ndata: {"n":${index},"text":"hi"}\n\n`
}

/** The inputs to parse. @returns {{ name: string, chunks: Uint8Array[] }[]} */
function shapes() {
  const long = `data: ${'x'.repeat(100_000)}\n\n`
  return [
    { name: '80-byte tokens, 64 KiB chunks', chunks: cut(Buffer.concat(blocks(token, 100_000)), chunkBytes) },
    { name: '80-byte tokens, one a chunk', chunks: blocks(token, 50_000) },
    { name: '80-byte tokens, 1-byte chunks', chunks: cut(Buffer.concat(blocks(token, 5_000)), 1) },
    { name: '100 KB data lines, 64 KiB chunks', chunks: cut(Buffer.from(long.repeat(160)), chunkBytes) },
    { name: 'comments and ids, 64 KiB chunks', chunks: cut(Buffer.concat(blocks(annotated, 60_000)), chunkBytes) },
  ]
}

/**
 * The least that a reader does with an event. Reading the last character forces the engine to build a string that it
 * concatenates lazily.
 * @param {{ count: number, sum: number }} tally @param {{ data: string }} event
 */
function take(tally, event) {
  tally.count += 1
  tally.sum += event.data.charCodeAt(event.data.length - 1)
}

/** @param {Uint8Array[]} chunks */
function readWithTidings(chunks) {
  const tally = { count: 0, sum: 0 }
  const parser = createParser({ onEvent: (event) => take(tally, event) })
  for (const chunk of chunks) parser.feed(chunk)
  return tally
}

/** As its documentation shows: with a streaming TextDecoder in front. @param {Uint8Array[]} chunks */
function readWithRival(chunks) {
  const tally = { count: 0, sum: 0 }
  const decoder = new TextDecoder()
  const parser = createRival({ onEvent: (event) => take(tally, event) })
  for (const chunk of chunks) parser.feed(decoder.decode(chunk, { stream: true }))
  return tally
}

/** @param {(chunks: Uint8Array[]) => unknown} read @param {Uint8Array[]} chunks */
function time(read, chunks) {
  const start = performance.now()
  read(chunks)
  return (performance.now() - start) / 1000
}

/** @param {number[]} numbers */
function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[numbers.length >> 1] ?? NaN
}

/** @param {{ name: string, chunks: Uint8Array[] }} shape */
function measure({ name, chunks }) {
  // The first pass checks that both parse the same events; the second pass is the warm-up.
  const [ours, theirs] = [readWithTidings(chunks), readWithRival(chunks)]
  if (ours.count !== theirs.count || ours.sum !== theirs.sum) {
    throw new Error(`${name}: ${ours.count} events against ${theirs.count}`)
  }
  time(readWithTidings, chunks)
  time(readWithRival, chunks)
  const seconds = { ours: /** @type {number[]} */ ([]), theirs: /** @type {number[]} */ ([]) }
  for (let round = 0; round < rounds; round += 1) {
    seconds.ours.push(time(readWithTidings, chunks))
    seconds.theirs.push(time(readWithRival, chunks))
  }
  const megabytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0) / 1e6
  const [tidings, rival] = [megabytes / median(seconds.ours), megabytes / median(seconds.theirs)]
  return { name, events: ours.count, tidings, rival, ratio: tidings / rival }
}

/** The rows of the table: MB/s of both parsers, and the ratio of ours to the rival's. */
export function run() {
  return shapes().map(measure)
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(`Node ${process.versions.node}, median of ${rounds} rounds, MB/s`)
  for (const row of run()) {
    const numbers = [
      row.tidings.toFixed(0).padStart(8),
      row.rival.toFixed(0).padStart(8),
      row.ratio.toFixed(2).padStart(7),
    ]
    console.log(row.name.padEnd(36), String(row.events).padStart(7), ...numbers)
  }
}
