// `npm run fuzz`: random streams, read by the parsers of the build and by a reference written from the standards.
// `-- --count 1000000 --seed 1`. Each input has a seed of its own, so a failure is repeated by `--seed N --count 1`.
import { parseArgs } from 'node:util'
import { fileURLToPath } from 'node:url'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { fuzzOne } from '../test/support/wire/fuzz.mjs'

const hangMs = 20_000

if (isMainThread) runAndWatch()
else await fuzz(workerData)

/** The fuzzing runs in a worker, so that an input that never ends is noticed and named. */
function runAndWatch() {
  const { values } = parseArgs({ options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string' } } })
  const count = toCount('count', values.count)
  const seed = toCount('seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 31)))
  console.log(`fuzz: ${count} inputs from seed ${seed}`)
  const progress = new Int32Array(new SharedArrayBuffer(4))
  const start = performance.now()
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { count, seed, progress } })
  let seen = -1
  const watch = setInterval(() => {
    if (progress[0] === seen) finish(1, `fuzz: seed ${seed + seen} has not ended in ${hangMs / 1000} s`)
    seen = progress[0] ?? 0
  }, hangMs)
  worker.on('error', (error) =>
    finish(1, `fuzz: seed ${seed + (progress[0] ?? 0)} failed\n${error.stack ?? error.message}`),
  )
  worker.on('exit', () => {
    const seconds = (performance.now() - start) / 1000
    finish(0, `fuzz: all equal, ${Math.round(count / seconds)} inputs/s, ${seconds.toFixed(1)} s`)
  })

  /** @param {number} code @param {string} message */
  function finish(code, message) {
    clearInterval(watch)
    console.log(message)
    process.exit(code)
  }
}

/** @param {{ count: number, seed: number, progress: Int32Array }} work */
async function fuzz({ count, seed, progress }) {
  // Most of the time went into stack traces of errors that are expected; a single input shows its own.
  if (count > 1) Error.stackTraceLimit = 0
  const { createParser } = await import('../dist/sse/index.js')
  const { createLineParser } = await import('../dist/ndjson/index.js')
  for (let index = 0; index < count; index += 1) {
    progress[0] = index
    fuzzOne(seed + index, { createParser, createLineParser })
  }
}

/** @param {string} name @param {string} text */
function toCount(name, text) {
  if (/^[0-9]+$/.test(text)) return Number(text)
  throw new Error(`--${name} must be a whole number, not ${text}`)
}
