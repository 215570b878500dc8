import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { make, post } from '../support/server/asking.ts'

describe('coercion of what arrives as strings', () => {
  it('makes numbers, booleans and nulls of the query as its schema asks', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ n: Type.Number(), on: Type.Boolean(), text: Type.String() }) },
      handler: ({ query }) => query,
    })
    expect(await (await make([route]).ask('/x?n=5&on=true&text=5')).json()).toEqual({ n: 5, on: true, text: '5' })
  })

  it('refuses what cannot be made a number', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ n: Type.Number() }) },
      handler: ({ query }) => query,
    })
    for (const bad of ['five', '1e999', '0x10z', 'NaN'])
      expect((await make([route]).ask(`/x?n=${bad}`)).status, bad).toBe(400)
  })

  it.each([
    ['a bigint', Type.BigInt(), ['1.5', 'true', '', '0x10', 'five'], '12345678901234567890'],
    ['null', Type.Null(), ['0', 'false', 'x'], 'null'],
  ])('refuses what would be %s only by losing something', async (_, kind, refused, taken) => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ n: kind }) },
      handler: ({ query }) => String(query.n),
    })
    const { ask } = make([route])
    for (const bad of refused) expect((await ask(`/x?n=${bad}`)).status, bad).toBe(400)
    expect(await (await ask(`/x?n=${taken}`)).text()).toBe(taken)
  })

  it('makes an array of a value that comes once', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ tag: Type.Array(Type.String()), n: Type.Optional(Type.Array(Type.Number())) }) },
      handler: ({ query }) => query,
    })
    const { ask } = make([route])
    expect(await (await ask('/x?tag=a')).json()).toEqual({ tag: ['a'] })
    expect(await (await ask('/x?tag=a&tag=b')).json()).toEqual({ tag: ['a', 'b'] })
    expect(await (await ask('/x?tag=a&n=1')).json()).toEqual({ tag: ['a'], n: [1] })
    expect(await (await ask('/x?tag=a&n=1&n=2')).json()).toEqual({ tag: ['a'], n: [1, 2] })
  })

  it('refuses a value that comes twice where one is asked for', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ a: Type.String() }) },
      handler: ({ query }) => query,
    })
    expect((await make([route]).ask('/x?a=1&a=2')).status).toBe(400)
  })

  it('coerces params, headers and cookies too', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/tasks/:id',
      schema: {
        params: Type.Object({ id: Type.Integer() }),
        headers: Type.Object({ 'x-depth': Type.Number() }),
        cookies: Type.Object({ visits: Type.Number() }),
      },
      handler: ({ params, headers, cookies }) => ({ id: params.id, depth: headers['x-depth'], visits: cookies.visits }),
    })
    const response = await make([route]).ask('/tasks/7', { headers: { 'X-Depth': '2', cookie: 'visits=3; other=x' } })
    expect(await response.json()).toEqual({ id: 7, depth: 2, visits: 3 })
  })

  it('fills in defaults', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: {
        query: Type.Object({
          limit: Type.Number({ default: 10 }),
          sort: Type.Optional(Type.String({ default: 'asc' })),
        }),
      },
      handler: ({ query }) => query,
    })
    const { ask } = make([route])
    expect(await (await ask('/x')).json()).toEqual({ limit: 10, sort: 'asc' })
    expect(await (await ask('/x?limit=3')).json()).toEqual({ limit: 3, sort: 'asc' })
  })

  it('gives each request defaults of its own', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ tags: Type.Array(Type.String(), { default: [] }) }) },
      handler: ({ query }) => {
        query.tags.push('seen')
        return query.tags
      },
    })
    const { ask } = make([route])
    await ask('/x')
    expect(await (await ask('/x')).json()).toEqual(['seen'])
  })

  it('decodes codec types', async () => {
    const date = Type.Decode(Type.String(), (text) => new Date(text))
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      schema: { query: Type.Object({ since: date }), body: Type.Object({ at: date }) },
      handler: ({ query, body }) => ({ since: query.since.getTime(), at: body.at.getTime() }),
    })
    const response = await make([route]).ask('/x?since=1970-01-01T00:00:01Z', post({ at: '1970-01-01T00:00:02Z' }))
    expect(await response.json()).toEqual({ since: 1000, at: 2000 })
  })

  it('answers 400 when a codec type throws', async () => {
    const picky = Type.Decode(Type.String(), (text): number => {
      if (text !== 'ok') throw new Error('not ok')
      return 1
    })
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ a: picky }) },
      handler: ({ query }) => query,
    })
    const { ask } = make([route])
    expect(await (await ask('/x?a=ok')).json()).toEqual({ a: 1 })
    expect((await ask('/x?a=bad')).status).toBe(400)
  })

  it('strips nothing that the schema does not name', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      schema: { query: Type.Object({ a: Type.Number() }), body: Type.Object({ b: Type.Number() }) },
      handler: ({ query, body }) => ({ query, body }),
    })
    expect(await (await make([route]).ask('/x?a=1&more=2', post({ b: 3, more: 4 }))).json()).toEqual({
      query: { a: 1, more: '2' },
      body: { b: 3, more: 4 },
    })
  })

  it('does not coerce a JSON body', async () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      schema: { body: Type.Object({ n: Type.Number() }) },
      handler: ({ body }) => body,
    })
    expect((await make([route]).ask('/x', post({ n: '5' }))).status).toBe(400)
    expect(await (await make([route]).ask('/x', post({ n: 5 }))).json()).toEqual({ n: 5 })
  })
})

describe('without a schema', () => {
  it('query, headers and cookies are strings', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: ({ query, headers, cookies }) => ({ query, key: headers['x-key'], cookies }),
    })
    const response = await make([route]).ask('/x?a=1&a=2&b=%E4%BD%A0+%2B', {
      headers: { 'X-Key': 'k', cookie: 'c=1; d=%20e' },
    })
    expect(await response.json()).toEqual({ query: { a: '1', b: '你 +' }, key: 'k', cookies: { c: '1', d: ' e' } })
  })

  it('hostile names are only names', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: ({ query }) => [Object.keys(query), query['toString'] === undefined || typeof query['toString']],
    })
    const response = await make([route]).ask('/x?__proto__=1&constructor=2')
    expect(((await response.json()) as unknown[])[0]).toEqual(['__proto__', 'constructor'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('a cookie that cannot be decoded does not fail the request', async () => {
    const route = defineRoute({ method: 'GET', path: '/x', handler: ({ cookies }) => cookies })
    const response = await make([route]).ask('/x', { headers: { cookie: 'bad=%E4%BD; good=1; =; ;;' } })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ good: '1' })
  })
})
