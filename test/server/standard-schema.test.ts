import { type } from 'arktype'
import { Type } from 'typebox'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { make, post, untyped } from '../support/server/asking.ts'

/** The same three schemas in four libraries. */
const libraries = [
  {
    name: 'typebox',
    query: Type.Object({ n: Type.Number() }),
    body: Type.Object({ user: Type.Object({ name: Type.String(), age: Type.Number() }) }),
    list: Type.Object({ items: Type.Array(Type.Object({ id: Type.String() })) }),
  },
  {
    name: 'zod',
    query: z.object({ n: z.coerce.number() }),
    body: z.object({ user: z.object({ name: z.string(), age: z.number() }) }),
    list: z.object({ items: z.array(z.object({ id: z.string() })) }),
  },
  {
    name: 'valibot',
    query: v.object({ n: v.pipe(v.string(), v.transform(Number), v.number()) }),
    body: v.object({ user: v.object({ name: v.string(), age: v.number() }) }),
    list: v.object({ items: v.array(v.object({ id: v.string() })) }),
  },
  {
    name: 'arktype',
    query: type({ n: 'string.numeric.parse' }),
    body: type({ user: { name: 'string', age: 'number' } }),
    list: type({ items: type({ id: 'string' }).array() }),
  },
]

interface Failure {
  readonly code: number
  readonly message: string
  readonly errors: readonly { readonly in: string; readonly path: string; readonly message: string }[]
}

describe.each(libraries)('a schema of $name', ({ query, body, list }) => {
  const routes = [
    untyped({ method: 'GET', path: '/query', schema: { query }, handler: (ctx: { query: unknown }) => ctx.query }),
    untyped({ method: 'POST', path: '/body', schema: { body }, handler: (ctx: { body: unknown }) => ctx.body }),
    untyped({ method: 'POST', path: '/list', schema: { body: list }, handler: (ctx: { body: unknown }) => ctx.body }),
    untyped({ method: 'POST', path: '/both', schema: { query, body }, handler: () => 'ok' }),
  ]
  const { ask } = make(routes)

  it('makes a number of a query that asks for one', async () => {
    expect(await (await ask('/query?n=5')).json()).toEqual({ n: 5 })
  })

  it('refuses a query that is no number', async () => {
    const response = await ask('/query?n=five')
    expect(response.status).toBe(400)
    expect(((await response.json()) as Failure).errors).toMatchObject([{ in: 'query', path: '/n' }])
  })

  it('takes a body that fits', async () => {
    const value = { user: { name: 'Ann', age: 30 } }
    expect(await (await ask('/body', post(value))).json()).toEqual(value)
  })

  it('does not coerce a JSON body', async () => {
    expect((await ask('/body', post({ user: { name: 'Ann', age: '30' } }))).status).toBe(400)
  })

  it('says where in a nested body, as a JSON Pointer', async () => {
    const failure = (await (await ask('/body', post({ user: { name: 1, age: 30 } }))).json()) as Failure
    expect(failure.errors.map((issue) => `${issue.in} ${issue.path}`)).toEqual(['body /user/name'])
  })

  it('says which item of a list', async () => {
    const failure = (await (await ask('/list', post({ items: [{ id: 'a' }, { id: 2 }] }))).json()) as Failure
    expect(failure.errors.map((issue) => issue.path)).toEqual(['/items/1/id'])
  })

  it('says which property is missing', async () => {
    const failure = (await (await ask('/body', post({ user: { name: 'Ann' } }))).json()) as Failure
    expect(failure.errors.map((issue) => issue.path)).toEqual(['/user/age'])
  })

  it('lists the issues of all parts', async () => {
    const failure = (await (await ask('/both?n=x', post({}))).json()) as Failure
    expect(failure).toMatchObject({ code: 400, message: expect.stringMatching(/^Validation failed: /) })
    expect(failure.errors.map((issue) => `${issue.in} ${issue.path}`)).toEqual(['query /n', 'body /user'])
  })
})

