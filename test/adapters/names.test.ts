// What can be imported from where: a name that comes, goes or moves is a decision, and shows up here.
import { readFileSync } from 'node:fs'
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

test.each(doors)('%s exports these names', async (_, target) => {
  const file = typeof target === 'string' ? target : target.default
  const source = file.replace('./dist/', '../../src/').replace(/\.js$/, '.ts')
  const room = (await import(new URL(source, import.meta.url).href)) as object
  expect(Object.keys(room).toSorted()).toMatchSnapshot()
})

/** What one adapter has beside the common names, and why. */
const extras: Record<string, readonly string[]> = {
  // Only Node has listeners of its own kind, which other frameworks are made of.
  node: ['toNodeHandler'],
}

test.each(Object.entries({ node, bun, deno, workers }))('the adapter %s keeps to the contract', (runtime, adapter) => {
  const serve: Serve = adapter.serve
  expect(serve).toBeTypeOf('function')
  expect(Object.keys(adapter).toSorted()).toEqual(['serve', ...(extras[runtime] ?? [])].toSorted())
})
