// The types of the package, as both compilers see them on a build: what compiles, what does not, what it costs.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile, measure } from '../../bench/types/measure.mjs'
import { createProgram, packages } from '../../bench/types/program.mjs'
import { createProject, removeProject } from '../../bench/types/project.mjs'
import { parserProgram } from './parser.ts'
import { caller, everyPortableSubpath, everySubpath, exported, reader, standardTypes, wrong } from './programs.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const timeout = 180_000
const folders: string[] = []

function project(...given: Parameters<typeof createProject>): string {
  const folder = createProject(...given)
  folders.push(folder)
  return folder
}

afterAll(() => folders.forEach(removeProject))

describe.each(['TypeScript 7', 'TypeScript 6'] as const)('%s', { timeout }, (compiler) => {
  test('takes what is right and refuses what is wrong', async () => {
    expect((await compile(compiler, here)).output).toBe('')
  })

  test('writes routes into declarations that need none of our dependencies', async () => {
    const folder = project(
      { 'routes.ts': exported },
      { packages: ['zod'], compilerOptions: { declaration: true, outDir: 'out' } },
    )
    expect((await compile(compiler, folder)).output).toBe('')
    const declarations = readFileSync(join(folder, 'out', 'routes.d.ts'), 'utf8')
    expect(declarations.match(/(?<=import\(")[^"]+/g)?.filter((name) => !/^tidings(\/server)?$/.test(name))).toEqual([])
    const client = project({ 'routes.d.ts': declarations, 'reader.ts': reader, 'caller.ts': caller })
    expect((await compile(compiler, client)).output).toBe('')
  })

  test.each([true, false])(
    'compiles one program against eventsource-parser and tidings/sse (exact: %s)',
    async (exact) => {
      const files = {
        'theirs.ts': parserProgram('eventsource-parser', 'eventsource-parser/stream'),
        'ours.ts': parserProgram('tidings/sse', 'tidings/sse'),
      }
      const compilerOptions = { noEmit: true, exactOptionalPropertyTypes: exact }
      const folder = project(files, { packages: ['eventsource-parser'], compilerOptions })
      expect((await compile(compiler, folder)).output).toBe('')
    },
  )

  describe('says what is wrong, and points at it:', () => {
    let messages: readonly string[]
    beforeAll(async () => {
      const files = Object.fromEntries(Object.entries(wrong).map(([name, { program }]) => [`${name}.ts`, program]))
      const { output } = await compile(compiler, project(files))
      messages = output.split(/^(?=\w+\.ts\()/m)
    }, timeout)

    test.each(Object.entries(wrong))('%s', async (name, { program, sentence, at, varies }) => {
      const [message = '', ...others] = messages.filter((each) => each.startsWith(`${name}.ts(`))
      expect(others).toEqual([])
      const [, line, column] = /\((\d+),(\d+)\)/.exec(message) ?? []
      const pointedAt = program.split('\n').at(Number(line) - 1)
      expect(pointedAt?.slice(Number(column) - 1).startsWith(at)).toBe(true)
      expect(message).toContain(sentence)
      if (varies !== true) await expect(message).toMatchFileSnapshot(`messages/${name}.txt`)
    })
  })
})

test('they hold without exactOptionalPropertyTypes as well', { timeout }, async () => {
  expect((await compile('TypeScript 7', here, ['-p', 'tsconfig.loose.json'])).output).toBe('')
})

// With `skipLibCheck` off the compiler also reads our declarations, as a user's own.
describe.each(['TypeScript 7', 'TypeScript 5.7'] as const)('%s', { timeout }, (compiler) => {
  test.each([
    ['but those of pages without the library DOM', ['ES2023'], { 'all.ts': everyPortableSubpath }],
    ['with it', ['ES2023', 'DOM'], { 'all.ts': everySubpath, 'standard.ts': standardTypes }],
  ])('checks the declarations of every subpath, %s', async (_, lib, files) => {
    const compilerOptions = { noEmit: true, skipLibCheck: false, lib }
    const folder = project(files, { compilerOptions })
    expect((await compile(compiler, folder)).output).toBe('')
  })
})

// Counts, not times: they are the same on every machine. `node bench/types/run.mjs` prints both.
describe('the types of 200 routes', () => {
  const counts = { routes: 0, 'by hand': 0, client: 0 }
  beforeAll(async () => {
    for (const variant of ['routes', 'by hand', 'client'] as const) {
      const folder = project(createProgram(variant), { packages })
      counts[variant] = (await measure('TypeScript 7', folder)).instantiations
    }
  }, timeout)

  test('cost at most 1,100 instantiations a route, schemas included', () => {
    expect(counts.routes / 200).toBeLessThan(1100)
  })

  test('cost at most 700 a route more than handlers whose types are written by hand', () => {
    expect((counts.routes - counts['by hand']) / 200).toBeLessThan(700)
  })

  test('cost at most 2,000 more for a client that calls each of them', () => {
    expect((counts.client - counts.routes) / 200).toBeLessThan(2000)
  })
})
