// What CONTRIBUTING.md hands to a stranger: its skeleton compiles and keeps the contract, and the files that it names are there.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { compile } from '../../bench/types/measure.mjs'
import { createProject, removeProject } from '../../bench/types/project.mjs'
import { memoryJournal, type Journal } from '../../src/journal/index.ts'
import { describeJournal } from '../../src/testing/index.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const text = readFileSync(`${root}CONTRIBUTING.md`, 'utf8')

const skeleton = /^ {3}```ts\n([\s\S]*?class ExampleJournal[\s\S]*?)^ {3}```$/m.exec(text)?.[1] ?? ''

test('the skeleton of a journal driver compiles', { timeout: 60_000 }, async () => {
  expect(skeleton).toContain('implements Journal')
  // The package's own doors in the place of those of the rooms.
  const program = skeleton.replaceAll(/'..\/..\/(base|journal)\/index.ts'/g, "'tidings/journal'")
  const folder = createProject({ 'journal.ts': program })
  onTestFinished(() => removeProject(folder))
  expect((await compile('TypeScript 7', folder)).output).toBe('')
})

describe('the skeleton of a journal driver', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-skeleton-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'journal.ts')
  writeFileSync(file, skeleton.replaceAll(/'..\/..\/(base|journal)\/index.ts'/g, `'${root}src/$1/index.ts'`))
  const driver: { exampleJournal: (client: object) => Journal } = await import(/* @vite-ignore */ file)

  // The engine is the journal in memory: what is tested is that the skeleton leaves nothing out between the two.
  const engine = memoryJournal()
  const client = {
    append: engine.append.bind(engine),
    appendAll: engine.appendAll.bind(engine),
    read: engine.read.bind(engine),
    erase: engine.erase.bind(engine),
    watch: engine.watch.bind(engine),
    trim: engine.trim.bind(engine),
    ping: engine.ready.bind(engine),
  }
  const open = async (): Promise<Journal> => driver.exampleJournal(client)
  describeJournal({ describe, test }, 'passes the suite', { open, durable: true })
})

test('the files that it names are there', () => {
  const named = [...text.matchAll(/`((?:src|test|scripts|docs|runtimes)\/[\w./-]+)`/g)].map(([, path = '']) => path)
  expect(named.length).toBeGreaterThan(30)
  // `example` is the driver that is to be written.
  expect(named.filter((path) => !path.includes('/example/') && !existsSync(root + path))).toEqual([])
})
