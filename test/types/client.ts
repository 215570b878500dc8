// A client of a server's routes: what its calls take, and what they give.
import { defineRoute, defineRoutes, sse, Type, type SseEvent } from 'tidings'
import {
  createClient,
  isValidationError,
  type CallOptions,
  type Client,
  type EventStream,
  type Json,
  type NamedEvent,
} from 'tidings/client'
import { z } from 'zod'
import { routes as grouped, slashed } from './groups.ts'
import { routes as page } from './page.ts'
import { same } from './same.ts'

interface Order {
  id: number
  at: Date
  note?: string
}
declare const orders: AsyncIterable<SseEvent<'order', Order>>
declare const tokens: AsyncIterable<string>
declare function findOrder(id: string): Promise<Order | undefined>
declare const kind: string
declare const isLive: boolean
// oxlint-disable-next-line typescript/no-explicit-any -- what JavaScript hands over
declare const loose: any

const day = Type.Codec(Type.String())
  .Decode((text) => new Date(text))
  .Encode((date) => date.toISOString())

export const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/events',
    sse: true,
    handler: async function* () {
      yield { type: 'start', attempt: 1 }
      yield { type: 'end', ok: true }
      yield sse({ event: 'tick', id: '1' }, { at: new Date() })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/declared/:room',
    sse: true,
    schema: {
      event: {
        status: Type.Object({ online: Type.Boolean() }),
        token: Type.String(),
        message: z.object({ at: z.date(), day: z.string().optional() }),
      },
    },
    handler: async function* () {
      yield sse({ event: 'status' }, { online: true })
    },
  }),
  defineRoute({ method: 'GET', path: '/orders', sse: true, handler: () => orders }),
  defineRoute({ method: 'GET', path: '/orders/:id', handler: ({ params }) => findOrder(params.id) }),
  defineRoute({ method: 'DELETE', path: '/orders/:id', handler: () => {} }),
  defineRoute({ method: 'HEAD', path: '/orders/:id', handler: () => ({ id: 1 }) }),
  defineRoute({ method: 'GET', path: '/tokens', sse: true, handler: () => tokens }),
  defineRoute({
    method: 'GET',
    path: '/chat',
    sse: true,
    handler: async function* () {
      for await (const text of tokens) yield sse({ event: 'token' }, text)
      yield sse({ event: 'done' }, { usage: 5 })
      yield sse({ event: 'phase' }, isLive ? 'one' : 'two')
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/kinds',
    sse: true,
    handler: async function* () {
      yield sse({ event: kind }, { n: 1 })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/loose',
    sse: true,
    handler: async function* () {
      yield loose
      yield sse({ event: kind }, kind)
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/search/:id/:page?',
    schema: {
      params: z.object({ id: z.coerce.number<number>(), page: z.string().optional() }),
      query: Type.Object({ day, tags: Type.Array(Type.String()), size: Type.Optional(Type.Integer()) }),
      body: Type.Object({ text: Type.String() }),
      headers: Type.Object({ authorization: Type.String(), 'x-limit': Type.Number() }),
      cookies: Type.Object({ session: Type.String() }),
    },
    handler: ({ query }) => ({
      day: query.day,
      hits: [query.day, undefined],
      next: isLive ? 1 : undefined,
    }),
  }),
  defineRoute({ method: 'GET', path: '/file', handler: () => new Response('x') }),
  defineRoute({ method: 'PUT', path: '/perhaps', handler: () => (isLive ? new Response('x') : { a: 1 }) }),
  defineRoute({ method: 'PATCH', path: '/body', handler: ({ body }) => body }),
  defineRoute({ method: 'GET', path: '/text', handler: () => 'text' }),
  defineRoute({
    method: 'GET',
    path: '/literals',
    sse: true,
    handler: async function* () {
      yield isLive ? '1' : '2'
      yield sse({ event: 'word' }, 'true')
      yield sse({ event: 'object' }, isLive ? '{"a":1}' : { a: 1 })
      yield sse({ event: 'rank' }, isLive ? '1st' : 'truly')
      yield sse({ event: kind }, 'null')
    },
  }),
  defineRoute({ method: 'GET', path: '/digits', handler: () => '1' }),
])

const client = createClient<typeof routes>('http://localhost', {
  headers: ({ isUnauthorized }) => ({ authorization: isUnauthorized ? 'new' : 'old' }),
  retry: { attempts: 3 },
})

export async function streams(): Promise<void> {
  for await (const event of client.get('/events')) {
    same<typeof event.event, 'message' | 'tick'>()
    if (event.event === 'tick') same<typeof event.data, { at: string }>()
    else if (event.data.type === 'start') same<typeof event.data.attempt, 1>()
    else same<typeof event.data.ok, true>()
    same<typeof event.id, string>()
  }
  const declared = client.get('/declared/:room', { params: { room: 'a' }, as: { token: 'text' }, lastEventId: '7' })
  same<
    typeof declared,
    EventStream<
      | NamedEvent<'status', { online: boolean }>
      | NamedEvent<'token', string>
      | NamedEvent<'message', { at: string; day?: string }>
    >
  >()
  declared.close()
  same<typeof declared.lastEventId, string>()
  for await (const { data } of client.get('/orders', { signal: AbortSignal.timeout(1) })) {
    same<typeof data, { id: number; at: string; note?: string }>()
  }
  for await (const event of client.get('/tokens', { as: { message: 'text' } })) {
    same<typeof event, NamedEvent<'message', string>>()
  }
  for await (const event of client.get('/chat', { as: { token: 'text' }, retry: false })) {
    if (event.event === 'token') same<typeof event.data, string>()
    else if (event.event === 'phase') same<typeof event.data, 'one' | 'two'>()
    else same<typeof event.data.usage, 5>()
  }
  for await (const event of client.get('/kinds')) same<typeof event, NamedEvent<string, { n: 1 }>>()
  for await (const event of client.get('/loose')) same<typeof event.data, unknown>()
}

// Literals that look like JSON are text by their names, and keep their types.
export async function literals(): Promise<void> {
  for await (const event of client.get('/literals', { as: { message: 'text', word: 'text', object: 'text' } })) {
    if (event.event === 'message') same<typeof event.data, unknown>()
  }
  const digits = await client.get('/digits')
  same<typeof digits, '1'>()
  for await (const event of exact.get('/exact', { as: { message: 'text', object: 'text' } })) {
    if (event.event === 'message') same<typeof event.data, '1' | '2'>()
    else if (event.event === 'object') same<typeof event.data, string>()
    else same<typeof event.data, '1st' | 'truly'>()
  }
}
const exactRoutes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/exact',
    sse: true,
    handler: async function* () {
      yield isLive ? '1' : '2'
      yield sse({ event: 'object' }, isLive ? '{"a":1}' : { a: 1 })
      yield sse({ event: 'rank' }, isLive ? '1st' : 'truly')
    },
  }),
])
const exact = createClient<typeof exactRoutes>('')

