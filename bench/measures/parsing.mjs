// Whether a request costs what its bytes do: each kind of content at a size and at twice that.
import { fileURLToPath } from 'node:url'
import { formatRatio } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'parsing', value: ({ name }) => name },
  { title: 'size', value: ({ size }) => String(size) },
  { title: 'CPU ms', value: ({ once }) => formatRatio(once) },
  { title: 'CPU ms at twice', value: ({ twice }) => formatRatio(twice) },
  { title: 'ratio', value: ({ once, twice }) => formatRatio(twice / once) },
]

/** Long enough to be measured, and never so long that a quadratic one takes the evening. */
const wantedMs = 10
const largestSize = 160_000
/** What twice the size may cost. */
const bound = 2.5

/** CPU of one request; twice the size should cost about twice as much, and below 2.5 times. */
export async function measureParsing() {
  const file = fileURLToPath(new URL('../workers/parsing-child.mjs', import.meta.url))
  const worker = startWorker(file, { core: 0 })
  try {
    const rows = []
    for (const name of await worker.ask('names', {})) rows.push(await measureOne(worker, name))
    const notes = [`requests through server.fetch, the lowest of 11; a ratio below ${bound} is linear growth`]
    return { title: 'A request costs, by its size', columns, rows, notes }
  } finally {
    await worker.stop()
  }
}

async function measureOne(worker, name) {
  const costOf = async (size) => (await worker.ask('cost', { name, size }, 120_000)).milliseconds
  try {
    let size = 2500
    let once = await costOf(size)
    while (once < wantedMs && size < largestSize) once = await costOf((size *= 2))
    let twice = await costOf(size * 2)
    // A step of the platform's own shows once: V8 begins to copy what is alive when a few MB are, and Node makes another
    // kind of string of more than 1 MB. Growth shows at the next size as well.
    if (twice / once >= bound) [size, once, twice] = [size * 2, twice, await costOf(size * 4)]
    const row = { name, samples: [], size, once, twice }
    return twice / once < bound ? row : { ...row, failure: `twice the size costs ${(twice / once).toFixed(1)} times` }
  } catch (error) {
    return { name, failure: error.message }
  }
}
