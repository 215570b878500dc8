// The gate: types, lint, walls, doc comments, API reference, format, unused code, package shape, byte budgets, tests.
// Ends at the first that fails.
import { join } from 'node:path'
import { run, setup } from './setup.mjs'

const bin = (name, ...path) => join('node_modules', name, ...path)
const steps = [
  ['types', bin('typescript', 'bin', 'tsc'), '-b'],
  ['types of the tests', bin('typescript', 'bin', 'tsc'), '-p', 'test'],
  ['types on TypeScript 6', bin('ts6', 'bin', 'tsc'), '-p', 'test/types'],
  ['types of the examples', join('scripts', 'check-examples.mjs')],
  ['lint', bin('oxlint', 'bin', 'oxlint'), '--type-aware', '--deny-warnings'],
  ['walls between rooms', join('scripts', 'check-walls.mjs')],
  ['doc comments', join('scripts', 'check-docs.mjs')],
  ['API reference', join('scripts', 'reference.mjs')],
  ['format', bin('oxfmt', 'bin', 'oxfmt'), '--check'],
  ['unused code and dependencies', bin('knip', 'bin', 'knip.js')],
  ['package shape (publint)', bin('publint', 'src', 'cli.js'), '--strict'],
  ['package types (attw)', bin('@arethetypeswrong/cli', 'dist', 'index.js'), '--pack', '.', '--profile', 'esm-only'],
  ['byte budgets', join('scripts', 'check-size.mjs')],
]
if (!process.argv.includes('--without-tests')) steps.push(['tests', join('scripts', 'test.mjs')])

setup()
for (const [name, ...command] of steps) {
  console.log(`\n> ${name}`)
  run(process.execPath, command)
}
