import * as fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { IncrementalJson } from '../../src/chat-model/index.ts'

function parse(...pieces: readonly string[]): IncrementalJson {
  const json = new IncrementalJson()
  for (const piece of pieces) json.add(piece)
  return json
}

/** Whether a later value can have become of an earlier one by going on with the text. */
function hasGrown(earlier: unknown, later: unknown): boolean {
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier)
  if (typeof earlier === 'number') return typeof later === 'number'
  if (Array.isArray(earlier)) {
    return Array.isArray(later) && earlier.every((item, index) => index < later.length && hasGrown(item, later[index]))
  }
  if (typeof earlier !== 'object' || earlier === null) return earlier === undefined || earlier === later
  const fields: readonly [string, unknown][] = Object.entries(earlier)
  if (typeof later !== 'object' || later === null || Array.isArray(later)) return false
  const known = new Map<string, unknown>(Object.entries(later))
  return fields.every(([key, value]) => known.has(key) && hasGrown(value, known.get(key)))
}

/** Texts of JSON with escapes and white space as others write them. */
const texts = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, '\t'), fc.boolean())
  .map(([value, space, isEscaped]) => {
    const text = JSON.stringify(value, undefined, space)
    return isEscaped
      ? text.replaceAll(/[^ -~\s]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : text
  })

afterEach(() => {
  vi.restoreAllMocks()
})

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

/** How often a character of the text is looked at. */
function stepsOf(text: string, size: number): number {
  const json = new IncrementalJson()
  const read = vi.spyOn(String.prototype, 'charCodeAt')
  for (let index = 0; index < text.length; index += size) {
    json.add(text.slice(index, index + size))
    void json.value
  }
  const steps = read.mock.calls.length
  read.mockRestore()
  return steps
}

describe('a text that is whole', () => {
  it('comes to what JSON.parse makes of it, however it is cut', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 8 }), (text, cuts) => {
        const ends = [...cuts.filter((cut) => cut < text.length), text.length].toSorted((one, other) => one - other)
        const pieces = ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end))
        const json = parse(...pieces)
        expect(json.isComplete).toBe(true)
        expect(json.value).toEqual(JSON.parse(text))
        expect(json.snapshot()).toEqual(JSON.parse(text))
      }),
    )
  })

  it('is complete exactly where JSON.parse takes it', () => {
    const characters = fc.constantFrom(...'{}[]",:\\u0-1.eEtrufalsn '.split(''))
    fc.assert(
      fc.property(
        fc.array(characters, { maxLength: 12 }).map((list) => list.join('')),
        (text) => {
          let expected: unknown
          let isValid = true
          try {
            expected = JSON.parse(text)
          } catch {
            isValid = false
          }
          const json = parse(text)
          expect(json.isComplete).toBe(isValid)
          if (isValid) expect(json.value).toEqual(expected)
        },
      ),
      { numRuns: 3000 },
    )
  })
})

describe('a text that goes on', () => {
  it('has a value that only grows', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const json = new IncrementalJson()
        let earlier: unknown
        for (const character of text.split('')) {
          json.add(character)
          const now = json.snapshot()
          expect(now).toEqual(json.value)
          expect(hasGrown(earlier, now)).toBe(true)
          earlier = now
        }
      }),
    )
  })

  it.each<readonly [string, unknown]>([
    ['', undefined],
    [' ', undefined],
    ['"a', 'a'],
    ['"a\\', 'a'],
    ['"a\\u00', 'a'],
    ['"a\\u0041', 'aA'],
    ['[', []],
    ['{', {}],
    ['{"a', {}],
    ['{"a":', {}],
    ['{"a":"b', { a: 'b' }],
    ['{"a":[1,{"b":"c', { a: [1, { b: 'c' }] }],
    ['[t', [true]],
    ['[fal', [false]],
    ['[n', [null]],
    ['[12', [12]],
    ['[12.', [12]],
    ['[12e', [12]],
    ['[-', []],
    ['[1,', [1]],
    ['12', 12],
  ])('is %j so far', (text, expected) => {
    expect(parse(text).value).toEqual(expected)
  })

  it('gives snapshots that do not change later', () => {
    const json = parse('{"a":[1,{"b":"c')
    const snapshot = json.snapshot()
    json.add('d"},2],"e":3')
    expect(snapshot).toEqual({ a: [1, { b: 'c' }] })
    expect(json.snapshot()).toEqual({ a: [1, { b: 'cd' }, 2], e: 3 })
  })

  it('shares what is finished between snapshots', () => {
    const json = parse('[{"a":1},{"b":')
    const before = json.snapshot()
    json.add('2')
    const after = json.snapshot()
    expect(Array.isArray(before) && Array.isArray(after) && before[0] === after[0]).toBe(true)
  })
})

describe('hostile text', () => {
  it.each<readonly [string, unknown]>([
    ['{"a":1,x', { a: 1 }],
    ['[1 2', [1]],
    ['[01]', [0]],
    ['[1.]', [1]],
    ['"a\nb"', 'a'],
    ['"a\\x', 'a'],
    ['"a\\u00g0"', 'a'],
    ['[nul]', [null]],
    ['{} x', {}],
    ['[1,]', [1]],
    ['{"a":1,}', { a: 1 }],
    ['}', undefined],
  ])('stops at the fault in %j with what there was', (text, expected) => {
    const json = parse(text, ',"more":1}]')
    expect(json.value).toEqual(expected)
    expect(json.isComplete).toBe(false)
  })

  it('has fields of its own named __proto__, and no other effect', () => {
    const json = parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"a":{"__proto__":"x')
    expect(Object.getPrototypeOf(json.value)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(json.snapshot())).toBe(Object.prototype)
    expect(JSON.stringify(json.snapshot())).toBe(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":2}},"a":{"__proto__":"x"}}',
    )
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  })

  it('is read to 500 levels', () => {
    expect(parse(nested(500)).isComplete).toBe(true)
    expect(parse(nested(501)).isComplete).toBe(false)
    expect(parse('['.repeat(10_000)).value).toEqual(JSON.parse(nested(500)))
    expect(parse('{"a":'.repeat(10_000)).isComplete).toBe(false)
  })

  it('costs nothing once it is invalid', () => {
    const json = parse('}')
    const read = vi.spyOn(String.prototype, 'charCodeAt')
    json.add('x'.repeat(1000))
    expect(read).not.toHaveBeenCalled()
  })
})

describe('the cost', () => {
  const record = '{"name":"Ada","tags":["a","b\\n"],"age":36.5,"isOld":false},'

  it.each([1, 7, 10_000])('is linear in the text, in pieces of %i', (size) => {
    const text = `[${record.repeat(200)}`
    const [small, large] = [stepsOf(text.slice(0, 1000), size), stepsOf(text.slice(0, 8000), size)]
    expect(small).toBeGreaterThanOrEqual(1000)
    expect(large).toBeLessThanOrEqual(8.2 * small)
    // A character that ends a run or a number is looked at twice.
    expect(large).toBeLessThanOrEqual(2 * 8000)
  })
})
