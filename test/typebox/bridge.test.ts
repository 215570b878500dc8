import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { createValidate } from '../../src/schema/index.ts'
import { typeBox } from '../../src/typebox/index.ts'

const checkJson = (schema: unknown, given: unknown): unknown =>
  createValidate(schema, { coerce: false, bridge: typeBox })(given)
const checkText = (schema: unknown, given: unknown): unknown =>
  createValidate(schema, { coerce: true, bridge: typeBox })(given)
const wrong = (path: string, message: string): unknown => ({ ok: false, issues: [{ path, message }] })

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const part of Object.values(Object.freeze(value))) deepFreeze(part)
  return value
}

const of = (type: Type.TSchema): Type.TSchema => Type.Object({ x: type })

describe('coercion', () => {
  it.each([
    ['a number', Type.Number(), '5', 5],
    ['a negative one', Type.Number(), '-5.25', -5.25],
    ['one in exponential notation', Type.Number(), '1e3', 1000],
    ['an integer', Type.Integer(), '7', 7],
    ['an integer with a point and nothing behind it', Type.Integer(), '7.0', 7],
    ['a boolean', Type.Boolean(), 'true', true],
    ['a boolean in digits', Type.Boolean(), '0', false],
    ['null', Type.Null(), 'null', null],
    ['a bigint', Type.BigInt(), '90071992547409930', 90071992547409930n],
    ['a literal', Type.Literal(3), '3', 3],
    ['one of several literals', Type.Union([Type.Literal(1), Type.Literal(2)]), '2', 2],
    ['a member of an enum', Type.Enum([1, 2]), '2', 2],
    ['what may be a number or null', Type.Union([Type.Number(), Type.Null()]), '7', 7],
    ['an optional', Type.Optional(Type.Number()), '1', 1],
    ['a list', Type.Array(Type.Number()), ['1', '2'], [1, 2]],
    ['a list of one', Type.Array(Type.Number()), '1', [1]],
    ['a tuple', Type.Tuple([Type.Number(), Type.String()]), ['1', '2'], [1, '2']],
    ['nothing where a string is asked for', Type.String(), '5', '5'],
    ['nothing where a string will do', Type.Union([Type.Number(), Type.String()]), '5', '5'],
  ])('makes %s', (_name, type, given, made) => {
    expect(checkText(of(type), { x: given })).toEqual({ ok: true, value: { x: made } })
  })

  it.each([
    ['nothing at all', Type.Number(), '', 'must be number'],
    ['blanks', Type.Number(), '  ', 'must be number'],
    ['a boolean', Type.Number(), 'true', 'must be number'],
    ['a word', Type.Number(), 'five', 'must be number'],
    ['digits and more', Type.Number(), '5px', 'must be number'],
    ['what is too large', Type.Number(), '1e999', 'must be number'],
    ['what is none', Type.Number(), 'NaN', 'must be number'],
    ['more digits than a number holds', Type.Integer(), '9007199254740993', 'must be integer'],
    ['a fraction', Type.Integer(), '1.5', 'must be integer'],
    ['a boolean for a literal', Type.Literal(1), 'true', 'must be 1'],
    ['several', Type.Number(), ['1', '2'], 'must be number'],
    ['a number for a boolean', Type.Boolean(), '2', 'must be boolean'],
    ['nothing for a boolean', Type.Boolean(), '', 'must be boolean'],
  ])('loses nothing in silence: it refuses %s', (_name, type, given, message) => {
    expect(checkText(of(type), { x: given })).toEqual(wrong('/x', message))
  })

  it('says which item of a list cannot be converted', () => {
    expect(checkText(of(Type.Array(Type.Integer())), { x: ['1', '2.5', ''] })).toEqual({
      ok: false,
      issues: [
        { path: '/x/1', message: 'must be integer' },
        { path: '/x/2', message: 'must be integer' },
      ],
    })
  })

  it('reaches into nested objects, records, intersections and recursive types', () => {
    expect(checkText(of(Type.Object({ y: Type.Number() })), { x: { y: '1' } })).toEqual({
      ok: true,
      value: { x: { y: 1 } },
    })
    expect(checkText(Type.Record(Type.String(), Type.Number()), { a: '1', b: '2' })).toEqual({
      ok: true,
      value: { a: 1, b: 2 },
    })
    const both = Type.Intersect([Type.Object({ a: Type.Number() }), Type.Object({ b: Type.Boolean() })])
    expect(checkText(both, { a: '1', b: 'true' })).toEqual({ ok: true, value: { a: 1, b: true } })
    const tree = Type.Cyclic({ Node: Type.Object({ n: Type.Number(), next: Type.Optional(Type.Ref('Node')) }) }, 'Node')
    expect(checkText(tree, { n: '1', next: { n: '2' } })).toEqual({ ok: true, value: { n: 1, next: { n: 2 } } })
  })

  it('is for strings alone: JSON is taken as it is', () => {
    expect(checkJson(of(Type.Number()), { x: '5' })).toEqual(wrong('/x', 'must be number'))
    expect(checkJson(of(Type.Array(Type.Number())), { x: 5 })).toEqual(wrong('/x', 'must be array'))
  })

  it('works on objects without a prototype, as params and queries are', () => {
    const given: Record<string, string> = Object.assign(Object.create(null), { x: '5', y: 'z' })
    expect(checkText(of(Type.Number()), given)).toEqual({ ok: true, value: { x: 5, y: 'z' } })
  })
})