// Any route hands over its Response where it is asked to, as one that streams may answer once: `stream: false`.
export async function responses(): Promise<Response[]> {
  const streaming = client.get('/events', { as: 'response' })
  same<typeof streaming, Promise<Response>>()
  const texts: Promise<Response> = client.get('/tokens', { as: 'response' })
  const order: Promise<Response> = client.get('/orders/:id', { params: { id: '7' }, as: 'response' })
  return Promise.all([streaming, texts, order])
}

export async function answers(): Promise<void> {
  const order = client.get('/orders/:id', { params: { id: '7' } })
  same<typeof order, Promise<{ id: number; at: string; note?: string } | undefined>>()
  same<Awaited<ReturnType<typeof remove>>, undefined>()
  same<Awaited<ReturnType<typeof look>>, undefined>()
  const found = await client.post('/search/:id/:page?', {
    params: { id: 7 },
    query: { day: '2026-11-21', tags: ['a', 'b'] },
    json: { text: 'x' },
    headers: { 'x-limit': 5, 'x-more': 'y', 'x-none': undefined },
  })
  same<typeof found, { day: string; hits: (string | null)[]; next?: 1 }>()
  const file: Response = await client.get('/file', { as: 'response' })
  const perhaps: Response = await client.put('/perhaps', { as: 'response', json: { any: 'thing' } })
  same<typeof file, typeof perhaps>()
  const body = await client.patch('/body', { json: [1], query: { a: [1, 'b', true], c: undefined } })
  same<typeof body, unknown>()
  same<typeof text, Promise<'text'>>()
}
const remove = () => client.delete('/orders/:id', { params: { id: '7' } })
const look = () => client.head('/orders/:id', { params: { id: '7' } })
const text = client.get('/text')

