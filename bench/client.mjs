// Benchmark of the clients and their rivals, from response bytes to the application: the same chunks, round by round.
import { readers } from './client/readers.mjs'
import { bundleSizes } from './client/bundle-size.mjs'

const rounds = 5
const events = 100_000
const manyEvents = 1_000_000
const chunkBytes = 64 * 1024
const head = { headers: { 'content-type': 'text/event-stream; charset=utf-8' } }

/** An encoded event of 80 bytes, like a token that a language model streams. @param {number} index */
function token(index) {
  const start = `data: {"id":"chatcmpl-9","object":"chunk","n":${100_000 + (index % 800_000)},"delta":"`
  return `${start}${'token is here'.padEnd(80 - start.length - 4, '.')}"}\n\n`
}

/** The bytes of `count` events, in chunks of 64 KiB. @param {number} count */
function toChunks(count) {
  const bytes = new Uint8Array(Buffer.from(Array.from({ length: count }, (_, index) => token(index)).join('')))
  const chunks = []
  for (let start = 0; start < bytes.length; start += chunkBytes) chunks.push(bytes.slice(start, start + chunkBytes))
  return chunks
}

/** A `fetch` whose response has the chunks, `repeats` times: one chunk a pull. A second call never gets a response. */
function createFetch(chunks, repeats = 1) {
  let next = 0
  const pull = (controller) => {
    if (next === chunks.length * repeats) controller.close()
    else controller.enqueue(chunks[next % chunks.length].slice())
    next += 1
  }
  return () => {
    if (next > 0) return new Promise(() => {})
    return Promise.resolve(new Response(new ReadableStream({ pull }, { highWaterMark: 0 }), head))
  }
}

/** The CPU seconds in which a reader reads all events. */
async function time(reader, chunks) {
  let taken = 0
  const take = (data) => {
    // Reading the last character forces the engine to build a string that it concatenates lazily.
    taken += data.charCodeAt(data.length - 1) > 0 ? 1 : 0
  }
  const { user, system } = process.cpuUsage()
  await reader.read({ fetch: createFetch(chunks), count: events, take })
  const spent = process.cpuUsage()
  if (taken !== events) throw new Error(`${reader.name}: ${taken} events of ${events}`)
  return (spent.user + spent.system - user - system) / 1e6
}

/** For each reader: MB per second of CPU time, and its bundle size. */
export async function measureRates() {
  const chunks = toChunks(events)
  const megabytes = chunks.reduce((sum, { length }) => sum + length, 0) / 1e6
  const seconds = readers.map(() => [])
  // Round -1 is the warm-up.
  for (let round = -1; round < rounds; round += 1) {
    for (const [index, reader] of readers.entries()) {
      const taken = await time(reader, chunks)
      if (round >= 0) seconds[index].push(taken)
    }
  }
  const sizes = bundleSizes(readers)
  return readers.map(({ name }, index) => ({ name, rate: megabytes / median(seconds[index]), bundle: sizes[index] }))
}

/** The bytes by which the heap grows while a reader reads the last 900,000 of a million events. */
export async function measureGrowth({ name }) {
  const used = []
  let taken = 0
  const take = () => {
    taken += 1
    if (taken % (manyEvents / 10) !== 0) return
    globalThis.gc()
    used.push(process.memoryUsage().heapUsed)
  }
  const chunks = toChunks(events)
  const reader = readers.find((reader) => reader.name === name)
  await reader.read({ fetch: createFetch(chunks, manyEvents / events), count: manyEvents, take })
  return used.at(-1) - used[0]
}

function median(numbers) {
  return numbers.toSorted((left, right) => left - right)[numbers.length >> 1]
}
