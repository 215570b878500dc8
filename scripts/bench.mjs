// `npm run bench`: gets the rivals and the build when they are missing, then runs bench/benchmark.mjs (see bench/README.md).
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const bench = fileURLToPath(new URL('../bench', import.meta.url))

if (!hasRivals()) runNpm(bench, ['ci', '--ignore-scripts', '--loglevel=error'])
if (!existsSync(new URL('../dist/adapters/index.js', import.meta.url))) runNpm(root, ['run', 'build'])

const { parseOptions } = await import('../bench/options.mjs')
const { runBenchmark } = await import('../bench/benchmark.mjs')
const succeeded = await runBenchmark(parseOptions(process.argv.slice(2)))
process.exitCode = succeeded ? 0 : 1

/** npm writes a lockfile into node_modules; one that is older than bench's own means that a pin has changed since. */
function hasRivals() {
  const installed = `${bench}/node_modules/.package-lock.json`
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${bench}/package-lock.json`).mtimeMs
}

function runNpm(directory, command) {
  execFileSync('npm', command, { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' })
}
