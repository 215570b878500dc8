// Tasks where there is no setImmediate, as in a browser.
import { afterEach, describe, expect, it, vi } from 'vitest'

afterEach(() => vi.unstubAllGlobals())

/** The room's file as a runtime without those globals loads it. */
async function loadWithout(
  ...names: readonly string[]
): Promise<typeof import('../../../src/client/event-source/task.ts')> {
  vi.resetModules()
  const kept = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const)
  for (const name of names) Reflect.deleteProperty(globalThis, name)
  try {
    return await import('../../../src/client/event-source/task.ts')
  } finally {
    for (const [name, descriptor] of kept) Object.defineProperty(globalThis, name, descriptor ?? {})
  }
}

describe('a task', () => {
  it.each([[[]], [['setImmediate']], [['setImmediate', 'MessageChannel']]])(
    'runs behind every promise and in order, without %j',
    async (names) => {
      const { queueTask, nextTask } = await loadWithout(...names)
      const calls: string[] = []
      queueTask(() => calls.push('first'))
      queueTask(() => calls.push('second'))
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      calls.push('promises')
      await nextTask()
      expect(calls).toEqual(['promises', 'first', 'second'])
    },
  )

  it('needs no timer where there are messages, which a hidden tab does not hold back', async () => {
    const { nextTask } = await loadWithout('setImmediate')
    const setTimeout = vi.spyOn(globalThis, 'setTimeout')
    await nextTask()
    expect(setTimeout).not.toHaveBeenCalled()
    setTimeout.mockRestore()
  })
})
