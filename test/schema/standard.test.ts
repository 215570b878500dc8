import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createValidate } from '../../src/schema/index.ts'
import { typeBox } from '../../src/typebox/index.ts'

/** A Standard Schema by hand, as the smallest of libraries would have it. */
function standard(validate: (value: unknown) => unknown): object {
  return { '~standard': { version: 1, vendor: 'test', validate } }
}
const check = (schema: unknown, given: unknown): unknown =>
  createValidate(schema, { coerce: true, bridge: typeBox })(given)

const free = async (name: string): Promise<boolean> => Promise.resolve(name !== 'taken')

describe('an asynchronous schema', () => {
  it.each([
    ['zod', z.object({ name: z.string().refine(free, 'is taken') })],
    ['valibot', v.objectAsync({ name: v.pipeAsync(v.string(), v.checkAsync(free, 'is taken')) })],
  ])('of %s is waited for', async (_library, schema) => {
    const pending = check(schema, { name: 'taken' })
    expect(pending).toBeInstanceOf(Promise)
    expect(await pending).toEqual({ ok: false, issues: [{ path: '/name', message: 'is taken' }] })
    expect(await check(schema, { name: 'free' })).toEqual({ ok: true, value: { name: 'free' } })
  })

  it('may answer with any thenable', async () => {
    // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library
    const schema = standard((value) => ({ then: (resolve: (result: unknown) => void) => resolve({ value }) }))
    const pending = check(schema, 'x')
    expect(pending).toBeInstanceOf(Promise)
    expect(await pending).toEqual({ ok: true, value: 'x' })
  })

  it('that rejects rejects: it is no answer about the value', async () => {
    const broken = new Error('database away')
    await expect(
      check(
        standard(async () => Promise.reject(broken)),
        'x',
      ),
    ).rejects.toBe(broken)
  })
})

describe('a Standard Schema', () => {
  it('is given the strings as they came', () => {
    expect(
      check(
        standard((value) => ({ value })),
        { n: '5' },
      ),
    ).toEqual({ ok: true, value: { n: '5' } })
  })

  it('may be a function, as those of arktype are', () => {
    expect(check(type({ n: 'string.numeric.parse' }), { n: '5' })).toEqual({ ok: true, value: { n: 5 } })
  })

  it('decides for itself what becomes of properties that it does not know', () => {
    expect(check(z.object({ a: z.string() }), { a: 'x', b: 'y' })).toEqual({ ok: true, value: { a: 'x' } })
    expect(check(z.looseObject({ a: z.string() }), { a: 'x', b: 'y' })).toEqual({ ok: true, value: { a: 'x', b: 'y' } })
    expect(check(type({ a: 'string' }), { a: 'x', b: 'y' })).toEqual({ ok: true, value: { a: 'x', b: 'y' } })
  })

  it('takes a frozen value', () => {
    const given = Object.freeze({ a: 'x' })
    for (const schema of [z.object({ a: z.string() }), v.object({ a: v.string() }), type({ a: 'string' })]) {
      expect(check(schema, given)).toEqual({ ok: true, value: { a: 'x' } })
    }
  })

  it('gives paths of keys, of indexes, of objects with a key, or none', () => {
    const issues = [
      { message: 'a', path: ['x', { key: 0 }, Symbol('s')] },
      { message: 'b', path: [] },
      { message: 'c' },
    ]
    expect(
      check(
        standard(() => ({ issues })),
        1,
      ),
    ).toEqual({
      ok: false,
      issues: [
        { path: '/x/0/Symbol(s)', message: 'a' },
        { path: '', message: 'b' },
        { path: '', message: 'c' },
      ],
    })
  })

  it('that takes undefined may answer with it', () => {
    expect(check(z.undefined(), undefined)).toEqual({ ok: true, value: undefined })
    expect(
      check(
        standard(() => ({ value: undefined, issues: undefined })),
        1,
      ),
    ).toEqual({ ok: true, value: undefined })
  })

  it('has at most a hundred issues listed, and the rest counted', () => {
    const given = Array.from({ length: 5000 }, () => 'x')
    for (const schema of [z.array(z.number()), v.array(v.number()), type('number[]')]) {
      const { issues } = check(schema, given) as { issues: { path: string; message: string }[] }
      expect(issues).toHaveLength(101)
      expect(issues[99]).toMatchObject({ path: '/99' })
      expect(issues.at(-1)).toEqual({ path: '', message: 'and 4900 more issues' })
    }
  })

  it('of TypeBox is a TypeBox type first only where it is no Standard Schema', () => {
    const both = { '~kind': 'String', type: 'string', ...standard(() => ({ value: 'from the Standard Schema' })) }
    expect(check(both, 5)).toEqual({ ok: true, value: 'from the Standard Schema' })
  })
})
