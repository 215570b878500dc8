import { AsyncLocalStorage } from 'node:async_hooks'
import { afterEach, expect, it, vi } from 'vitest'
import { keepContext } from '../../src/base/index.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

const one = (): number => 1

it('runs work in the context in which it was kept, with the argument and the result of each call', () => {
  const reader = new AsyncLocalStorage<string>()
  const kept = reader.run('ann', () => keepContext((count: number) => `${reader.getStore()} ${count}`))
  expect(reader.run('publisher', () => [kept(1), kept(2), reader.getStore()])).toEqual(['ann 1', 'ann 2', 'publisher'])
  expect(keepContext(() => reader.getStore())(undefined)).toBe(undefined)
})

it('passes on what the work throws', () => {
  const kept = keepContext(() => {
    throw new Error('no')
  })
  expect(() => kept(undefined)).toThrow('no')
})

it.each([
  ['no process', undefined],
  ['a process without built-in modules', {}],
  ['no such module', { getBuiltinModule: () => undefined }],
  ['no snapshots', { getBuiltinModule: () => ({ AsyncLocalStorage: {} }) }],
])('is the work itself on a runtime with %s', async (_, process) => {
  vi.stubGlobal('process', process)
  vi.resetModules()
  const { keepContext: keep } = await import('../../src/base/async-context.ts')
  expect(keep(one)).toBe(one)
})
