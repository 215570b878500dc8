// docs/protocol/answering.json, by our server on a socket.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serve } from '../../src/adapters/node/index.ts'
import type { ServeHandle } from '../../src/adapters/contract/index.ts'
import { createChannels } from '../../src/channel/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { defineRoute, defineRoutes, err, type AnyRoute } from '../../src/server/index.ts'
import { sse } from '../../src/sse/index.ts'
import { Type } from 'typebox'
import { readCases } from '../support/protocol/cases.ts'

interface AnsweringCase {
  readonly name: string
  readonly request: { readonly method: string; readonly path: string; readonly headers: Record<string, string> }
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string | null>>
    readonly body?: string
    readonly pattern?: string
    readonly json?: object
  }
}

const handlers: Readonly<Record<string, () => AsyncIterable<unknown>>> = {
  '/two': async function* () {
    yield { n: 1 }
    yield sse({ event: 'note', id: '7' }, 'two\nlines')
  },
  '/fails': async function* () {
    yield 1
    throw new Error('Broken')
  },
  '/refuses': async function* () {
    yield 1
    throw err.notFound('Gone for good')
  },
  '/down': async function* () {
    yield await Promise.reject(err.unavailable('Later'))
  },
  '/missing': async function* () {
    yield await Promise.reject(err.notFound('There is no such thing'))
  },
}

const channels = createChannels()

function routesBy(method: 'GET' | 'POST'): AnyRoute[] {
  const query = Type.Object({ n: Type.Number() })
  return [
    ...Object.entries(handlers).map(([path, handler]) => defineRoute({ method, path, sse: true, handler })),
    defineRoute({
      method,
      path: '/number',
      sse: true,
      schema: { query },
      handler: async function* ({ query }) {
        yield query.n
      },
    }),
    defineRoute({
      method,
      path: '/run',
      sse: { resume: channels.runs({ owner: () => 'everybody' }) },
      handler: async function* () {
        yield 1
        yield 2
      },
    }),
  ]
}

let handle: ServeHandle
beforeAll(async () => {
  const server = new Server(defineRoutes([...routesBy('GET'), ...routesBy('POST')]), { onError: () => {} })
  handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
  await handle.ready
})
afterAll(async () => {
  await handle.close({ drainMs: 100 })
  await channels.close()
})

describe.each(Object.entries(readCases<AnsweringCase>('answering')))('%s', (_, cases) => {
  test.each(cases)('$name', async ({ request, response: expected }) => {
    const { path, ...init } = request
    const response = await fetch(new URL(path, handle.url), init)
    // Heartbeats stand wherever a stream was silent, and in a head without an event.
    const body = (await response.text()).replaceAll(/^:\n/gm, '')
    expect(response.status, body).toBe(expected.status)
    for (const [name, value] of Object.entries(expected.headers)) expect(response.headers.get(name), name).toBe(value)
    if (expected.body !== undefined) expect(body).toBe(expected.body)
    if (expected.pattern !== undefined) expect(body).toMatch(new RegExp(`^(?:${expected.pattern})$`))
    if (expected.json !== undefined) expect(JSON.parse(body)).toMatchObject(expected.json)
  })
})
