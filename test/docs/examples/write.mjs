// Writes the examples as programs: the code as it stands, between what it needs around it and what is asked of it.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { surroundings } from './surroundings.mjs'
import { findExamples, root } from './find.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))

/**
 * @typedef {import('./find.mjs').Example & { readonly path: string, readonly surrounding: Surrounding }} Program `path`
 * is that of the file that was written
 * @typedef {import('./surroundings.mjs').Surrounding} Surrounding
 */

/**
 * Writes all examples into a folder below test/output, which is emptied first.
 *
 * @param {string} name
 * @returns {readonly Program[]}
 */
export function writeExamples(name) {
  const folder = join(root, 'test', 'output', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const toStandIns = relative(folder, join(here, 'stand-ins')).replaceAll('\\', '/')
  // What examples import as their reader's server.
  writeFileSync(join(folder, 'server.ts'), `export { routes } from '${toStandIns}/routes.ts'\n`)
  return findExamples().map((example) => {
    const surrounding = surroundings[example.id] ?? {}
    const path = join(folder, `${example.id.replaceAll(/\W+/g, '-')}.ts`)
    writeFileSync(path, toProgram(example, surrounding, toStandIns))
    return { ...example, path, surrounding }
  })
}

/**
 * Where in the project a line of a written program comes from.
 *
 * @param {Program} program
 * @param {number} line
 * @param {number} column
 * @returns {string} `file:line:column`, or what to look at where the line is none of the example's
 */
export function locate(program, line, column) {
  const lines = program.code.split('\n').length
  if (line === 1 || line > lines + 1) return `test/docs/examples/surroundings.mjs: ${program.id}`
  return `${program.file}:${program.line + line - 2}:${column + program.indent}`
}

/** One line in front of the code and one behind it; the last says that the example is through. */
function toProgram({ code }, { uses = {}, after = '' }, toStandIns) {
  const importFrom = (file, names) => `import ${names} from '${toStandIns}/${file}.ts'`
  const imports = Object.entries(uses).map(([file, names]) => importFrom(file, `{ ${names} }`))
  if (after.includes('check.')) imports.unshift(importFrom('check', '* as check'))
  imports.unshift(importFrom('network', '{ ran }'))
  return `${imports.join('; ')}\n${code.replaceAll(/(\bport: |\.listen\()\d+/g, '$10')}\n;${after}; ran()\n`
}
