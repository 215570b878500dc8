import { describe, expect, it } from 'vitest'
import { createValidate } from '../../src/schema/index.ts'
import { typeBox } from '../../src/typebox/index.ts'
import { cases, libraries } from './case.ts'

describe.each(libraries)('a validator of %s', (library) => {
  it.each(cases)('$title', async ({ schema, given, coerce = false, value, wrong }) => {
    const validate = createValidate(schema[library], { coerce, bridge: typeBox })
    const before = structuredClone(given)
    const result = await validate(given)
    if (result.ok) expect(result.value).toEqual(value)
    const issues = result.ok ? undefined : result.issues
    expect(issues?.map((issue) => issue.path).toSorted()).toEqual(wrong)
    expect(issues?.every((issue) => issue.message !== '')).toBe(wrong === undefined ? undefined : true)
    expect(given, 'what was given is not changed').toEqual(before)
  })

  it('answers at once, without a promise, where nothing has to be waited for', () => {
    for (const { schema, given, coerce = false } of cases) {
      expect(createValidate(schema[library], { coerce, bridge: typeBox })(given)).not.toBeInstanceOf(Promise)
    }
  })

  it('answers each time anew', async () => {
    const [{ schema } = { schema: undefined }] = cases.filter(({ title }) => title === 'fills in defaults')
    const validate = createValidate(schema?.[library], { coerce: false, bridge: typeBox })
    const [first, second] = [await validate({}), await validate({})]
    expect(first).toEqual(second)
    expect('value' in first && first.value).not.toBe('value' in second && second.value)
  })
})

describe('what is no schema', () => {
  it.each([
    ['null', null],
    ['nothing', undefined],
    ['a number', 5],
    ['a text', 'string'],
    ['an empty object', {}],
    ['a JSON Schema by hand', { type: 'object' }],
    ['a list', []],
    ['a function', () => true],
    ['a Standard Schema without `validate`', { '~standard': { version: 1 } }],
    ['a Standard Schema whose `validate` is no function', { '~standard': { validate: true } }],
    ['an invalid Standard Schema', { '~standard': null }],
  ])('is refused when a server starts: %s', (_name, schema) => {
    expect(() => createValidate(schema, { coerce: false, bridge: typeBox })).toThrow(
      expect.objectContaining({
        code: 'ERR_ROUTE',
        message: expect.stringContaining('TypeBox type or a Standard Schema'),
      }),
    )
  })
})
