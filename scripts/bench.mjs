// `npm run bench`: gets the rivals and the build when they are missing, then runs bench/benchmark.mjs (see bench/README.md).
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runBenchmark } from '../bench/benchmark.mjs'
import { parseOptions } from '../bench/options.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const bench = fileURLToPath(new URL('../bench', import.meta.url))

const options = readOptions()
if (!hasRivals()) runNpm(bench, ['ci', '--ignore-scripts', '--loglevel=error'])
if (!existsSync(`${root}/dist/adapters/index.js`)) runNpm(root, ['run', 'build'])
process.exitCode = (await runBenchmark(options)) ? 0 : 1

function readOptions() {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(error.message)
    return process.exit(1)
  }
}

/** npm writes a lockfile into node_modules; one that is older than bench's own means that a pin has changed since. */
function hasRivals() {
  const installed = `${bench}/node_modules/.package-lock.json`
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${bench}/package-lock.json`).mtimeMs
}

function runNpm(directory, command) {
  execFileSync('npm', command, { cwd: directory, stdio: 'inherit', shell: process.platform === 'win32' })
}
