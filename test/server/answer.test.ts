import { describe, expect, it, onTestFinished } from 'vitest'
import { defineRoute, json } from '../../src/server/index.ts'
import { make, untyped } from '../support/server/asking.ts'

/** What a route answers whose handler gives `value`. */
async function answerOf(value: unknown): Promise<Response> {
  return make([untyped({ method: 'GET', path: '/x', handler: () => value })], { onError: () => {} }).ask('/x')
}

describe('what a handler returns', () => {
  it('is sent as JSON when it is an object or an array', async () => {
    const response = await answerOf({ a: [1, 'ü'] })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.text()).toBe('{"a":[1,"ü"]}')
    expect(await (await answerOf([1, 2])).text()).toBe('[1,2]')
  })

  it('is sent as text when it is a string', async () => {
    const response = await answerOf('Grüße')
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe('Grüße')
  })

  it('is sent as JSON when it is a number, a boolean or null', async () => {
    for (const value of [0, 42, true, false, null]) {
      const response = await answerOf(value)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe(JSON.stringify(value))
    }
  })

  it('is 204 without a body when it is nothing', async () => {
    const response = await answerOf(undefined)
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
  })

  it('is awaited', async () => {
    expect(await (await answerOf(Promise.resolve({ late: true }))).json()).toEqual({ late: true })
  })

  it('is passed on when it is a Response', async () => {
    const response = await answerOf(new Response('teapot', { status: 418, headers: { 'x-own': '1' } }))
    expect(response.status).toBe(418)
    expect(response.headers.get('x-own')).toBe('1')
    expect(await response.text()).toBe('teapot')
  })

  it('is an empty text when it is an empty string', async () => {
    const response = await answerOf('')
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
  })

  it.each([
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a Map', new Map([[1, 2]])],
    ['a Set', new Set([1])],
    ['an Error', new Error('secret')],
    ['bytes', new Uint8Array(2)],
    ['NaN', Number.NaN],
    ['an object with a bigint in it', { n: 1n }],
    ['an async iterable', { async *[Symbol.asyncIterator]() {} }],
  ])('is an error 500 and never an empty object when it is %s', async (_name, value) => {
    const response = await answerOf(value)
    expect(response.status).toBe(500)
    const body: unknown = await response.json()
    expect(body).toMatchObject({ code: 500 })
  })

  it('is an error 500 when it is circular', async () => {
    const loop: { self?: unknown } = {}
    loop.self = loop
    expect((await answerOf(loop)).status).toBe(500)
  })

  it('says what to do when an async iterable comes without `sse: true`', async () => {
    const route = untyped({ method: 'GET', path: '/x', handler: () => ({ async *[Symbol.asyncIterator]() {} }) })
    const { ask, errors } = make([route])
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toMatchObject([{ message: expect.stringContaining('sse: true') }])
  })
})

describe('json()', () => {
  it('answers with a status and headers of its own', async () => {
    const response = await answerOf(json({ made: 1 }, { status: 201, headers: { Location: '/made/1' } }))
    expect(response.status).toBe(201)
    expect(response.headers.get('location')).toBe('/made/1')
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ made: 1 })
  })

  it('lets the media type be chosen, whatever the case of its header', async () => {
    const response = await answerOf(json({}, { headers: { 'Content-Type': 'application/problem+json' } }))
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  it('is a Response with every member of one', async () => {
    const response = json({ a: 1 }, { status: 202 })
    expect(response).toBeInstanceOf(Response)
    expect(response.ok).toBe(true)
    expect(response.bodyUsed).toBe(false)
    expect(await response.clone().json()).toEqual({ a: 1 })
    expect(await response.text()).toBe('{"a":1}')
    expect(response.bodyUsed).toBe(true)
  })

  it('refuses what JSON cannot hold', () => {
    expect(() => json(1n)).toThrow(expect.objectContaining({ code: 'ERR_EVENT_DATA' }))
  })
})

describe('an answer that HTTP cannot carry', () => {
  it('is an error 500 when the Response has status 0', async () => {
    const { ask, errors } = make([defineRoute({ method: 'GET', path: '/x', handler: () => Response.error() })], {
      cors: true,
    })
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
  })

  it('is an error 500 when the body of the Response has been read already', async () => {
    const used = new Response('once')
    await used.text()
    const { ask, errors } = make([defineRoute({ method: 'GET', path: '/x', handler: () => used })], { cors: true })
    expect((await ask('/x')).status).toBe(500)
    expect(errors).toHaveLength(1)
  })

  it('is an error 500 when json() is given a status or a header that there is not', async () => {
    const { ask } = make([
      defineRoute({ method: 'GET', path: '/status', handler: () => json({}, { status: 99 }) }),
      defineRoute({
        method: 'GET',
        path: '/header',
        handler: () => json({}, { headers: { 'x-a': 'a\r\nset-cookie: b=1' } }),
      }),
    ])
    expect((await ask('/status')).status).toBe(500)
    const response = await ask('/header')
    expect(response.status).toBe(500)
    expect(response.headers.has('set-cookie')).toBe(false)
  })
})

describe('where a framework has replaced the global Response', () => {
  it('a response of the platform (of `fetch`, say) is sent as it is', async () => {
    const Native = globalThis.Response
    onTestFinished(() => void (globalThis.Response = Native))
    globalThis.Response = class extends Native {}
    const { ask } = make([untyped({ method: 'GET', path: '/x', handler: () => new Native('own', { status: 201 }) })])
    const response = await ask('/x')
    expect(response.status).toBe(201)
    expect(await response.text()).toBe('own')
  })
})
