import { describe, expect, it } from 'vitest'
import { Fragments, nextTurn } from '../../src/base/index.ts'

describe('fragments', () => {
  it('are put together in order, and then none are left', () => {
    const fragments = new Fragments()
    for (const piece of ['a', '', 'bc']) fragments.push(piece)
    expect(fragments.length).toBe(3)
    expect(fragments.take()).toBe('abc')
    expect(fragments.length).toBe(0)
    expect(fragments.take()).toBe('')
  })

  it.each([1, 1023, 1024, 1025, 5000])('keep %i pieces and what separates them', (count) => {
    const fragments = new Fragments('\n')
    const pieces = Array.from({ length: count }, (_, index) => String(index))
    for (const piece of pieces) fragments.push(piece)
    expect(fragments.length).toBe(pieces.join('').length)
    expect(fragments.take()).toBe(pieces.join('\n'))
  })

  it('can be dropped, and used again', () => {
    const fragments = new Fragments('-')
    for (let index = 0; index < 3000; index += 1) fragments.push('x')
    fragments.clear()
    expect(fragments.length).toBe(0)
    fragments.push('a')
    fragments.push('b')
    expect(fragments.take()).toBe('a-b')
  })
})

describe('nextTurn', () => {
  it('calls back after the callbacks of this turn, once', async () => {
    const log: string[] = []
    await new Promise<void>((resolve) => {
      nextTurn(() => {
        log.push('next turn')
        resolve()
      })
      queueMicrotask(() => void log.push('microtask'))
      process.nextTick(() => void log.push('tick'))
      log.push('now')
    })
    expect(log.at(0)).toBe('now')
    expect(log.at(-1)).toBe('next turn')
    expect(log).toHaveLength(4)
  })
})
