// A server for the apps of others: its routes stream, wait, echo and fail, and it tells how each request has ended.
import { expect } from 'vitest'
import { defineRoute, err, json, Server, type Finish, type ServerOptions } from '../../../src/server/index.ts'
import { createGate } from '../time/gate.ts'
import { until } from './asking.ts'
import { FetchReader } from './fetch-reader.ts'

export interface Hosted {
  readonly server: Server
  readonly finishes: Finish[]
  readonly errors: unknown[]
  /** Lets `/live` go on to its second event. */
  readonly confirm: () => void
  /** Resolves once the `finally` of `/waiting` has run. */
  readonly left: Promise<void>
}

export function createHosted(options: ServerOptions = {}): Hosted {
  const confirmed = createGate()
  const left = createGate()
  const finishes: Finish[] = []
  const errors: unknown[] = []
  const live = async function* () {
    yield 'first'
    await confirmed.opened
    yield 'second'
  }
  const waiting = async function* (ctx: { sleep: (ms: number) => Promise<void> }) {
    try {
      yield 'first'
      await ctx.sleep(600_000)
    } finally {
      left.open()
    }
  }
  const routes = [
    defineRoute({ method: 'GET', path: '/live', sse: true, handler: live }),
    defineRoute({ method: 'GET', path: '/waiting', sse: true, handler: waiting }),
    defineRoute({
      method: 'POST',
      path: '/words',
      sse: true,
      body: { accept: ['json', 'form', 'text'] },
      handler: async function* ({ body }) {
        yield* ['begin', JSON.stringify(body), 'zwölf €']
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/echo',
      body: { accept: ['json', 'form', 'text', 'multipart'] },
      handler: ({ body }) => ({ body }),
    }),
    defineRoute({ method: 'GET', path: '/missing', sse: true, handler: () => Promise.reject(err.notFound('None.')) }),
    defineRoute({ method: 'GET', path: '/native', handler: () => new Response(new Blob(['nat', 'ive €']).stream()) }),
    defineRoute({
      method: 'GET',
      path: '/own',
      handler: ({ setCookie }) => {
        setCookie('ours', '1')
        return json({ own: true }, { headers: { vary: 'Accept' } })
      },
    }),
  ]
  const server = new Server(routes, {
    onFinish: (finish) => void finishes.push(finish),
    onError: (error) => void errors.push(error),
    ...options,
  })
  return { server, finishes, errors, confirm: () => confirmed.open(), left: left.opened }
}

/** Reads `/live`: its second event is sent only once the first has been read here. Resolves with the response. */
export async function readLive({ server, finishes, confirm }: Hosted, base: string): Promise<Response> {
  const reader = await FetchReader.open(`${base}/live`, { headers: { 'accept-encoding': 'gzip' } })
  expect(reader.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  await reader.until('data: first\n\n')
  confirm()
  expect(await reader.ended()).toBe('data: first\n\ndata: second\n\n')
  await until(() => finishes.length > 0)
  expect(finishes).toMatchObject([{ outcome: 'complete' }])
  expect(server.openStreams).toBe(0)
  return reader.response
}

/** Leaves `/waiting` after its first event: the handler's `finally` runs, and nothing stays open. */
export async function leaveWaiting({ server, finishes, left }: Hosted, base: string): Promise<void> {
  const reader = await FetchReader.open(`${base}/waiting`)
  await reader.until('data: first\n\n')
  reader.leave()
  await left
  await until(() => finishes.length > 0)
  expect(finishes).toMatchObject([{ outcome: 'left' }])
  expect(server.openStreams).toBe(0)
}
