// The files that the pages of docs/guides/mounting show are those of the examples, which the tests build and run.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const pages = readdirSync(join(root, 'docs', 'guides', 'mounting'))

/** The files of the examples that a page links to, each without the comment that heads it. */
function filesOf(page: string): readonly string[] {
  const linked = [...page.matchAll(/\]\(\.\.\/\.\.\/\.\.\/(examples\/[^)]+)\)/g)].map(([, path = '']) => path)
  const files = linked.flatMap((path) => {
    if (path.endsWith('.mjs')) return [path]
    const inside = readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    return inside
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath.slice(root.length), name))
  })
  return files.map((path) => read(path).replace(/^(\/\/.*\n)+/, ''))
}

test.each(pages)('%s shows the mount of its example, word for word', (name) => {
  const page = read(`docs/guides/mounting/${name}`)
  const files = filesOf(page)
  const [mount, ...parts] = [...page.matchAll(/^```[jt]sx\n(.*?)^```$/gms)].map(([, shown = '']) => shown)
  expect(files).toContain(mount)
  for (const part of parts) expect(files.filter((file) => file.includes(part))).not.toEqual([])
})

test('each project of a meta-framework has a page, and each page is in the index', () => {
  const index = read('docs/frameworks.md')
  for (const name of pages) expect(index).toContain(`(guides/mounting/${name})`)
  const all = pages.map((name) => read(`docs/guides/mounting/${name}`)).join('\n')
  for (const project of readdirSync(join(root, 'examples', 'frameworks')))
    expect(all).toContain(`(../../../examples/frameworks/${project})`)
})
