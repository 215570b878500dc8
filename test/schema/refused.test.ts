// A schema that refuses a value is never taken for one that lets it in, whatever it lists as the reason.
import * as fc from 'fast-check'
import { Type, type TSchema } from 'typebox'
import { Check } from 'typebox/value'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createValidate, type Issue, type Issues, type Result } from '../../src/schema/index.ts'
import { typeBox } from '../../src/typebox/index.ts'

/** A Standard Schema that refuses everything, with these issues. */
const refusing = (issues: unknown): unknown => ({
  '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) },
})

const extra = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, 1]))

describe('a TypeBox type that lists no more than 8 errors', () => {
  const person = Type.Object({ name: Type.String(), age: Type.Number({ minimum: 0 }) }, { additionalProperties: false })
  const nested = Type.Object({ user: Type.Object({ role: Type.Literal('user') }, { additionalProperties: false }) })

  test.each([
    ['8 unknown names hide a wrong type', person, { ...extra, name: ['x'], age: -7 }, '/k0'],
    ['8 unknown names and nothing else', person, { ...extra, name: 'x', age: 7 }, '/k0'],
    ['8 unknown names hide a literal in a nested object', nested, { user: { ...extra, role: 'admin' } }, '/user/k0'],
  ])('refuses a value although %s', (_, schema, given, path) => {
    const result = createValidate(schema, { coerce: false, bridge: typeBox })(given)
    expect(result).toMatchObject({ ok: false })
    expect(result).toHaveProperty('issues', expect.arrayContaining([{ path, message: 'is not allowed' }]))
  })

  test('names a property that is not allowed once', () => {
    const result = createValidate(person, { coerce: false, bridge: typeBox })({ name: 'x', age: 1, 'a/b': 2 })
    expect(result).toEqual({ ok: false, issues: [{ path: '/a~1b', message: 'is not allowed' }] })
  })
})

describe('a Standard Schema that refuses', () => {
  test.each([[[]], [null], [{}], ['']])('with %j for a list has refused', async (issues) => {
    const result = await createValidate(refusing(issues), { coerce: false, bridge: typeBox })('x')
    expect(result).toEqual({ ok: false, issues: [{ path: '', message: 'does not fit the schema' }] })
  })
})

test('a failure without an issue does not compile', () => {
  expectTypeOf<{ ok: false; issues: [] }>().not.toExtend<Result>()
  expectTypeOf<readonly Issue[]>().not.toExtend<Issues>()
})

/** Schemas of everything that can hide an error of something else. */
const { schema: anySchema } = fc.letrec<{ schema: TSchema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<TSchema>(
      Type.String(),
      Type.String({ maxLength: 1 }),
      Type.Number({ minimum: 0 }),
      Type.Integer(),
      Type.Boolean(),
      Type.Null(),
      Type.Literal('a'),
      Type.Enum(['a', 1]),
      Type.Never(),
    ),
    fc
      .tuple(fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('schema'), { maxKeys: 3 }), fc.boolean())
      .map(([properties, additionalProperties]): TSchema => Type.Object(properties, { additionalProperties })),
    tie('schema').map((items): TSchema => Type.Array(items, { maxItems: 3 })),
    fc.tuple(tie('schema'), tie('schema')).map(([one, two]): TSchema => Type.Union([one, two])),
    fc.tuple(tie('schema'), tie('schema')).map(([one, two]): TSchema => Type.Intersect([one, two])),
    fc.tuple(tie('schema'), tie('schema')).map(([one, two]): TSchema => Type.Tuple([one, two])),
  ),
}))

/** Values of many wrong properties, some of which fit. */
const anyValue = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
    fc.jsonValue({ maxDepth: 1 }),
    {
      minKeys: 8,
    },
  ),
  fc.constantFrom('a', 1, null, true, [], {}),
)

test('for random schemas and values: what the schema refuses is refused, what it takes is let in', () => {
  fc.assert(
    fc.property(anySchema, anyValue, (schema, given) => {
      const result = createValidate(schema, { coerce: false, bridge: typeBox })(given)
      if (result instanceof Promise) throw new Error('A TypeBox type answers at once')
      expect(result.ok).toBe(Check(schema, given))
      if (!result.ok) expect(result.issues.length).toBeGreaterThan(0)
    }),
    { numRuns: 600 },
  )
})
