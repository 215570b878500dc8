import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { make, post, Reading } from '../support/server/asking.ts'

const everyPart = defineRoute({
  method: 'POST',
  path: '/:n',
  schema: {
    params: Type.Object({ n: Type.Number() }),
    query: Type.Object({ limit: Type.Integer(), 'a/b~c': Type.String() }),
    headers: Type.Object({ 'x-key': Type.String() }),
    cookies: Type.Object({ session: Type.String() }),
    body: Type.Object({ items: Type.Array(Type.Object({ name: Type.String() })) }),
  },
  handler: () => 'ok',
})

describe('failed validation', () => {
  it('is 400 with code, message and every issue of every part', async () => {
    const response = await make([everyPart]).ask('/abc?limit=x', post({ items: [{ name: 'a' }, { name: 1 }] }))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    const body = (await response.json()) as {
      code: number
      message: string
      errors: { in: string; path: string; message: string }[]
    }
    expect(body.code).toBe(400)
    expect(body.message).toMatch(/^Validation failed: /)
    expect(Object.keys(body).toSorted()).toEqual(['code', 'errors', 'message'])
    const places = body.errors.map((issue) => `${issue.in} ${issue.path}`)
    expect(places).toEqual(
      expect.arrayContaining(['params /n', 'query /limit', 'headers /x-key', 'cookies /session', 'body /items/1/name']),
    )
    for (const issue of body.errors) {
      expect(Object.keys(issue).toSorted()).toEqual(['in', 'message', 'path'])
      expect(issue.message).not.toBe('')
      expect(body.message).toContain(issue.message)
    }
  })

  it('is never passed by, however many errors stand before the one that matters', async () => {
    const extra = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`k${index}`, 1]))
    const options = { additionalProperties: false }
    const body = Type.Object({ name: Type.String(), age: Type.Number({ minimum: 0 }) }, options)
    const query = Type.Object({ limit: Type.Number({ maximum: 100 }) }, options)
    let calls = 0
    const handler = (): void => void (calls += 1)
    const { ask } = make([
      defineRoute({ method: 'POST', path: '/body', schema: { body }, handler }),
      defineRoute({ method: 'GET', path: '/query', schema: { query }, handler }),
    ])
    expect((await ask('/body', post({ ...extra, name: ['x'], age: -7 }))).status).toBe(400)
    expect((await ask('/query?limit=999999999&a&b&c&d&e&f&g&h')).status).toBe(400)
    expect(calls).toBe(0)
  })

  it('says where as a JSON Pointer, with slash and tilde escaped', async () => {
    const response = await make([everyPart]).ask(
      '/1?limit=1',
      post({ items: [] }, { 'x-key': 'k', cookie: 'session=s' }),
    )
    expect(await response.json()).toMatchObject({ errors: [{ in: 'query', path: '/a~1b~0c', message: 'is required' }] })
  })

  it('names each missing property apart', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ a: Type.String(), b: Type.String() }) },
      handler: () => 'ok',
    })
    const body = (await (await make([route]).ask('/x')).json()) as { errors: unknown[] }
    expect(body.errors).toEqual([
      { in: 'query', path: '/a', message: 'is required' },
      { in: 'query', path: '/b', message: 'is required' },
    ])
  })

  it('begins in Chinese where the server speaks it', async () => {
    const response = await make([everyPart], { locale: 'zh-CN' }).ask('/1', post({}))
    expect(await response.json()).toMatchObject({ code: 400, message: expect.stringMatching(/^验证失败: /) })
  })

  it('keeps the handler from running, and onError from being told', async () => {
    let calls = 0
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ a: Type.String() }) },
      handler: () => void (calls += 1),
    })
    const { ask, errors } = make([route])
    await ask('/x')
    expect(calls).toBe(0)
    expect(errors).toEqual([])
  })

  it('is a 400 on a streaming route as well, also for an EventSource', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      schema: { query: Type.Object({ required: Type.String() }) },
      handler: async function* () {
        yield 1
      },
    })
    const { ask, server } = make([route])
    const response = await ask('/x', { headers: { accept: 'text/event-stream', 'cache-control': 'no-cache' } })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toContain('application/json')
    expect(server.openStreams).toBe(0)
    expect(await new Reading(await ask('/x?required=1')).ended()).toBe('data: 1\n\n')
  })

  it('does not let the names of objects pass for values that were sent', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      schema: { query: Type.Object({ constructor: Type.String() }) },
      handler: () => 'ok',
    })
    expect((await make([route]).ask('/x')).status).toBe(400)
  })
})
