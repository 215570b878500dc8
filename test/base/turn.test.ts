import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(() => vi.unstubAllGlobals())

/** The file as a runtime with such a `setImmediate` loads it. */
async function loadWith(setImmediate: unknown): Promise<typeof import('../../src/base/turn.ts')> {
  vi.resetModules()
  vi.stubGlobal('setImmediate', setImmediate)
  return import('../../src/base/turn.ts')
}

function refuse(): never {
  throw new Error('A Node.js API is used (setImmediate) which is not supported in the Edge Runtime.')
}

describe('the next turn', () => {
  it.each([
    ['that works', globalThis.setImmediate],
    ['that throws', refuse],
    ['that is missing', undefined],
  ])('comes behind every promise and in order, with a setImmediate %s', async (_, setImmediate) => {
    const { nextTurn } = await loadWith(setImmediate)
    const calls: string[] = []
    nextTurn(() => calls.push('first'))
    nextTurn(() => calls.push('second'))
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
    calls.push('promises')
    await new Promise<void>(nextTurn)
    expect(calls).toEqual(['promises', 'first', 'second'])
  })

  it('asks a setImmediate that throws once', async () => {
    const setImmediate = vi.fn(refuse)
    const { nextTurn } = await loadWith(setImmediate)
    await new Promise<void>(nextTurn)
    await new Promise<void>(nextTurn)
    expect(setImmediate).toHaveBeenCalledTimes(1)
  })
})
