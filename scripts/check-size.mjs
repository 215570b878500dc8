// The byte budget of each subpath, minified and gzipped with everything it imports from the package itself.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

// Node's own modules and the dependencies are left out: they are counted where they come from.
const budgets = {
  '.': { bytes: 18_200, platform: 'node' },
  './server': { bytes: 15_200, platform: 'neutral' },
  './node': { bytes: 5_000, platform: 'node' },
  './bun': { bytes: 500, platform: 'neutral' },
  './deno': { bytes: 1_000, platform: 'neutral' },
  './workers': { bytes: 300, platform: 'neutral' },
  './client': { bytes: 14_200, platform: 'neutral' },
  './channel': { bytes: 15_500, platform: 'neutral' },
  './journal': { bytes: 3_500, platform: 'neutral' },
  './journal/sqlite': { bytes: 8_000, platform: 'node' },
  './journal/redis': { bytes: 8_500, platform: 'node' },
  './journal/postgres': { bytes: 8_000, platform: 'node' },
  './testing': { bytes: 16_000, platform: 'neutral' },
  './sse': { bytes: 5_500, platform: 'neutral' },
  './ndjson': { bytes: 2_700, platform: 'neutral' },
}

// What a page pays that imports one name.
const aloneBudgets = { './client': { stream: 4_350 } }

const root = new URL('..', import.meta.url)
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
let failed = false
for (const [subpath, file] of Object.entries(exports)) {
  if (subpath === './package.json') continue
  const path = fileURLToPath(new URL(file, root))
  const { bytes = 0, platform } = budgets[subpath] ?? {}
  report(subpath, await sizeOf('*', path, platform), bytes)
  for (const [name, budget] of Object.entries(aloneBudgets[subpath] ?? {})) {
    report(`${subpath} ${name}`, await sizeOf(`{ ${name} }`, path, platform), budget)
  }
}
process.exit(failed ? 1 : 0)

function report(title, bytes, budget) {
  const isWithin = bytes <= budget
  if (!isWithin) failed = true
  console.log(
    `${title.padEnd(18)} ${String(bytes).padStart(7)} B gzip  ${isWithin ? 'ok' : `over its budget of ${budget}`}`,
  )
}

async function sizeOf(names, path, platform = 'neutral') {
  const { outputFiles } = await build({
    stdin: { contents: `export ${names} from ${JSON.stringify(path)}`, resolveDir: fileURLToPath(root) },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform,
    conditions: platform === 'node' ? ['node'] : [],
    external: ['typebox', 'typebox/*', 'rou3', 'cookie-es', 'libsql', 'node:*'],
    logLevel: 'error',
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}
