// How much of a wrong value TypeBox looks at: no more than it takes to find the errors that it keeps.
import { Type, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createValidate } from '../../src/schema/index.ts'
import { createBound } from '../../src/typebox/bounded.ts'
import { typeBox } from '../../src/typebox/index.ts'

const check = (schema: TSchema, given: unknown): unknown =>
  createValidate(schema, { coerce: false, bridge: typeBox })(given)
const many = <Item>(item: Item): Item[] => Array.from({ length: 10_000 }, () => item)

/** Counts the parts of values that TypeBox visits for errors, from now on: it asks for its limit at each of them. */
function countVisits(): () => number {
  const settings = Settings.Get()
  const { maxErrors } = settings
  let visits = 0
  const get = (): number => {
    visits += 1
    return maxErrors
  }
  Object.defineProperty(settings, 'maxErrors', { get, configurable: true })
  onTestFinished(() => void Object.defineProperty(settings, 'maxErrors', { value: maxErrors, writable: true }))
  return () => visits
}

/** A schema that no function of TypeBox makes. */
const untyped = (keywords: object): TSchema => ({ '~kind': 'Array', ...keywords })
const sparse: unknown[] = ['x']
sparse[3] = 'y'

const item = Type.Object({ n: Type.Number() })

describe('of 10,000 items', () => {
  test.each<[string, TSchema, unknown, string]>([
    ['the wrong ones', Type.Array(item), many({ n: 'x' }), '/0/n'],
    ['the last', Type.Array(item), [...many({ n: 1 }), { n: 'x' }], '/10000/n'],
    ['those in an object', Type.Object({ items: Type.Array(item) }), { items: many({ n: 'x' }) }, '/items/0/n'],
    ['those in a list', Type.Array(Type.Array(Type.Number())), [[], [...many(1), 'x']], '/1/10000'],
  ])('no more are looked at than there can be errors of: %s', (_, schema, given, path) => {
    const visits = countVisits()
    const result = check(schema, given)
    expect(result).toHaveProperty('issues', expect.arrayContaining([{ path, message: 'must be number' }]))
    expect(visits()).toBeGreaterThan(0)
    expect(visits()).toBeLessThan(100)
  })
})

test('each of 10,000 equal items is read once to see that they are not unique, and not once more for the message', () => {
  let reads = 0
  const counted = {
    get n() {
      reads += 1
      return 1
    },
  }
  const result = check(Type.Array(Type.Unknown(), { uniqueItems: true }), many(counted))
  expect(result).toEqual({ ok: false, issues: [{ path: '', message: 'must not have duplicate items' }] })
  // Checked by us, and once more by TypeBox before it looks for errors.
  expect(reads).toBeGreaterThanOrEqual(20_000)
  expect(reads).toBeLessThan(20_100)
})

describe('the errors', () => {
  test.each<[string, TSchema, unknown]>([
    ['8 of many items', Type.Array(item), many({ n: 'x' })],
    ['few among many', Type.Array(item), [...many({ n: 1 }), { n: 'x' }, { n: 2 }, 3]],
    ['a list that is too short', Type.Array(item, { minItems: 3 }), [{ n: 1 }, { n: 'x' }]],
    ['a list that is too long', Type.Array(Type.Number(), { maxItems: 9 }), many(1)],
    ['a list without what it has to contain', Type.Array(Type.Unknown(), { contains: Type.String() }), many(1)],
    ['repeated items among others', Type.Array(Type.Unknown(), { uniqueItems: true }), [1, { a: [1] }, 2, { a: [1] }]],
    [
      'a wrong item beside what a list has to contain',
      Type.Array(Type.Number(), { contains: Type.Literal(3) }),
      [3, 'x'],
    ],
    [
      'items behind a prefix',
      untyped({ type: 'array', prefixItems: [Type.String()], items: Type.Number() }),
      ['a', 'x'],
    ],
    ['a list in a union', Type.Union([Type.Array(item), Type.Array(Type.String())]), [{ n: 1 }, { n: 'x' }]],
    ['a list that refers to itself', Type.Cyclic({ L: Type.Array(Type.Ref('L')) }, 'L'), [[], [1]]],
    ['a list with holes', Type.Array(Type.Number()), sparse],
    ['a tuple', Type.Tuple([Type.Number(), Type.Array(Type.Number())]), ['x', ['y', 1]]],
    ['a record', Type.Record(Type.String(), Type.Number()), JSON.parse('{"a":1,"__proto__":"x","constructor":"y"}')],
    ['what may not be there', Type.Object({}, { additionalProperties: false }), { a: [1], b: { c: 1 } }],
    ['a list in place of an object', item, [1]],
    ['a date in place of a list', Type.Array(Type.Number()), new Date(0)],
  ])('are the same as without a bound: %s', (_, schema, given) => {
    const compiled = Compile(schema)
    const shown = (errors: ReturnType<typeof compiled.Errors>): unknown =>
      errors.map(({ keyword, instancePath, message }) => ({ keyword, instancePath, message }))
    const errors = compiled.Errors(given)
    expect(errors).not.toEqual([])
    expect(shown(compiled.Errors(createBound(schema)(given)))).toEqual(shown(errors))
  })

  test('of a refinement that goes through a list itself are not lost', () => {
    const sum = Type.Refine(
      Type.Object({ items: Type.Array(Type.Number()) }),
      ({ items }) => {
        let total = 0
        items.forEach((one) => (total += one))
        return total < 10
      },
      () => 'has a sum of 10 or more',
    )
    const message = 'has a sum of 10 or more'
    expect(check(sum, { items: [1, 9] })).toEqual({ ok: false, issues: [{ path: '', message }] })
  })

  test('are looked for in a copy', () => {
    const given = Object.freeze([Object.freeze({ n: 'x' })])
    expect(check(Type.Array(item), given)).toEqual({ ok: false, issues: [{ path: '/0/n', message: 'must be number' }] })
    expect(Object.getOwnPropertyNames(given)).toEqual(['0', 'length'])
  })
})
