// `Type` of `tidings/typebox`: its types are Standard Schemas, which validate as TypeBox's own do over the bridge.
import { Type as PlainType, type TSchema } from 'typebox'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { createValidate } from '../../src/schema/index.ts'
import { defineRoute, Server, type AnyRoute } from '../../src/server/index.ts'
import { Type, typeBox } from '../../src/typebox/index.ts'
import { cases } from '../schema/case.ts'
import { post } from '../support/server/asking.ts'

function isType(schema: unknown): schema is TSchema {
  return typeof schema === 'object' && schema !== null && '~kind' in schema
}

/** A type as `Type` of `tidings/typebox` makes it. */
function carried(schema: unknown): unknown {
  if (!isType(schema)) throw new Error('This is no TypeBox type.')
  return Type.With(schema, {})
}

describe('a type of `Type`', () => {
  test.each(cases)('validates as over the bridge: $title', ({ schema, given, coerce = false }) => {
    const bridged = createValidate(schema.typebox, { coerce, bridge: typeBox })(given)
    expect(createValidate(carried(schema.typebox), { coerce, bridge: undefined })(given)).toEqual(bridged)
  })

  test('is a Standard Schema for others, who know nothing of strings', () => {
    expect(Type.Object({ n: Type.Number() })).toMatchObject({ '~standard': { version: 1, vendor: 'tidings' } })
    const { '~standard': standard } = standardOf(Type.Object({ 'a/b': Type.Number() }))
    expect(standard.validate({ 'a/b': 1 })).toEqual({ value: { 'a/b': 1 } })
    expect(standard.validate({ 'a/b': '1' })).toEqual({ issues: [{ path: ['a/b'], message: 'must be number' }] })
  })

  test('has `~standard` hidden, so that it is the same JSON Schema', () => {
    const [type, plain] = [Type.Object({ n: Type.Number() }), PlainType.Object({ n: PlainType.Number() })]
    expect(JSON.stringify(type)).toBe(JSON.stringify(plain))
    expect(Object.keys(type)).toEqual(Object.keys(plain))
  })

  test('has the type that TypeBox gives it', () => {
    expectTypeOf(Type).toEqualTypeOf(PlainType)
  })
})

describe('whatever makes a type', () => {
  const name = Type.String()
  const toDate = Type.Codec(Type.String())
    .Decode((text) => new Date(text))
    .Encode((date) => date.toISOString())
  const library = Type.Module({ Name: Type.String(), Names: Type.Array(Type.Ref('Name')) })

  test.each([
    ['a function', name, 'x', 1],
    ['a function of types', Type.Optional(name), 'x', 1],
    ['one that narrows what it is given', Type.Array(name, { maxItems: 1 }), ['x'], ['x', 'y']],
    ['a module', library.Names, ['x'], [1]],
    ['text', Type.Script('{ name: string }'), { name: 'x' }, {}],
    ['the builder of a codec', toDate, '2020-01-01T00:00:00.000Z', 1],
  ])('makes it a Standard Schema: %s', (_, type, right, wrong) => {
    const { '~standard': standard } = standardOf(type)
    expect(standard.validate(right)).not.toHaveProperty('issues')
    expect(standard.validate(wrong)).toHaveProperty('issues')
  })

  test('gives it a `~standard` of its own, also where TypeBox copies the properties of another', () => {
    const { '~standard': standard } = standardOf(toDate)
    expect(standard.validate('2020-01-01T00:00:00.000Z')).toEqual({ value: new Date('2020-01-01T00:00:00.000Z') })
    const members = Type.Partial(Type.Object({ at: toDate, name })).properties
    expect(standardOf(members.name)['~standard']).not.toBe(standardOf(name)['~standard'])
  })
})

const routes = (type: typeof PlainType): AnyRoute[] => [
  defineRoute({
    method: 'GET',
    path: '/tasks/:id',
    schema: {
      params: type.Object({ id: type.Integer() }),
      query: type.Object({ tags: type.Array(type.String(), { default: ['none'] }) }),
    },
    handler: ({ params, query }) => ({ id: params.id, tags: query.tags }),
  }),
  defineRoute({
    method: 'POST',
    path: '/tasks',
    schema: { body: type.Object({ id: type.Integer() }) },
    handler: ({ body }) => body,
  }),
]

const handler = (): undefined => undefined
const stream = async function* (): AsyncGenerator<{ id: number }> {
  yield { id: 1 }
}

describe('`Server` of `tidings/server`', () => {
  test.each([
    ['`Type` of `tidings/typebox`', new Server(routes(Type))],
    ['plain TypeBox and the bridge', new Server(routes(PlainType), {}, typeBox)],
  ])('with %s converts strings, but not those of JSON', async (_, server) => {
    expect(await (await server.fetch('/tasks/7?tags=a')).json()).toEqual({ id: 7, tags: ['a'] })
    expect(await (await server.fetch('/tasks/7')).json()).toEqual({ id: 7, tags: ['none'] })
    expect(await (await server.fetch('/tasks/x')).json()).toMatchObject({
      code: 400,
      errors: [{ in: 'params', path: '/id', message: 'must be integer' }],
    })
    const ask = (body: unknown): Promise<Response> => server.fetch(new Request('http://test/tasks', post(body)))
    expect((await ask({ id: 7 })).status).toBe(200)
    expect((await ask({ id: '7' })).status).toBe(400)
  })

  const plain = PlainType.Object({ id: PlainType.Integer() })
  test.each<[string, AnyRoute]>([
    ['params', defineRoute({ method: 'GET', path: '/:id', schema: { params: plain }, handler })],
    ['query', defineRoute({ method: 'GET', path: '/a', schema: { query: plain }, handler })],
    ['headers', defineRoute({ method: 'GET', path: '/a', schema: { headers: plain }, handler })],
    ['cookies', defineRoute({ method: 'GET', path: '/a', schema: { cookies: plain }, handler })],
    ['body', defineRoute({ method: 'POST', path: '/a', schema: { body: plain }, handler })],
    ['every event', defineRoute({ method: 'GET', path: '/a', sse: true, schema: { event: plain }, handler: stream })],
    [
      'a named event',
      defineRoute({ method: 'GET', path: '/a', sse: true, schema: { event: { message: plain } }, handler: stream }),
    ],
  ])('refuses plain TypeBox for %s at start, and names where to go', (_, route) => {
    expect(() => new Server([route])).toThrow(
      expect.objectContaining({ code: 'ERR_ROUTE', message: expect.stringContaining('`tidings/typebox`') }),
    )
    expect(() => new Server([route], {}, typeBox)).not.toThrow()
  })
})

interface Standard {
  readonly '~standard': { validate(value: unknown): unknown }
}

function standardOf(type: object): Standard {
  if (!isStandard(type)) throw new Error('It carries no ~standard.')
  return type
}

function isStandard(type: object): type is Standard {
  return '~standard' in type
}
