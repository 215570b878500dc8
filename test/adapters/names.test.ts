// What can be imported from where: a name that comes, goes or moves is a decision, and shows up here.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'ts6'
import { expect, test } from 'vitest'
import * as bun from '../../src/adapters/bun/index.ts'
import * as deno from '../../src/adapters/deno/index.ts'
import * as node from '../../src/adapters/node/index.ts'
import * as workers from '../../src/adapters/workers/index.ts'
import type { Serve } from '../../src/adapters/contract/index.ts'

const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, string | { default: string }>
}

const doors = Object.entries(exports).filter(([subpath]) => subpath !== './package.json')

function sourceOf(target: string | { default: string }): string {
  const file = typeof target === 'string' ? target : target.default
  return new URL(file.replace('./dist/', '../../src/').replace(/\.js$/, '.ts'), import.meta.url).href
}

test.each(doors)('%s exports these names', async (_, target) => {
  const room = (await import(sourceOf(target))) as object
  expect(Object.keys(room).toSorted()).toMatchSnapshot()
})

/** The compiler as a reader of names: no type is computed, and no library read. */
const program = ts.createProgram(
  doors.map(([, target]) => fileURLToPath(sourceOf(target))),
  { noLib: true, types: [], module: ts.ModuleKind.NodeNext, allowImportingTsExtensions: true, noEmit: true },
)
const checker = program.getTypeChecker()

test.each(doors)('%s exports these types', (_, target) => {
  const file = program.getSourceFile(fileURLToPath(sourceOf(target)))
  const room = file && checker.getSymbolAtLocation(file)
  if (room === undefined) throw new Error(`${sourceOf(target)} is no module`)
  const types = checker.getExportsOfModule(room).filter((symbol) => isOnlyType(symbol))
  expect(types.map(({ name }) => name).toSorted()).toMatchSnapshot()
})

function isOnlyType(symbol: ts.Symbol): boolean {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
  const { flags } = isAlias ? checker.getAliasedSymbol(symbol) : symbol
  return (flags & ts.SymbolFlags.Type) !== 0 && (flags & ts.SymbolFlags.Value) === 0
}

test('TidingsError is one class, whichever subpath it comes from', async () => {
  const classes = await Promise.all(
    doors.map(async ([subpath, target]) => {
      const room = (await import(sourceOf(target))) as { readonly TidingsError?: unknown }
      return [subpath, room.TidingsError] as const
    }),
  )
  const without = classes.filter(([, one]) => one === undefined).map(([subpath]) => subpath)
  // One that exports nothing, and those of single runtimes, whose `serve` throws what the server throws.
  expect(without.toSorted()).toEqual([
    './bun',
    './client/page',
    './deno',
    './inspector/node',
    './lambda',
    './node',
    './workers',
  ])
  expect(new Set(classes.map(([, one]) => one)).size).toBe(2)
})

/** What one adapter has beside the common names, and why. */
const extras: Record<string, readonly string[]> = {
  // Only Node has listeners of its own kind, which other frameworks are made of, and objects of its own for a request.
  node: ['nodeHost', 'toNodeHandler'],
  // Only a worker is called with bindings.
  workers: ['workerHost'],
}

test.each(Object.entries({ node, bun, deno, workers }))('the adapter %s keeps to the contract', (runtime, adapter) => {
  const serve: Serve = adapter.serve
  expect(serve).toBeTypeOf('function')
  expect(Object.keys(adapter).toSorted()).toEqual(['serve', ...(extras[runtime] ?? [])].toSorted())
})