describe('defaults', () => {
  it('are filled in, also below and also made by a function', () => {
    const schema = Type.Object({
      limit: Type.Number({ default: 10 }),
      sort: Type.Optional(Type.String({ default: 'asc' })),
      deep: Type.Object({ on: Type.Boolean({ default: true }) }, { default: {} }),
      made: Type.Array(Type.Number(), { default: () => [1] }),
    })
    const filled = { limit: 10, sort: 'asc', deep: { on: true }, made: [1] }
    expect(checkJson(schema, {})).toEqual({ ok: true, value: filled })
    expect(checkText(schema, {})).toEqual({ ok: true, value: filled })
  })

  it('made by a function alone are filled in', () => {
    expect(checkJson(Type.Object({ at: Type.Number({ default: () => 5 }) }), {})).toEqual({
      ok: true,
      value: { at: 5 },
    })
  })

  it('do not replace what was given', () => {
    const schema = Type.Object({ a: Type.Union([Type.Number(), Type.Null()], { default: 1 }) })
    expect(checkJson(schema, { a: null })).toEqual({ ok: true, value: { a: null } })
    expect(checkJson(schema, { a: 0 })).toEqual({ ok: true, value: { a: 0 } })
  })

  it('belong to one request: a handler that changes one changes it for nobody else', () => {
    const validate = createValidate(Type.Object({ tags: Type.Array(Type.String(), { default: [] }) }), {
      coerce: false,
      bridge: typeBox,
    })
    const first = validate({}) as { value: { tags: string[] } }
    first.value.tags.push('mine')
    expect(validate({})).toEqual({ ok: true, value: { tags: [] } })
  })

  it('are not needed for a property that is itself called `default`', () => {
    expect(checkJson(Type.Object({ default: Type.Number() }), { default: 1 })).toEqual({
      ok: true,
      value: { default: 1 },
    })
  })

  it('may stand beside a bigint, which JSON could not write', () => {
    expect(checkText(Type.Object({ n: Type.BigInt({ minimum: 1n, default: 2n }) }), {})).toEqual({
      ok: true,
      value: { n: 2n },
    })
  })

  it('serve a missing body', () => {
    expect(checkJson(Type.Object({ a: Type.Number({ default: 1 }) }, { default: {} }), undefined)).toEqual({
      ok: true,
      value: { a: 1 },
    })
  })
})

describe('codecs', () => {
  const url = Type.Codec(Type.String())
    .Decode((text) => new URL(text))
    .Encode((made) => made.href)

  it('decode wherever they stand', () => {
    const schema = Type.Object({
      one: url,
      many: Type.Array(url),
      none: Type.Optional(url),
      or: Type.Union([Type.Null(), url]),
    })
    const made = new URL('http://a/')
    expect(checkJson(schema, { one: 'http://a', many: ['http://a'], or: 'http://a' })).toEqual({
      ok: true,
      value: { one: made, many: [made], or: made },
    })
  })

  it('may decode a whole', () => {
    const schema = Type.Decode(Type.Object({ a: Type.Number() }), ({ a }) => new Map([['a', a]]))
    expect(checkText(schema, { a: '1' })).toEqual({ ok: true, value: new Map([['a', 1]]) })
  })

  it('see what was checked, coerced and filled in', () => {
    const double = Type.Decode(Type.Number({ default: 4 }), (n) => n * 2)
    expect(checkText(Type.Object({ n: double }), { n: '5' })).toEqual({ ok: true, value: { n: 10 } })
    expect(checkText(Type.Object({ n: double }), {})).toEqual({ ok: true, value: { n: 8 } })
    expect(checkText(Type.Object({ n: double }), { n: 'x' })).toEqual(wrong('/n', 'must be number'))
  })

  it('refuse by throwing, and the issue says where', () => {
    const schema = Type.Object({ ok: url, list: Type.Array(Type.Object({ link: url })) })
    expect(checkJson(schema, { ok: 'http://a', list: [{ link: 'http://b' }, { link: 'nowhere' }] })).toEqual(
      wrong('/list/1/link', 'Invalid URL'),
    )
    expect(checkText(Type.Object({ a: url, b: url }), { a: 'x', b: 'y' })).toEqual({
      ok: false,
      issues: [
        { path: '/a', message: 'Invalid URL' },
        { path: '/b', message: 'Invalid URL' },
      ],
    })
  })

  it('may throw anything, at any height', () => {
    const whole = Type.Decode(Type.Object({ a: Type.Number() }), (): never => {
      // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error
      throw 'not today'
    })
    expect(checkJson(Type.Object({ in: whole }), { in: { a: 1 } })).toEqual(wrong('/in', 'not today'))
    expect(checkJson(whole, { a: 1 })).toEqual(wrong('', 'not today'))
  })
})