// Groups, the routes that others declared, and helpers that take a client.
const groups = createClient<typeof grouped>(new URL('http://localhost/api/'))
export const archive = groups.post('/teams/:team/archive/:year', {
  params: { team: 'a', year: '1' },
  json: { from: 1 },
})
same<typeof archive, EventStream<NamedEvent<'message', { year: string; from: number }>>>()
same<ReturnType<typeof member>, Promise<{ member: string }>>()
const member = () => groups.get('/teams/:team/members/:member', { params: { team: 'a', member: 'b' } })

const slashedMember = () => createClient<typeof slashed>('').get('/more/members/:member', { params: { member: 'b' } })
same<ReturnType<typeof slashedMember>, Promise<{ member: string }>>()

const pages = createClient<typeof page>('')
export const notes = pages.get('/notes', { query: { user: 'a' } })
same<typeof notes, EventStream<NamedEvent<string, { from: string; at: string }>>>()
export const countdown: Client<typeof page>['get'] = pages.get
export const shared: CallOptions = { signal: new AbortController().signal }
export const both = client.get('/orders', { ...shared, headers: { 'x-a': '1' } })

export async function failures(): Promise<void> {
  try {
    await text
  } catch (error) {
    if (isValidationError(error)) {
      same<typeof error.status, 400>()
      same<(typeof error.body.errors)[0]['in'], 'params' | 'query' | 'headers' | 'cookies' | 'body'>()
    }
  }
}

// What JSON makes of a type.
same<
  Json<{ a: Date; b?: Date; c: undefined; d: string | undefined; e: (() => 1) | 1 }>,
  { a: string; b?: string; c?: never; d?: string; e: 1 }
>()
same<Json<[Date, undefined, (string | undefined)[]]>, [string, null, (string | null)[]]>()
same<Json<{ toJSON(): { at: Date } }>, { at: string }>()
same<Json<{ readonly [name: string]: readonly URL[] }>, { readonly [name: string]: readonly string[] }>()
same<Json<'a' | 1 | null | true>, 'a' | 1 | null | true>()
same<Json<unknown>, unknown>()

// --- what must not compile
// @ts-expect-error There is no such path.
void client.get('/event')
// @ts-expect-error It has no such method.
void client.put('/events')
// @ts-expect-error No route has this method.
void client.options('/events')
// @ts-expect-error The parameter is missing.
void client.get('/orders/:id')
// @ts-expect-error It has another name.
void client.get('/orders/:id', { params: { order: '7' } })
// @ts-expect-error Those who ask for a page have its number.
void client.get('/orders/:id', { params: { id: undefined } })
// @ts-expect-error What is not in the pattern is not sent.
void client.get('/orders/:id', { params: { id: '7', other: '8' } })
// @ts-expect-error `querry` is misspelt.
void client.get('/text', { querry: {} })
// @ts-expect-error A GET has no body.
void client.get('/text', { json: 1 })
// @ts-expect-error A query holds no objects.
void client.get('/text', { query: { a: {} } })
// @ts-expect-error The tokens are text, which has to be said.
void client.get('/tokens')
// @ts-expect-error And of all that are.
void client.get('/declared/:room', { params: { room: 'a' }, as: {} })
// @ts-expect-error A Response is handed over as one.
void client.get('/file')
// @ts-expect-error A digit is text as well.
void exact.get('/exact')
// @ts-expect-error There is no such way to read an answer.
void client.get('/text', { as: 'text' })
// @ts-expect-error A plain answer has no position to go on from.
void client.get('/text', { lastEventId: '7' })
void client.post('/search/:id/:page?', {
  // @ts-expect-error A number.
  params: { id: 'x' },
  // @ts-expect-error The tags are missing.
  query: { day: '2026-11-21' },
  // @ts-expect-error `text` is.
  json: { txt: 'x' },
  // @ts-expect-error A number.
  headers: { 'x-limit': 'five' },
})
export async function wrong(): Promise<void> {
  // @ts-expect-error A stream is iterated.
  void client.get('/events').then
  // @ts-expect-error An answer is awaited.
  // oxlint-disable-next-line typescript/await-thenable -- which is what is tried
  for await (const event of client.get('/text')) void event
  for await (const event of client.get('/events')) {
    // @ts-expect-error Not before it is known which.
    void event.data.at
    // @ts-expect-error There is no such event.
    if (event.event === 'tock') return
  }
  // @ts-expect-error A date arrives as text.
  ;(await client.get('/orders/:id', { params: { id: '7' } }))?.at.getTime()
}
// @ts-expect-error Routes are named by their type.
createClient('http://localhost').get('/events')
