// The types of chat routes, with the clients that programs use beside them: what compiles, and what does not.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compile } from '../../bench/types/measure.mjs'
import { describeWith } from '../support/component/component.ts'
import { right, wrong } from './programs.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const clients = join(root, 'chat-clients', 'node_modules')

const lib = ['ES2023', 'DOM', 'DOM.AsyncIterable']

/** What the compiler says of programs in a project that has installed the package, and the clients. */
async function check(programs: readonly string[], compilerOptions: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chat-types-'))
  const modules = join(folder, 'node_modules')
  try {
    mkdirSync(modules)
    for (const name of readdirSync(clients)) {
      if (!name.startsWith('.')) symlinkSync(join(clients, name), join(modules, name), 'junction')
    }
    symlinkSync(root, join(modules, 'tidings'), 'junction')
    const usual = {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      target: 'ES2023',
      module: 'NodeNext',
      types: [],
      lib,
    }
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...usual, ...compilerOptions }, include: ['*.ts'] }),
    )
    programs.forEach((program, index) => writeFileSync(join(folder, `program-${index}.ts`), `${program}\nexport {}\n`))
    return (await compile('TypeScript 7', folder)).output
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describeWith('chat-clients', 'programs with chats', () => {
  describe.each([
    { title: 'strict', compilerOptions: {} },
    { title: 'without DOM.AsyncIterable', compilerOptions: { lib: ['ES2023', 'DOM'] } },
    { title: 'with exactOptionalPropertyTypes', compilerOptions: { exactOptionalPropertyTypes: true } },
  ])('$title', ({ compilerOptions }) => {
    test('compile where they are right', async () => {
      expect(await check(Object.values(right), compilerOptions)).toBe('')
    })
  })

  test('do not compile where they are wrong, and say why', async () => {
    const output = await check(
      Object.values(wrong).map(([program]) => program),
      {},
    )
    const told = output.split(/^(?=program-\d+\.ts\()/m)
    for (const [index, [name, [, message]]] of Object.entries(wrong).entries()) {
      expect(
        told.find((text) => text.startsWith(`program-${index}.ts(`)),
        name,
      ).toMatch(message)
    }
  })
})
