// The check of the doc comments is itself held to account: a tree with each fault in it is refused, by name.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../scripts/check-docs.mjs', import.meta.url))

/** A public room, and an inner one of which it passes a name on. */
const sound = {
  'package.json': JSON.stringify({ exports: { '.': './dist/open/index.js', './package.json': './package.json' } }),
  'src/open/index.ts':
    "export { Box, type BoxOptions } from './box.ts'\nexport { inner as outer } from '../shut/inner.ts'\n",
  'src/open/box.ts': `/** What a box is made with. */
export interface BoxOptions {
  /** How high, in metres. */
  readonly height?: number
}
/** A box. */
export class Box<Content> {
  readonly [name: symbol]: unknown
  readonly #content: Content
  constructor(content: Content) {
    this.#content = content
  }
  /** What is in it. */
  get content(): Content {
    return this.#content
  }
  set content(content: Content) {}
  /** Names it. */
  toName(kind: string): string
  toName(kind: number): string
  toName(kind: string | number): string {
    return String(kind)
  }
  override toString(): string {
    return ''
  }
  [Symbol.iterator](): void {}
  private lost(): void {}
}
// Merged with the class.
export interface Box<Content> {
  /** What came with it. */
  other?: Content
}
`,
  'src/shut/inner.ts': `/**
 * What nobody outside opens.
 *
 * @throws never
 */
export const inner = 1
/** Inner options need no words for each. */
export interface InnerOptions {
  readonly depth?: number
}
const unexported = 2
`,
}

/** Each fault, in a file of its own, and what is said of it. */
const faults: readonly (readonly [fault: string, path: string, text: string, message: string])[] = [
  ['a function', 'shut/function.ts', 'export function a(): void {}\n', ':1: a has no doc comment.'],
  ['a value', 'shut/value.ts', '\nexport const b = 1\n', ':2: b has no doc comment.'],
  ['a type', 'shut/type.ts', 'export type C = 1\n', ':1: C has no doc comment.'],
  ['a name that is exported further down', 'shut/later.ts', 'const d = 1\nexport { d }\n', ':1: d has no doc comment.'],
  ['a name with a plain comment', 'shut/plain.ts', '// Of e.\nexport const e = 1\n', ':2: e has no doc comment.'],
  ['a name with an empty comment', 'shut/empty.ts', '/** */\nexport const f = 1\n', ':2: f has no doc comment.'],
  ['a name with a bare tag', 'shut/tag.ts', '/** @throws Error */\nexport const g = 1\n', ':2: g has no doc comment.'],
  ['a class', 'open/class.ts', 'export class H {}\n', ':1: H has no doc comment.'],
  ['a method', 'open/i.ts', '/** I. */\nexport class I {\n  go(): void {}\n}\n', ':3: I.go has no doc comment.'],
  ['a static', 'open/j.ts', '/** J. */\nexport class J {\n  static go = 1\n}\n', ':3: J.go has no doc comment.'],
  ['an accessor', 'open/k.ts', '/** K. */\nexport class K {\n  set go(x: 1) {}\n}\n', ':3: K.go has no doc comment.'],
  [
    'a member from a merged interface',
    'open/l.ts',
    '/** L. */\nexport class L {}\nexport interface L {\n  go: 1\n}\n',
    ':4: L.go has no doc comment.',
  ],
  [
    'an option',
    'open/m.ts',
    '/** M. */\nexport interface MOptions {\n  go?: 1\n}\n',
    ':3: MOptions.go has no doc comment.',
  ],
  [
    'an option of a type',
    'open/n.ts',
    '/** N. */\nexport type NOptions = { go?: 1 } & object\n',
    ':2: NOptions.go has no doc comment.',
  ],
]
const faulty = {
  ...sound,
  ...Object.fromEntries(faults.map(([, path, text]) => [`src/${path}`, text])),
  'src/open/index.ts': faults.map(([, path]) => `export * from '../${path}'\n`).join(''),
}

/** Runs the check on a tree. The compiler takes its time to load, so that all faults share one run. */
function check(tree: Record<string, string>): { readonly status: number | null; readonly said: readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-docs-'))
  try {
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' })
    return { status, said: (stdout + stderr).trim().split('\n') }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const [ofSound, ofFaulty] = [check(sound), check(faulty)]

test('a sound tree passes', () => {
  expect(ofSound).toEqual({ status: 0, said: ['4 exports and 4 members of public ones, each with a doc comment.'] })
})

test.each(faults)('refuses %s without a doc comment', (_, path, _text, message) => {
  expect(ofFaulty.status).toBe(1)
  expect(ofFaulty.said).toContain(`${join('src', path)}${message}`)
})

test('says nothing but the faults', () => {
  expect(ofFaulty.said).toHaveLength(faults.length)
})
