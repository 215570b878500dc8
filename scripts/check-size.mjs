// The byte budget of each subpath, minified and gzipped with everything it imports from the package itself. Holds the
// sizes in the README to the truth as well; `--write` puts them right.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { setup } from './setup.mjs'

// Node's own modules and the dependencies are left out: they are counted where they come from.
const budgets = {
  '.': { bytes: 28_200, platform: 'node' },
  './server': { bytes: 23_400, platform: 'neutral' },
  './node': { bytes: 8_400, platform: 'node' },
  './bun': { bytes: 2_000, platform: 'neutral' },
  './deno': { bytes: 2_800, platform: 'neutral' },
  './workers': { bytes: 1_900, platform: 'neutral' },
  './client': { bytes: 14_200, platform: 'neutral' },
  './channel': { bytes: 16_400, platform: 'neutral' },
  './journal': { bytes: 3_500, platform: 'neutral' },
  './journal/sqlite': { bytes: 8_000, platform: 'node' },
  './journal/redis': { bytes: 8_800, platform: 'node' },
  './journal/postgres': { bytes: 8_000, platform: 'node' },
  './testing': { bytes: 16_000, platform: 'neutral' },
  './sse': { bytes: 5_600, platform: 'neutral' },
  './ndjson': { bytes: 2_700, platform: 'neutral' },
}

// What a page pays that imports one name.
const aloneBudgets = { './client': { stream: 4_600 } }

setup()
const root = new URL('..', import.meta.url)
const { exports } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'))
const sizes = new Map()
let failed = false
for (const [subpath, file] of Object.entries(exports)) {
  if (subpath === './package.json') continue
  const path = fileURLToPath(new URL(file, root))
  const { bytes, platform } = budgets[subpath] ?? {}
  sizes.set(subpath, await sizeOf('*', path, platform))
  report(subpath, sizes.get(subpath), bytes)
  for (const [name, budget] of Object.entries(aloneBudgets[subpath] ?? {})) {
    report(`${subpath} ${name}`, await sizeOf(`{ ${name} }`, path, platform), budget)
  }
}
if (process.argv.includes('--write')) writeTable()
else checkTable()
process.exit(failed ? 1 : 0)

/** The rows of the README's table of subpaths: a name in code first, and a size last. */
function replaceSizes(toSize) {
  const file = new URL('README.md', root)
  const before = readFileSync(file, 'utf8')
  const after = [...sizes].reduce((text, [subpath, bytes]) => {
    const row = new RegExp(`^(\\| \`tidings${subpath.slice(1)}\` .*\\| +)([\\d.]+)( kB \\|)$`, 'm')
    const shown = row.exec(text)?.[2]
    if (shown === undefined) complain(`README.md: the table of subpaths has no row for tidings${subpath.slice(1)}`)
    return text.replace(row, (_, head, size, tail) => `${head}${toSize(subpath, bytes, size)}${tail}`)
  }, before)
  if (after !== before) writeFileSync(file, after)
}

function writeTable() {
  replaceSizes((_, bytes, size) => (bytes / 1000).toFixed(1).padStart(size.length))
}

function checkTable() {
  replaceSizes((subpath, bytes, size) => {
    // A fifth of a kilobyte: whoever changes a few lines need not write the table anew.
    const isRight = Math.abs(bytes / 1000 - Number(size)) <= 0.2
    if (!isRight) complain(`README.md: ${subpath} is ${bytes} B, not ${size} kB; npm run size -- --write`)
    return size
  })
}

function complain(message) {
  failed = true
  console.log(message)
}

function report(title, bytes, budget) {
  if (!(bytes <= budget)) failed = true
  console.log(`${title.padEnd(18)} ${String(bytes).padStart(7)} B gzip  ${verdict(bytes, budget)}`)
}

function verdict(bytes, budget) {
  if (budget === undefined) return 'has no budget: add one in scripts/check-size.mjs'
  return bytes <= budget ? 'ok' : `over its budget of ${budget}: see Budgets in CONTRIBUTING.md`
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
