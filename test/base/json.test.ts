import { describe, expect, it } from 'vitest'
import { describeValue, toJson } from '../../src/base/index.ts'

class Point {
  readonly x = 1
  readonly #hidden = 2
  get sum(): number {
    return this.x + this.#hidden
  }
}

const loop: { self?: unknown } = {}
loop.self = loop

describe('toJson', () => {
  it.each([
    ['null', null, 'null'],
    ['a string', 'a\r\n"b"\u2028', JSON.stringify('a\r\n"b"\u2028')],
    ['a number', -0.5, '-0.5'],
    ['a boolean', false, 'false'],
    ['an empty object', {}, '{}'],
    ['an empty array', [], '[]'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['an instance of a class', new Point(), '{"x":1}'],
    ['a valid date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an object with a toJSON', { toJSON: () => ({ own: 1 }) }, '{"own":1}'],
    ['a URL', new URL('http://a/'), '"http://a/"'],
    ['nested undefined, as JSON.stringify treats it', { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ['nested Map, as JSON.stringify treats it', { a: new Map([[1, 1]]) }, '{"a":{}}'],
  ])('takes %s', (_name, value, json) => {
    expect(toJson(value)).toBe(json)
  })

  it.each([
    ['undefined', undefined, 'null'],
    ['NaN', Number.NaN, 'null'],
    ['infinity', Number.POSITIVE_INFINITY, 'null'],
    ['a bigint', 1n, 'String(value)'],
    ['a nested bigint', { a: [1n] }, 'bigint'],
    ['a symbol', Symbol('s'), 'description'],
    ['a function', () => 1, 'what it returns'],
    ['a cycle', loop, 'circular'],
    ['a Map', new Map(), 'Object.fromEntries'],
    ['a Set', new Set(), '[...value]'],
    ['a WeakMap', new WeakMap(), 'weak'],
    ['an Error', new TypeError('t'), 'error.message'],
    ['a RegExp', /x/, 'source'],
    ['an invalid date', new Date(Number.NaN), 'invalid'],
    ['a promise', Promise.resolve(1), 'await'],
    ['bytes', new Uint8Array(1), 'base64'],
    ['a Buffer, although it has a toJSON', Buffer.from('x'), 'base64'],
    ['an ArrayBuffer', new ArrayBuffer(1), 'base64'],
    ['a DataView', new DataView(new ArrayBuffer(1)), 'base64'],
    [
      'a generator',
      (function* () {
        yield 1
      })(),
      '[...value]',
    ],
    [
      'an async generator',
      (async function* () {
        yield 1
      })(),
      'yield*',
    ],
    ['Headers, which JSON would make {}', new Headers({ a: '1' }), ''],
    ['a toJSON that gives nothing', { toJSON: () => undefined }, 'toJSON'],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('own')
        },
      },
      'own',
    ],
  ])('refuses %s with a hint', (_name, value, hint) => {
    expect(() => toJson(value)).toThrow(
      expect.objectContaining({ code: 'ERR_EVENT_DATA', message: expect.stringContaining(hint) }),
    )
  })

  it('is one line, whatever is in it', () => {
    expect(toJson({ 'a\nb': 'c\r\nd' })).not.toMatch(/[\r\n]/)
  })
})

describe('describeValue', () => {
  it.each([
    ['text', '"text"'],
    ['x'.repeat(100), `"${'x'.repeat(60)}"...`],
    [1n, '1n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [new Map(), '[object Map]'],
    [new Point(), '[object Point]'],
    [new RangeError('r'), 'RangeError "r"'],
  ])('names %s', (value, name) => {
    expect(describeValue(value)).toBe(name)
  })

  it('names functions', () => {
    expect(describeValue(toJson)).toBe('function toJson')
    expect(describeValue(() => 1)).toBe('function (anonymous)')
  })
})
