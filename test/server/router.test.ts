import { describe, expect, it } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { make } from '../support/server/asking.ts'

const hello = defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' })
const echo = defineRoute({ method: 'GET', path: '/tasks/:id', handler: ({ params }) => ({ id: params.id }) })

describe('routing', () => {
  it('answers the route of the method and path', async () => {
    const { ask } = make([hello, echo])
    expect(await (await ask('/hello')).text()).toBe('Hello')
    expect(await (await ask('/tasks/17')).json()).toEqual({ id: '17' })
  })

  it('leaves the query out of the match', async () => {
    const { ask } = make([echo])
    expect(await (await ask('/tasks/17?id=18')).json()).toEqual({ id: '17' })
  })

  it('answers 404 with code and message for a path that no route has', async () => {
    const { ask } = make([hello])
    const response = await ask('/nowhere')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(await response.json()).toEqual({ code: 404, message: 'There is no route for /nowhere.' })
  })

  it('answers HEAD with the status and headers of GET', async () => {
    const { ask } = make([hello])
    const response = await ask('/hello', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  })

  it('prefers a route that is declared for HEAD itself', async () => {
    const head = defineRoute({
      method: 'HEAD',
      path: '/hello',
      handler: ({ responseHeaders }) => responseHeaders.set('x-own', '1'),
    })
    const { ask } = make([hello, head])
    const response = await ask('/hello', { method: 'HEAD' })
    expect(response.status).toBe(204)
    expect(response.headers.get('x-own')).toBe('1')
  })

  it('answers 405 and lists the methods that the path has', async () => {
    const { ask } = make([hello, defineRoute({ method: 'PUT', path: '/hello', handler: () => 'put' })])
    const response = await ask('/hello', { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'PUT'])
    expect(await response.json()).toMatchObject({ code: 405 })
  })

  it('does not offer HEAD where there is no GET', async () => {
    const { ask } = make([defineRoute({ method: 'POST', path: '/only', handler: () => 'x' })])
    const response = await ask('/only', { method: 'HEAD' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
  })

  it('finds a route by each method', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
    const { ask } = make(methods.map((method) => defineRoute({ method, path: '/any', handler: () => method })))
    for (const method of methods) expect(await (await ask('/any', { method })).text()).toBe(method)
  })

  it('finds a parameter route behind a static route of another method', async () => {
    const { ask } = make([
      defineRoute({ method: 'GET', path: '/tasks/new', handler: () => 'form' }),
      defineRoute({ method: 'POST', path: '/tasks/:id', handler: ({ params }) => `posted ${params.id}` }),
    ])
    expect(await (await ask('/tasks/new')).text()).toBe('form')
    expect(await (await ask('/tasks/new', { method: 'POST' })).text()).toBe('posted new')
  })

  it('finds a deeper parameter route behind a static branch of another method', async () => {
    const { ask } = make([
      defineRoute({ method: 'GET', path: '/a/b/c', handler: () => 'static' }),
      defineRoute({ method: 'POST', path: '/a/:x/c', handler: ({ params }) => `post ${params.x}` }),
      defineRoute({ method: 'PUT', path: '/a/**', handler: () => 'put' }),
    ])
    expect(await (await ask('/a/b/c', { method: 'POST' })).text()).toBe('post b')
    expect(await (await ask('/a/b/c', { method: 'PUT' })).text()).toBe('put')
    const response = await ask('/a/b/c', { method: 'DELETE' })
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST', 'PUT'])
  })

  it('finds the parameter route of GET for HEAD behind a static route of another method', async () => {
    const { ask } = make([defineRoute({ method: 'POST', path: '/tasks/new', handler: () => 'x' }), echo])
    expect((await ask('/tasks/new', { method: 'HEAD' })).status).toBe(200)
  })

  it('prefers a static segment to a parameter', async () => {
    const { ask } = make([echo, defineRoute({ method: 'GET', path: '/tasks/new', handler: () => 'form' })])
    expect(await (await ask('/tasks/new')).text()).toBe('form')
  })

  it('decodes parameters', async () => {
    const { ask } = make([echo])
    expect(await (await ask('/tasks/%E4%BD%A0%20%F0%9F%8C%8A')).json()).toEqual({ id: '你 🌊' })
  })

  it('keeps an encoded slash inside its parameter', async () => {
    const { ask } = make([echo])
    expect(await (await ask('/tasks/a%2Fb')).json()).toEqual({ id: 'a/b' })
  })

  it('decodes a parameter once', async () => {
    const { ask } = make([echo])
    expect(await (await ask('/tasks/%2541')).json()).toEqual({ id: '%41' })
  })

  it('answers 400 for a path that is not percent-encoded UTF-8', async () => {
    const { ask, errors } = make([echo])
    for (const bad of ['%', '%zz', '%E4%BD', '%FF']) {
      const response = await ask(`/tasks/${bad}`)
      expect(response.status, bad).toBe(400)
      expect(await response.json()).toMatchObject({ code: 400 })
    }
    expect(errors).toEqual([])
  })

  it('finds a route that is declared with characters outside ASCII', async () => {
    const { ask } = make([defineRoute({ method: 'GET', path: '/straße/:id', handler: ({ params }) => params.id })])
    expect(await (await ask('/stra%C3%9Fe/7')).text()).toBe('7')
  })

  it('gives the rest of a path to a wildcard', async () => {
    const { ask } = make([defineRoute({ method: 'GET', path: '/files/**:path', handler: ({ params }) => params.path })])
    expect(await (await ask('/files/a/b%20c')).text()).toBe('a/b c')
  })

  it('answers HEAD of a streaming route without starting its handler', async () => {
    let starts = 0
    const route = defineRoute({
      method: 'GET',
      path: '/stream',
      sse: true,
      handler: async function* () {
        starts += 1
        yield 1
      },
    })
    const response = await make([route]).ask('/stream', { method: 'HEAD' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    expect(response.body).toBeNull()
    expect(starts).toBe(0)
  })
})
