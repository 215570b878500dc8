// Measure `element`: an answer in `<tidings-chat>` in Chromium, beside a page that reads the same answer and shows nothing.
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { formatCount } from '../report/table.mjs'

const executablePath = '/usr/bin/chromium'
const columns = [
  { title: 'page', value: ({ name }) => name },
  { title: 'longest task ms', value: ({ longestMs }) => longestMs.toFixed(1) },
  { title: 'p95 of a frame ms', value: ({ frameMs }) => frameMs.toFixed(1) },
  { title: 'busy %', value: ({ busy }) => (100 * busy).toFixed(0) },
]
const frameMs = 1000 / 60
const entry = fileURLToPath(new URL('../client/element-page.mjs', import.meta.url))

/** What a page shows while the tokens come. */
const cases = [
  { name: 'empty: reads, shows nothing', text: 'blocks', isShown: false },
  { name: 'an answer of blocks', text: 'blocks', isShown: true },
  { name: 'one single paragraph', text: 'paragraph', isShown: true },
  { name: 'one block of code', text: 'code', isShown: true },
  { name: 'blocks, below 500 messages', text: 'blocks', isShown: true, history: 500 },
]

/** Each page reads the tokens at the same pace. Work is the CPU time of the main thread, from a trace of the browser. */
export async function measureElement({ sizes }) {
  const { tokens, perSecond } = sizes.element
  const title = `${formatCount(tokens)} tokens into one answer of <tidings-chat>, ${formatCount(perSecond)} a second`
  if (!existsSync(executablePath)) return { title, columns, rows: [], notes: ['not measured: there is no Chromium'] }
  const server = await serve(await bundle())
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  const rows = []
  try {
    const url = `http://127.0.0.1:${server.address().port}/`
    for (const one of cases)
      rows.push({ name: one.name, ...(await measure(browser, url, { ...one, tokens, perSecond })) })
  } finally {
    await browser.close()
    server.close()
  }
  return { title, columns, rows, notes: ['CPU time of the main thread; a frame is 16.7 ms, while the answer comes'] }
}

async function measure(browser, url, settings) {
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } })
  page.on('pageerror', (error) => console.error(error))
  await page.goto(url)
  await page.evaluate((given) => globalThis.prepare(given), settings)
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing', '__metadata'] })
  await page.evaluate(() => globalThis.run())
  const trace = JSON.parse(String(await browser.stopTracing()))
  await page.close()
  return sumUp(trace.traceEvents)
}

/** The tasks of the page's main thread: the thread with that name that has worked most. */
function sumUp(events) {
  const mains = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const tasksOf = mains.map(({ pid, tid }) =>
    events.filter(
      (event) => event.pid === pid && event.tid === tid && event.ph === 'X' && event.name.endsWith('RunTask'),
    ),
  )
  const [all] = tasksOf.toSorted((one, other) => total(other) - total(one))
  // Before the page begins, the browser starts the trace itself.
  const begin = events.find(({ name }) => name === 'tidings begin').ts
  // Of a task whose CPU time the trace lacks, all of its time counts: never less than it was.
  const tasks = all.filter(({ ts, dur }) => ts + dur > begin).map((task) => ({ ...task, tdur: task.tdur ?? task.dur }))
  const first = Math.min(...tasks.map(({ ts }) => ts))
  const frames = []
  for (const { ts, tdur } of tasks) {
    const index = Math.floor((ts - first) / 1000 / frameMs)
    frames[index] = (frames[index] ?? 0) + tdur / 1000
  }
  const sorted = Array.from(frames, (ms) => ms ?? 0).toSorted((one, other) => one - other)
  return {
    longestMs: Math.max(...tasks.map(({ tdur }) => tdur)) / 1000,
    frameMs: sorted[Math.floor(sorted.length * 0.95)],
    busy: total(tasks) / 1000 / (sorted.length * frameMs),
  }
}

function total(tasks) {
  return tasks.reduce((sum, { tdur, dur }) => sum + (tdur ?? dur), 0)
}

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    logLevel: 'error',
    outdir: '/',
  })
  return outputFiles[0].text
}

async function serve(script) {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js'
    response.setHeader('content-type', isScript ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8')
    response.end(
      isScript ? script : '<!doctype html><title>x</title><body><script type="module" src="page.js"></script>',
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
