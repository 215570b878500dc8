// The byte budget of each subpath, minified and gzipped with everything it imports from the package itself.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// Node's own modules and the dependencies are left out: they are counted where they come from.
const budgets = {
  '.': { bytes: 17_000, platform: 'node' },
  './server': { bytes: 14_000, platform: 'neutral' },
  './node': { bytes: 5_000, platform: 'node' },
  './bun': { bytes: 500, platform: 'neutral' },
  './deno': { bytes: 1_000, platform: 'neutral' },
  './workers': { bytes: 300, platform: 'neutral' },
  './sse': { bytes: 5_500, platform: 'neutral' },
  './ndjson': { bytes: 2_700, platform: 'neutral' },
}

const root = new URL('..', import.meta.url)
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
let failed = false
for (const [subpath, file] of Object.entries(exports)) {
  if (subpath === './package.json') continue
  const budget = budgets[subpath]
  const bytes = await sizeOf(fileURLToPath(new URL(file, root)), budget?.platform)
  const isWithin = bytes <= (budget?.bytes ?? 0)
  if (!isWithin) failed = true
  console.log(
    `${subpath.padEnd(12)} ${String(bytes).padStart(7)} B gzip  ${isWithin ? 'ok' : `over its budget of ${budget?.bytes}`}`,
  )
}
process.exit(failed ? 1 : 0)

async function sizeOf(entry, platform = 'neutral') {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform,
    conditions: platform === 'node' ? ['node'] : [],
    external: ['typebox', 'typebox/*', 'rou3', 'cookie-es', 'node:*'],
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}
