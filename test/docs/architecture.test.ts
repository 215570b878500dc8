// ARCHITECTURE.md is a map: what it names exists, and no folder of the source is missing from it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(`${root}ARCHITECTURE.md`, 'utf8')
const [, tree = ''] = /```\n(rank 0[\s\S]*?)```/.exec(text) ?? []
const [, table = ''] = /\| question [^\n]*\n[^\n]*\n([\s\S]*?)\n\n/.exec(text) ?? []
const rows = table.split('\n').map((row) => row.split('|').map((cell) => cell.trim()))

/** The names in backticks; a name without a folder is in the folder of the one before it. */
function pathsIn(cell: string): string[] {
  const names = Array.from(cell.matchAll(/`([^`]+)`/g), ([, name = '']) => name)
  let folder = ''
  return names.map((name) => {
    if (!name.includes('/') && folder !== '') return folder + name
    folder = name.slice(0, name.lastIndexOf('/') + 1)
    return name
  })
}

/** Whether there is such a file; `*` stands for anything within a name. */
function exists(folder: string, path: string, endings: readonly string[]): boolean {
  if (path.endsWith('.json') || path.endsWith('/'))
    return existsSync(root + path) || existsSync(`${root}${folder}${path}`)
  const files = readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
  const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(${endings.join('|')})$`)
  return files.some((file) => pattern.test(file))
}

test('the table is there', () => {
  expect(rows.length).toBeGreaterThan(15)
})

test.each(rows)('%s%s its files and its tests exist', (_, __, sources = '', tests = '') => {
  for (const path of pathsIn(sources)) expect(exists('src/', path, ['']), `src/${path}`).toBe(true)
  const found = pathsIn(tests)
  expect(found.length, 'tests').toBeGreaterThan(0)
  for (const path of found) {
    const isSuite = exists('src/', path, ['']) || existsSync(`${root}test/${path}`)
    expect(isSuite || exists('test/', path, ['\\.test\\.ts', '\\.ts']), `test/${path}`).toBe(true)
  }
})

test('the tree names every folder of the source', () => {
  const folders = readdirSync(`${root}src`, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  )
  // What an import condition brings in is named in the text below the tree.
  const missing = folders.filter(({ name, parentPath }) => !parentPath.endsWith('/sse') && !tree.includes(name))
  expect(
    missing.map(({ name }) => name),
    'folders that the tree in ARCHITECTURE.md does not name',
  ).toEqual([])
})