describe('what is given', () => {
  const everything = Type.Object({
    n: Type.Number({ default: 1 }),
    list: Type.Array(Type.Number()),
    deep: Type.Object({ on: Type.Boolean() }),
    day: Type.Decode(Type.String(), (text) => new Date(text)),
  })

  it('may be frozen, and is not changed', () => {
    const given = deepFreeze({ list: ['1'], deep: { on: 'true' }, day: '2026-11-21', more: { a: ['b'] } })
    expect(checkText(everything, given)).toEqual({
      ok: true,
      value: { n: 1, list: [1], deep: { on: true }, day: new Date('2026-11-21'), more: { a: ['b'] } },
    })
    expect(given.list).toEqual(['1'])
  })

  it('is not changed when it is refused either', () => {
    const given = deepFreeze({ list: ['1', 'x'], deep: { on: 'true' }, day: 'z' })
    expect(checkText(everything, given)).toEqual(wrong('/list/1', 'must be number'))
    const url = Type.Decode(Type.String(), (text) => new URL(text))
    expect(checkJson(Type.Object({ a: url, b: url }), deepFreeze({ a: 'http://a', b: '' }))).toEqual(
      wrong('/b', 'Invalid URL'),
    )
  })

  it('is handed on as it is where nothing has to be made of it', () => {
    const given = { a: 1, more: [] }
    expect(checkJson(Type.Object({ a: Type.Number() }), given)).toEqual({ ok: true, value: given })
    expect((checkJson(Type.Object({ a: Type.Number() }), given) as { value: unknown }).value).toBe(given)
  })

  it.each([
    ['a known property', JSON.parse('{"n":1,"more":{"a":[1]}}')],
    ['a property called constructor', JSON.parse('{"n":1,"constructor":"Ferrari","prototype":2}')],
    ['a property called __proto__', JSON.parse('{"n":1,"__proto__":{"polluted":true}}')],
  ])('keeps what the type does not name: %s', (_name, given: object) => {
    const [plain, filling] = [Type.Object({ n: Type.Number() }), Type.Object({ n: Type.Number({ default: 1 }) })]
    for (const result of [checkJson(plain, given), checkJson(filling, given), checkText(plain, given)]) {
      const { value } = result as { value: Record<string, unknown> }
      expect(Object.entries(value)).toEqual(Object.entries(given))
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('keeps the instances in it, such as the files of a form', () => {
    const file = new File(['x'], 'x.txt')
    expect(checkText(Type.Object({ n: Type.Number(), file: Type.Unsafe<File>({}) }), { n: '1', file })).toEqual({
      ok: true,
      value: { n: 1, file },
    })
  })
})

describe('issues', () => {
  it('name each missing property', () => {
    expect(checkJson(Type.Object({ a: Type.String(), b: Type.Object({}) }), {})).toEqual({
      ok: false,
      issues: [
        { path: '/a', message: 'is required' },
        { path: '/b', message: 'is required' },
      ],
    })
    expect(checkJson(Type.Object({ b: Type.Object({ 'c/d': Type.String() }) }), { b: {} })).toEqual(
      wrong('/b/c~1d', 'is required'),
    )
  })

  it('name each property that is not allowed', () => {
    expect(checkJson(Type.Object({}, { additionalProperties: false }), { a: 1, b: 2 })).toEqual({
      ok: false,
      issues: [
        { path: '/a', message: 'is not allowed' },
        { path: '/b', message: 'is not allowed' },
      ],
    })
  })

  it('say what would have been right', () => {
    const choice = Type.Object({ k: Type.Union([Type.Literal('a'), Type.Literal(2)]) })
    expect(checkJson(choice, { k: 'c' })).toEqual(wrong('/k', 'must be one of "a", 2'))
    expect(checkJson(Type.Object({ k: Type.Enum(['a', 'b']) }), { k: 'c' })).toEqual(
      wrong('/k', 'must be one of "a", "b"'),
    )
    expect(checkJson(Type.Object({ k: Type.Literal('a') }), { k: 'c' })).toEqual(wrong('/k', 'must be "a"'))
    const even = Type.Refine(
      Type.Number(),
      (n) => n % 2 === 0,
      () => 'must be even',
    )
    expect(checkText(Type.Object({ k: even }), { k: '3' })).toEqual(wrong('/k', 'must be even'))
  })

  it('keep the members of a union that is more than a choice', () => {
    const shapes = Type.Union([
      Type.Object({ t: Type.Literal('a'), x: Type.Number() }),
      Type.Object({ t: Type.Literal('b') }),
    ])
    const { issues } = checkJson(shapes, { t: 'a', x: 'q' }) as { issues: { path: string }[] }
    expect(issues.map(({ path }) => path)).toEqual(['/x', '/t', ''])
  })

  it('are few, however much is wrong', () => {
    const given = Array.from({ length: 5000 }, () => 'x')
    const { issues } = checkJson(Type.Array(Type.Number()), given) as { issues: unknown[] }
    expect(issues.length).toBeLessThan(101)
  })
})
