// What CONTRIBUTING.md hands to a stranger: its skeleton compiles, and the files that it names are there.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { compile } from '../../bench/types/measure.mjs'
import { createProject, removeProject } from '../../bench/types/project.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8')

test('the skeleton of a journal driver compiles', { timeout: 60_000 }, async () => {
  const skeleton = /^ {3}```ts\n([\s\S]*?class ExampleJournal[\s\S]*?)^ {3}```$/m.exec(text)?.[1] ?? ''
  expect(skeleton).toContain('implements Journal')
  // The package's own doors in the place of those of the rooms.
  const program = skeleton.replaceAll(/'..\/..\/(base|journal)\/index.ts'/g, "'tidings/journal'")
  const folder = createProject({ 'journal.ts': program })
  onTestFinished(() => removeProject(folder))
  expect((await compile('TypeScript 7', folder)).output).toBe('')
})

test('the files that it names are there', () => {
  const named = [...text.matchAll(/`((?:src|test|scripts|docs|runtimes)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(30)
  // `example` is the driver that is to be written.
  expect(named.filter((path) => !path.includes('/example/') && !existsSync(root + path))).toEqual([])
})
