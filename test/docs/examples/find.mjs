// Finds the examples: each `@example` of a doc comment in src/, and each ts, js or mjs block of the documents.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * @typedef {object} Example
 * @property {string} id its file and its number there, from 1: `docs/streams.md#2`
 * @property {string} file
 * @property {number} line where its code begins, from 1
 * @property {number} indent how many columns stand in front of each line of its code
 * @property {string} code
 */

/** @returns {readonly Example[]} */
export function findExamples() {
  return [...filesOf('src', '.ts').flatMap(examplesOfSource), ...documents().flatMap(examplesOfDocument)]
}

/** The documents whose code is checked, as paths from the root. Translations have the code of their originals, and decisions none. */
export function documents() {
  const atRoot = readdirSync(root).filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
  const inDocs = filesOf('docs', '.md').filter((file) => !/^docs\/(zh|decisions)\//.test(file))
  return [...atRoot.toSorted(), ...inDocs]
}

/** The files below a folder, as paths from the root. */
export function filesOf(folder, ending) {
  const entries = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return entries
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .toSorted()
}

/** The text of a file whose path is given from the root. */
export function read(file) {
  return readFileSync(join(root, file), 'utf8')
}

function examplesOfSource(file) {
  const examples = []
  let open
  for (const [index, line] of read(file).split('\n').entries()) {
    const [, stars, text] = /^( *\* ?)(?!\/)(.*)$/.exec(line) ?? []
    // A comment's end and the next tag end an example.
    if (text === undefined || /^@[a-z]/.test(text)) open = undefined
    if (text === '@example') {
      // The columns are those of ` * `, also where the first line of the code is blank.
      open = { line: index + 2, indent: `${stars.trimEnd()} `.length, lines: [] }
      examples.push(open)
    } else open?.lines.push(text)
  }
  return examples.map((found, index) => toExample(file, index, found))
}

function examplesOfDocument(file) {
  const examples = []
  let open
  for (const [index, line] of read(file).split('\n').entries()) {
    if (open !== undefined && line === '```') open = undefined
    else if (open !== undefined) open.lines.push(line)
    else if (line.startsWith('```')) {
      open = { line: index + 2, indent: 0, lines: [] }
      if (/^```(ts|js|mjs)$/.test(line)) examples.push(open)
    }
  }
  return examples.map((found, index) => toExample(file, index, found))
}

function toExample(file, index, { line, indent, lines }) {
  return { id: `${file}#${index + 1}`, file, line, indent, code: lines.join('\n').trimEnd() }
}
