// What the model of the demo is trained on: the project's own documents, as plain text with lists and code.
import { readdir, readFile } from 'node:fs/promises'

const root = new URL('../../../', import.meta.url)

/** The text of README.md and docs/*.md; a document that cannot be read is left out. */
export async function readTrainingText() {
  const names = await readdir(new URL('docs/', root)).catch(() => [])
  const paths = ['README.md', ...names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)]
  const texts = await Promise.all(paths.map((path) => readFile(new URL(path, root), 'utf8').catch(() => '')))
  return texts.map(toProse).join('\n\n')
}

/** Without tables, html and the targets of links; each paragraph on one line, as no model breaks lines in between. */
export function toProse(markdown) {
  const parts = markdown.replaceAll('\r', '').split(/^(```[^]*?^```)$/m)
  return parts.map((part) => (part.startsWith('```') ? part : toParagraphs(part))).join('')
}

function toParagraphs(text) {
  return text
    .replaceAll(/^[|<>].*\n?/gm, '')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/^#+ .*\n/gm, '')
    .replaceAll(/(?<=\S)\n {0,2}(?![-\d\s])/g, ' ')
    .replaceAll(/\n{3,}/g, '\n\n')
}
