// Benchmark of the view of Markdown: an answer of 10,000 tokens that comes at 1,000 tokens/s, in Chromium, and a page that
// gets the same tokens and shows nothing. Run: node bench/markdown.mjs. Columns: milliseconds of the view in a frame (95 % of
// frames, the longest), of all work of a frame with style, layout and paint (the same), tasks over 50 ms, and the longest.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { formatTable } from './report/table.mjs'

const tokens = 10_000
const perSecond = 1000
const subjects = ['empty page', 'mixed', 'one paragraph', 'one list', 'one block of code', 'one table']
const columns = [
  { title: 'answer', value: ({ name }) => name },
  { title: 'view p95', value: ({ view }) => percentile(view, 0.95) },
  { title: 'view max', value: ({ view }) => percentile(view, 1) },
  { title: 'frame p95', value: ({ frames }) => percentile(frames, 0.95) },
  { title: 'frame max', value: ({ frames }) => percentile(frames, 1) },
  { title: 'long tasks', value: ({ long }) => String(long.length) },
  { title: 'longest', value: ({ long }) => percentile(long, 1) },
  { title: 'frames', value: ({ frames }) => String(frames.length) },
]

function percentile(values, part) {
  if (values.length === 0) return '-'
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1)
}

async function bundle() {
  const entry = fileURLToPath(new URL('./markdown/page.mjs', import.meta.url))
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
  })
  return outputFiles[0].text
}

const script = await bundle()
const server = createServer(({ url }, response) => {
  const isScript = url === '/script.js'
  response.writeHead(200, { 'content-type': isScript ? 'text/javascript; charset=utf-8' : 'text/html' })
  response.end(isScript ? script : '<!doctype html><title>Markdown</title><body><script src="/script.js"></script>')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
const chosen = process.argv[2]?.replace('--only=', '').split(',') ?? subjects
const rows = []
for (const name of subjects.filter((subject) => chosen.includes(subject))) {
  const page = await browser.newPage({ viewport: { width: 800, height: 600 } })
  await page.goto(`http://127.0.0.1:${server.address().port}/`)
  rows.push({ name, ...(await page.evaluate((order) => globalThis.measure(order), { name, tokens, perSecond })) })
  await page.close()
}
await browser.close()
server.close()
console.log(formatTable(columns, rows))
