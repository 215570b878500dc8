// The tests: sets everything up, runs them, and closes with one line of counts.
// `--fast` runs what needs nothing but Node.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { provide } from './components.mjs'
import { root, setup } from './setup.mjs'

const isFast = process.argv.includes('--fast')
const passedOn = process.argv.slice(2).filter((argument) => argument !== '--fast')

setup()
const missing = isFast ? [] : provide()
if (missing.length > 0)
  console.log(
    `Missing: ${missing.join(', ')}. The tests that need them ${process.env.CI ? 'fail, but for those of caddy and haproxy' : 'are skipped'}.`,
  )

const folder = mkdtempSync(join(tmpdir(), 'tidings-test-'))
const report = join(folder, 'report.json')
const projects = isFast ? ['--project=fast'] : []
const { status } = spawnSync(
  process.execPath,
  [
    '--expose-gc',
    join('node_modules', 'vitest', 'vitest.mjs'),
    'run',
    ...projects,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...passedOn,
  ],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TIDINGS_MISSING: missing.join(',') } },
)
const counts = readCounts()
rmSync(folder, { recursive: true, force: true })
console.log(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed${skipped(counts)}`)
process.exit(status ?? 1)

function readCounts() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    // No report: the runner itself did not get that far, and its exit code says so.
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0 }
  }
}

function skipped({ numPendingTests }) {
  return numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''
}
