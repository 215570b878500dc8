// Headers that middleware and handlers change on a response: they are sent, or whoever changes them is told.
import { describe, expect, it } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, json, Server, type Middleware } from '../../src/server/index.ts'
import { listen } from '../support/server/listening.ts'
import { eventSource, make, untyped } from '../support/server/asking.ts'

const shared = new Response(null, { status: 204 })

const upstream = async (): Promise<string> => {
  const route = defineRoute({ method: 'GET', path: '/up', handler: () => json({ from: 'upstream' }) })
  return (await listen(toListener(route))).url
}

function toListener(route: ReturnType<typeof untyped>): ReturnType<typeof toNodeHandler> {
  return toNodeHandler(new Server([route]))
}

const answers: Readonly<Record<string, () => unknown>> = {
  'an object': () => ({ a: 1 }),
  'a Response': () => new Response('own'),
  'a Response without a body': () => new Response(null, { status: 204 }),
  'a Response that is used for every request': () => shared,
  'Response.redirect()': () => Response.redirect('http://test/elsewhere', 303),
  'the response of a fetch': async () => fetch(`${await upstream()}/up`),
  'a stream': async function* () {
    yield 1
  },
}

const routeOf = (handler: () => unknown): ReturnType<typeof untyped> =>
  untyped({ method: 'GET', path: '/x', sse: handler === answers['a stream'], handler })

const adding: Middleware = async (_ctx, next) => {
  const response = await next()
  response.headers.set('x-added', 'yes')
  response.headers.append('set-cookie', 'a=1')
  response.headers.append('set-cookie', 'b=2')
  return response
}

const readingBefore: Middleware = async (_ctx, next) => {
  const response = await next()
  await response.clone().text()
  response.headers.set('x-added', 'yes')
  return response
}

describe.each(Object.entries(answers))('the headers of %s', (_name, handler) => {
  it('can be changed by middleware', async () => {
    const { server, ask, errors } = make([routeOf(handler)])
    server.use(adding)
    for (let time = 0; time < 2; time += 1) {
      const { headers } = await ask('/x', { redirect: 'manual' })
      expect(headers.get('x-added')).toBe('yes')
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    }
    expect(errors).toEqual([])
  })

  it('can be changed on Node, also behind somebody who has read a clone', async () => {
    const errors: unknown[] = []
    const server = new Server([routeOf(handler)], { onError: (error) => void errors.push(error) })
    server.use(readingBefore)
    const { url } = await listen(toNodeHandler(server))
    const response = await fetch(`${url}/x`, { redirect: 'manual' })
    await response.text()
    expect(response.headers.get('x-added')).toBe('yes')
    expect(errors).toEqual([])
  })

  it('cannot be changed once the head has been sent, and whoever tries is told', async () => {
    const { server, ask } = make([routeOf(handler)])
    const kept: Response[] = []
    server.use(async (_ctx, next) => {
      kept.push(await next())
      return kept[0]!
    })
    await ask('/x', { headers: eventSource, redirect: 'manual' })
    const headers = kept[0]!.headers
    const late = expect.objectContaining({ code: 'ERR_ROUTE', message: expect.stringMatching(/^GET \/x: .*x-late/) })
    expect(() => headers.set('x-late', '1')).toThrow(late)
    expect(() => headers.append('x-late', '1')).toThrow(late)
    expect(() => headers.delete('x-late')).toThrow(late)
    expect(headers.get('x-late')).toBeNull()
  })

  it('belong to the host once the answer is its own', async () => {
    const { server, ask } = make([routeOf(handler)])
    server.use((_ctx, next) => next())
    const response = await ask('/x', { redirect: 'manual' })
    response.headers.set('x-host', '1')
    expect(response.headers.get('x-host')).toBe('1')
  })
})