describe('an asynchronous Standard Schema', () => {
  const unique = z.object({ name: z.string().refine(async (name) => Promise.resolve(name !== 'taken'), 'is taken') })

  it('is awaited', async () => {
    const { ask } = make([
      untyped({
        method: 'GET',
        path: '/x',
        schema: { query: unique },
        handler: (ctx: { query: unknown }) => ctx.query,
      }),
    ])
    expect(await (await ask('/x?name=free')).json()).toEqual({ name: 'free' })
    const response = await ask('/x?name=taken')
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ in: 'query', path: '/name', message: 'is taken' }] })
  })

  it('may stand beside a synchronous one, and both are heard', async () => {
    const schema = { query: unique, body: Type.Object({ n: Type.Number() }) }
    const { ask } = make([untyped({ method: 'POST', path: '/x', schema, handler: () => 'ok' })])
    const failure = (await (await ask('/x?name=taken', post({}))).json()) as Failure
    expect(failure.errors.map((issue) => `${issue.in} ${issue.path}`)).toEqual(['query /name', 'body /n'])
  })

  it('that rejects is a 500, and onError is told', async () => {
    const broken = new Error('database away')
    const query = { '~standard': { version: 1, vendor: 'test', validate: () => Promise.reject(broken) } }
    const { ask, errors } = make([untyped({ method: 'GET', path: '/x', schema: { query }, handler: () => 'ok' })])
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toEqual([broken])
  })
})

describe('a Standard Schema', () => {
  it('may make something else of the body than it was given', async () => {
    const body = z.string().transform((text) => text.length)
    const { ask } = make([
      untyped({
        method: 'POST',
        path: '/x',
        schema: { body },
        handler: (ctx: { body: unknown }) => ({ is: ctx.body }),
      }),
    ])
    expect(await (await ask('/x', post('four'))).json()).toEqual({ is: 4 })
  })

  it('that makes no object of the query is a 500 that says so', async () => {
    const query = z.object({}).transform(() => 'text')
    const { ask, errors } = make([untyped({ method: 'GET', path: '/x', schema: { query }, handler: () => 'ok' })])
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })

  it('gives its paths as keys or as objects with a key', async () => {
    const issues = [{ message: 'bad', path: [{ key: 'a' }, 0, 'b/c'] }, { message: 'worse' }]
    const query = { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } }
    const { ask } = make([untyped({ method: 'GET', path: '/x', schema: { query }, handler: () => 'ok' })])
    expect(((await (await ask('/x')).json()) as Failure).errors).toEqual([
      { in: 'query', path: '/a/0/b~1c', message: 'bad' },
      { in: 'query', path: '', message: 'worse' },
    ])
  })
})

const lying = (answer: unknown): ReturnType<typeof untyped> =>
  untyped({
    method: 'POST',
    path: '/x',
    schema: { body: { '~standard': { version: 1, vendor: 'test', validate: () => answer } } },
    handler: () => 'let in',
  })

describe('a schema that does not keep to the standard', () => {
  it.each([
    ['nothing in an object', {}],
    ['a list', []],
    ['the result of another kind of library', { success: false, error: 'x' }],
    ['a promise of nothing', Promise.resolve({})],
  ])('answers %s: nobody is let in, and onError is told', async (_, answer) => {
    const { ask, errors } = make([lying(answer)])
    expect((await ask('/x', post('{}'))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  })

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a symbol as the message', { message: Symbol('x') }],
    ['null in the path', { message: 'x', path: [null] }],
  ])('has %s among its issues: refused all the same', async (_, issue) => {
    const { ask, errors } = make([lying({ issues: [issue] })])
    expect((await ask('/x', post('{}'))).status).toBe(400)
    expect(errors).toEqual([])
  })

  it('may answer `undefined` as the value', async () => {
    expect((await make([lying({ value: undefined })]).ask('/x', post('{}'))).status).toBe(200)
  })
})
