// The types of the examples: each `@example` in src/ and each block of code in the documents, against the built package.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { locate, writeExamples } from '../test/docs/examples/write.mjs'
import { root } from '../test/docs/examples/find.mjs'

const programs = writeExamples('examples-types')
const { status, stdout, stderr } = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'test/docs/examples', '--pretty', 'false'],
  { cwd: root, encoding: 'utf8' },
)
// Errors name the files that were written; a contributor looks for the comment or the document.
const located = stdout.replaceAll(/^(\S+\.ts)\((\d+),(\d+)\)/gm, (error, path, line, column) => {
  const program = programs.find((candidate) => candidate.path === resolve(root, path))
  return program === undefined ? error : `${locate(program, Number(line), Number(column))} (${program.id})`
})
process.stderr.write(located + stderr)
if (status !== 0) {
  console.error('What an example leaves out stands in test/docs/examples/surroundings.mjs, by its file and number.')
  process.exit(1)
}
console.log(`${programs.length} examples compile.`)
