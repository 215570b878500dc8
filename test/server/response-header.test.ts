import { describe, expect, it } from 'vitest'
import { defineRoute, err, json } from '../../src/server/index.ts'
import { make, Reading, turns } from '../support/server/asking.ts'

describe('ctx.responseHeaders', () => {
  it('go out with an object, a text, nothing and a Response', async () => {
    const answers = [{ a: 1 }, 'text', undefined, new Response('own')]
    const routes = answers.map((answer, index) =>
      defineRoute({
        method: 'GET',
        path: `/${index}`,
        handler: ({ responseHeaders }) => {
          responseHeaders.set('x-own', 'yes')
          return answer
        },
      }),
    )
    const { ask } = make(routes)
    for (const index of answers.keys()) expect((await ask(`/${index}`)).headers.get('x-own'), String(index)).toBe('yes')
  })

  it('go out with an error', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: ({ responseHeaders }) => {
        responseHeaders.set('x-own', 'yes')
        throw err.forbidden()
      },
    })
    const response = await make([route]).ask('/x')
    expect(response.status).toBe(403)
    expect(response.headers.get('x-own')).toBe('yes')
  })

  it('go out with a stream, beside its own', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* ({ responseHeaders }) {
        responseHeaders.set('x-own', 'yes')
        yield 1
      },
    })
    const response = await make([route]).ask('/x')
    expect(response.headers.get('x-own')).toBe('yes')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    await new Reading(response).ended()
  })

  it('replace those of the same name', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: ({ responseHeaders }) => {
        responseHeaders.set('Content-Type', 'text/csv')
        return json({})
      },
    })
    const response = await make([route]).ask('/x')
    expect(response.headers.get('content-type')).toBe('text/csv')
  })

  it('go out with a Response whose headers cannot be changed', async () => {
    const routes = [
      defineRoute({ method: 'GET', path: '/redirect', handler: () => Response.redirect('http://test/there', 303) }),
      defineRoute({ method: 'GET', path: '/data', handler: async () => fetch('data:text/plain,hi') }),
    ]
    const { server, ask } = make(routes)
    server.use(async ({ responseHeaders }, next) => {
      responseHeaders.set('x-own', 'yes')
      return next()
    })
    const redirect = await ask('/redirect')
    expect(redirect.status).toBe(303)
    expect(redirect.headers.get('location')).toBe('http://test/there')
    expect(redirect.headers.get('x-own')).toBe('yes')
    const data = await ask('/data')
    expect(data.headers.get('x-own')).toBe('yes')
    expect(await data.text()).toBe('hi')
  })

  it('never reach the answer to another request, also when the same Response is returned to both', async () => {
    const shared = json({ same: true })
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: ({ query, setCookie }) => {
        setCookie('session', query['who'] ?? '')
        return shared
      },
    })
    const { ask } = make([route])
    expect((await ask('/x?who=ann')).headers.getSetCookie()).toEqual(['session=ann'])
    expect((await ask('/x?who=bob')).headers.getSetCookie()).toEqual(['session=bob'])
  })
})

describe('ctx.setCookie', () => {
  it('sends each cookie in a header of its own', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: (ctx) => {
        ctx.setCookie('a', '1', { httpOnly: true, path: '/' })
        ctx.setCookie('b', 'two words')
      },
    })
    const response = await make([route]).ask('/x')
    const cookies = response.headers.getSetCookie()
    expect(cookies).toHaveLength(2)
    expect(cookies[0]).toMatch(/^a=1;.*HttpOnly/)
    expect(cookies[1]).toBe('b=two%20words')
  })

  it('leaves the cookies alone that the Response itself sets', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      handler: (ctx) => {
        ctx.setCookie('b', '2')
        return new Response('x', { headers: { 'set-cookie': 'a=1' } })
      },
    })
    expect((await make([route]).ask('/x')).headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  })

  it('works on a stream before its first event', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* (ctx) {
        ctx.setCookie('a', '1')
        ctx.setCookie('b', '2')
        yield 1
      },
    })
    const response = await make([route]).ask('/x')
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    await new Reading(response).ended()
  })

  it('refuses a name that could forge a header', async () => {
    const route = defineRoute({ method: 'GET', path: '/x', handler: (ctx) => ctx.setCookie('a\r\nx-forged: 1', 'v') })
    const response = await make([route]).ask('/x')
    expect(response.status).toBe(500)
    expect(response.headers.has('x-forged')).toBe(false)
  })
})

describe('ctx.setCookie', () => {
  it('says so when the head has gone out already', async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* ({ setCookie }) {
        setCookie('early', '1')
        yield 1
        await turns()
        setCookie('late', '1')
      },
    })
    const { ask, errors } = make([route])
    const response = await ask('/x')
    expect(await new Reading(response).ended()).toContain('event: error')
    expect(response.headers.getSetCookie()).toEqual(['early=1'])
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE', message: expect.stringContaining('late') }])
  })
})

/** A stream whose handler does something with its headers when the head has gone out. */
const late = (work: (headers: Headers) => void): ReturnType<typeof make> =>
  make([
    defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* ({ responseHeaders }) {
        responseHeaders.set('x-early', '1')
        yield 1
        await turns()
        work(responseHeaders)
        yield 2
      },
    }),
  ])

describe('ctx.responseHeaders, once the head has gone out', () => {
  it.each([
    ['set', (headers: Headers) => headers.set('x-late', '1')],
    ['append', (headers: Headers) => headers.append('x-late', '1')],
    ['delete', (headers: Headers) => headers.delete('x-late')],
  ])('refuses to %s one', async (_name, work) => {
    const { ask, errors } = late(work)
    const response = await ask('/x')
    expect(await response.text()).toMatch(/^data: 1\n\nevent: error\n/)
    expect(response.headers.get('x-early')).toBe('1')
    expect(errors).toMatchObject([{ code: 'ERR_ROUTE', message: expect.stringContaining('x-late') }])
  })

  it('can be read', async () => {
    const seen: unknown[] = []
    const { ask, errors } = late((headers) => {
      const own = [...headers.keys(), ...headers.values(), ...headers].flat()
      seen.push(headers instanceof Headers, headers.get('X-Early'), headers.has('x-late'), ...own)
      headers.forEach((value, name) => seen.push(name, value))
      seen.push(new Headers(headers).get('x-early'), headers.getSetCookie())
    })
    expect(await (await ask('/x')).text()).toBe('data: 1\n\ndata: 2\n\n')
    expect(seen).toEqual([true, '1', false, 'x-early', '1', 'x-early', '1', 'x-early', '1', '1', []])
    expect(errors).toEqual([])
  })

  it('is not yet: middleware behind `await next()` of a stream can set one', async () => {
    const { server, ask, errors } = late(() => {})
    server.use(async (ctx, next) => {
      const response = await next()
      ctx.responseHeaders.set('x-behind', '1')
      response.headers.set('x-own', '1')
      return response
    })
    const { headers } = await ask('/x')
    expect([headers.get('x-behind'), headers.get('x-own')]).toEqual(['1', '1'])
    expect(errors).toEqual([])
  })

  it('refuses middleware that is behind its own answer', async () => {
    const { server, ask } = late(() => {})
    let afterwards: Promise<unknown> | undefined
    server.use((ctx, next) => {
      afterwards = new Promise((resolve) => setImmediate(resolve)).then(() => ctx.responseHeaders.set('x-late', '1'))
      afterwards.catch(() => {})
      return next()
    })
    await ask('/x')
    await expect(afterwards).rejects.toMatchObject({ code: 'ERR_ROUTE' })
  })
})
