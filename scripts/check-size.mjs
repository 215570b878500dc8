// The byte budget of each subpath, minified and gzipped with everything it imports from the package itself. Holds the
// sizes in the README to the truth as well; `--write` puts them right.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { setup } from './setup.mjs'

// Node's own modules and the dependencies are left out: they are counted where they come from.
const budgets = {
  '.': { bytes: 36_400, platform: 'node' },
  './server': { bytes: 28_200, platform: 'neutral' },
  './node': { bytes: 11_000, platform: 'node' },
  './bun': { bytes: 4_600, platform: 'neutral' },
  './deno': { bytes: 5_600, platform: 'neutral' },
  './workers': { bytes: 2_800, platform: 'neutral' },
  './lambda': { bytes: 9_300, platform: 'node' },
  './client': { bytes: 17_000, platform: 'neutral' },
  './client/page': { bytes: 400, platform: 'neutral' },
  './channel': { bytes: 37_500, platform: 'neutral' },
  './chat': { bytes: 36_400, platform: 'neutral' },
  './chat-element': { bytes: 58_800, platform: 'neutral' },
  './react': { bytes: 37_800, platform: 'neutral' },
  './react/chat': { bytes: 59_300, platform: 'neutral' },
  './inspector/client': { bytes: 27_700, platform: 'neutral' },
  './typebox': { bytes: 2_800, platform: 'neutral' },
  './journal': { bytes: 4_000, platform: 'neutral' },
  './journal/sqlite': { bytes: 8_900, platform: 'node' },
  './journal/redis': { bytes: 12_500, platform: 'node' },
  './journal/postgres': { bytes: 12_900, platform: 'node' },
  './ai': { bytes: 71_000, platform: 'neutral' },
  './ai/stores': { bytes: 18_900, platform: 'neutral' },
  './chat-model': { bytes: 21_500, platform: 'neutral' },
  './inspector/node': { bytes: 5_000, platform: 'node' },
  './openapi': { bytes: 8_800, platform: 'neutral' },
  './inspector': { bytes: 66_000, platform: 'neutral' },
  './observe': { bytes: 11_900, platform: 'neutral' },
  './testing': { bytes: 27_700, platform: 'neutral' },
  './testing/node': { bytes: 6_100, platform: 'node' },
  './sse': { bytes: 6_500, platform: 'neutral' },
  './ndjson': { bytes: 3_400, platform: 'neutral' },
}

// What a program pays that imports one name: a page, or topics and runs without presence.
const aloneBudgets = { './client': { stream: 4_800 }, './channel': { createChannels: 29_300 } }

// What a Worker is deployed with that streams behind a Standard Schema: everything that it imports, dependencies too.
const workerBudget = 35_600
const worker = `
import { defineRoute, Server } from 'tidings/server'
import { sse } from 'tidings/sse'
const schema = { '~standard': { version: 1, vendor: 'budget', validate: (value) => ({ value }) } }
const route = defineRoute({
  method: 'GET',
  path: '/events',
  sse: true,
  schema: { query: schema },
  handler: async function* ({ query }) {
    yield sse({ query }, { id: '1' })
  },
})
export default { fetch: new Server([route]).fetch }
`

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
report('a streaming Worker', await sizeOfWorker(), workerBudget)
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
  const { outputFiles } = await bundle(`export ${names} from ${JSON.stringify(path)}`, {
    platform,
    conditions: platform === 'node' ? ['node'] : [],
    external: [
      'react',
      'marked',
      'remend',
      'dompurify',
      'typebox',
      'typebox/*',
      'rou3',
      'cookie-es',
      'libsql',
      'node:*',
    ],
  })
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}

/** The size of the Worker; whatever brings TypeBox into it is a failure of its own. */
async function sizeOfWorker() {
  const { outputFiles, metafile } = await bundle(worker, { conditions: ['workerd', 'worker'], metafile: true })
  const [{ inputs }] = Object.values(metafile.outputs)
  const brought = Object.keys(inputs).filter((input) => /typebox/.test(input) && inputs[input].bytesInOutput > 0)
  if (brought.length > 0) complain(`a streaming Worker: TypeBox is in it (${brought[0]})`)
  return gzipSync(outputFiles[0].contents, { level: 9 }).byteLength
}

function bundle(contents, options) {
  const stdin = { contents, resolveDir: fileURLToPath(root) }
  return build({ bundle: true, minify: true, write: false, format: 'esm', logLevel: 'error', ...options, stdin })
}
