import { describe, expect, it } from 'vitest'
import { checkNames, TidingsError } from '../../src/base/index.ts'

const names = { maxStreams: true, heartbeatMs: true, onEnd: true, cors: { origin: true, maxAgeSeconds: true } } as const

function messageOf(given: unknown): string {
  try {
    checkNames('`x`', given, names)
  } catch (error) {
    if (error instanceof TidingsError && error.code === 'ERR_OPTION') return error.message
    throw error
  }
  return ''
}

describe('the names of options', () => {
  it.each([
    ['maxStream', 'maxStreams'],
    ['MaxStreams', 'maxStreams'],
    ['heartbeat', 'heartbeatMs'],
    ['heartbeatInterval', 'heartbeatMs'],
    ['on_end', 'onEnd'],
    ['origins', 'cors.origin'],
    ['maxAge', 'cors.maxAgeSeconds'],
    ['heart', 'heartbeatMs'],
  ])('%s is refused for %s', (given, meant) => {
    expect(messageOf({ [given]: 1 })).toBe(`\`x\` has no option "${given}". Did you mean ${meant}?`)
  })

  it('pass where they exist, in whatever order, also without a value', () => {
    expect(messageOf({ onEnd: undefined, cors: {}, maxStreams: 1 })).toBe('')
    expect(messageOf({})).toBe('')
  })

  it('are those of the object itself', () => {
    expect(messageOf(Object.create({ inherited: 1 }))).toBe('')
    expect(messageOf({ toString: 1 })).not.toBe('')
    expect(messageOf(JSON.parse('{"__proto__":1}'))).not.toBe('')
  })

  it('are refused without a value, and whatever their length', () => {
    expect(messageOf({ maxStream: undefined })).not.toBe('')
    expect(messageOf({ ['x'.repeat(1_000_000)]: 1 }).length).toBeLessThan(200)
  })

  it('are not asked of what is no object', () => {
    for (const given of [true, false, undefined, null, 'text', 7]) expect(messageOf(given)).toBe('')
  })
})
