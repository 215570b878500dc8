// The check of the walls is itself held to account: a tree with each fault in it is refused, by name.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/check-walls.mjs', import.meta.url))
const json = (...paths: string[]): string => JSON.stringify({ references: paths.map((path) => ({ path })) })

/** Two rooms, the second of which may open the first. */
const sound = {
  'tsconfig.json': json('src/low', 'src/high'),
  'src/low/tsconfig.json': json(),
  'src/low/index.ts': "// low: a room.\nexport { one } from './part/one.ts'\n",
  'src/low/internal.ts': "// The door for siblings.\nexport { two } from './two.ts'\n",
  'src/low/part/one.ts': "import type { Two } from '../two.ts'\nexport const one: Two = 1\n",
  'src/low/two.ts': 'export type Two = number\nexport const two = 2\n',
  'src/high/tsconfig.json': json('../low'),
  'src/high/index.ts':
    "// high: a room.\nimport { one } from '../low/index.ts'\nimport { two } from '../low/internal.ts'\n",
}

function check(changes: Record<string, string> = {}): { readonly ok: boolean; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-walls-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [path, text] of Object.entries({ ...sound, ...changes })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
  return { ok: status === 0, said: stdout + stderr }
}

test('a sound tree passes, whatever its comments say', () => {
  expect(check({ 'src/high/deep.ts': "// import { two } from '../low/two.ts'\nexport {}\n" })).toEqual({
    ok: true,
    said: '2 rooms, every import through a door that is open to it, and no circle.\n',
  })
})

test.each([
  ['a room that the root does not list', { 'tsconfig.json': json('src/low') }, 'high is not listed in tsconfig.json'],
  [
    'a room without a door',
    { 'src/none/tsconfig.json': json(), 'tsconfig.json': json('src/low', 'src/high', 'src/none') },
    'none has no index.ts',
  ],
  [
    'a door that does not say what the room is for',
    { 'src/low/index.ts': 'export {}\n' },
    'low/index.ts does not say in its first line',
  ],
  ['a file in no room', { 'src/lost/file.ts': 'export {}\n' }, 'lost/file.ts is in no room'],
  [
    'an import past the door',
    { 'src/high/deep.ts': "import '../low/two.ts'\n" },
    'high/deep.ts imports low/two.ts, which is not a door',
  ],
  ['a computed name', { 'src/high/deep.ts': 'await import(name)\n' }, 'imports by a name that is computed'],
  ['the package itself', { 'src/high/deep.ts': "import 'tidings/sse'\n" }, "open the room's door by its path"],
  ['what another room keeps', { 'src/high/deep.ts': "import '#decode'\n" }, "which is not its room's"],
  ['a file that is not there', { 'src/low/a.ts': "import './two.js'\n" }, 'low/two.js, which is not there'],
  ['a file of another kind', { 'src/high/deep.mts': '' }, 'high/deep.mts is no .ts file'],
  [
    'the door for siblings made public',
    { 'src/high/index.ts': "// high: a room.\nexport { two } from '../low/internal.ts'\n" },
    'high/index.ts exports from low/internal.ts',
  ],
  [
    'an import that is not allowed',
    { 'src/low/up.ts': "import type { X } from '../high/index.ts'\n" },
    'low may not open high',
  ],
  [
    'a circle of files',
    { 'src/low/a.ts': "import './b.ts'\n", 'src/low/b.ts': "import './a.ts'\n" },
    'A circle: low/a.ts -> low/b.ts -> low/a.ts',
  ],
  [
    'a circle of types',
    { 'src/low/a.ts': "import type { B } from './b.ts'\n", 'src/low/b.ts': "export type { A } from './a.ts'\n" },
    'A circle: low/a.ts -> low/b.ts',
  ],
  [
    'a circle of folders',
    { 'src/low/two.ts': "import './part/other.ts'\nexport const two = 2\n", 'src/low/part/other.ts': '' },
    'A circle: low/part -> low/two.ts -> low/part',
  ],
  ['a file that imports itself', { 'src/low/a.ts': "import './a.ts'\n" }, 'A circle: low/a.ts -> low/a.ts'],
])('refuses %s', (_, changes, message) => {
  const { ok, said } = check(changes)
  expect(said).toContain(message)
  expect(ok).toBe(false)
})

test('finds an import past the door however it is written', () => {
  const lines = [
    'import { two } from "../low/two.ts"',
    "import type X = require('../low/two.ts')",
    'await import(`../low/two.ts`)',
    "await import(\n  '../low/two.ts', { with: {} })",
    "export type X = import('../low/two.ts').Two",
    "import { two } from /* here */'../low/two.ts'",
    "export * from '../low/two.ts'",
    "/// <reference path='../low/two.ts' />",
  ]
  const { said } = check(Object.fromEntries(lines.map((line, index) => [`src/high/deep${index}.ts`, `${line}\n`])))
  for (const index of lines.keys())
    expect(said).toContain(`high/deep${index}.ts imports low/two.ts, which is not a door`)
})
