// The types of the examples: each `@example` in src/, each block of code in the documents and each program of examples/, against
// the built package.
import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { locate, writeExamples } from '../test/docs/examples/write.mjs'
import { root } from '../test/docs/examples/find.mjs'

const programs = writeExamples('examples-types')
const { status, stdout, stderr } = compile('test/docs/examples')
const files = compile('test/examples')
// Errors name the files that were written; a contributor looks for the comment or the document.
const located = stdout.replaceAll(/^(\S+\.ts)\((\d+),(\d+)\)/gm, (error, path, line, column) => {
  const program = programs.find((candidate) => candidate.path === resolve(root, path))
  return program === undefined ? error : `${locate(program, Number(line), Number(column))} (${program.id})`
})
process.stderr.write(located + stderr + files.stdout + files.stderr)
if (files.status !== 0) {
  console.error('Whoever copies a program of examples/ into a strict project has these errors, too.')
  process.exitCode = 1
}
if (status !== 0) {
  console.error('What an example leaves out stands in test/docs/examples/surroundings.mjs, by its file and number.')
  process.exit(1)
}
if (files.status === 0) console.log(`${programs.length} examples and the programs of examples/ compile.`)

function compile(project) {
  const compiler = ['node_modules/typescript/bin/tsc', '-p', project, '--pretty', 'false']
  return spawnSync(process.execPath, compiler, { cwd: root, encoding: 'utf8' })
}
