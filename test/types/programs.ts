// Programs that the compilers are given as text, in projects of their own.
import { readFileSync } from 'node:fs'

const manifest: { readonly exports: object } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
)

const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
/** The element and its React component: whoever imports them has a page. */
const ofPages = ['./chat-element', './react/chat']

/** A module that imports every subpath of the package. */
export const everySubpath = importing(subpaths)

/** A module that imports every subpath but those of pages. */
export const everyPortableSubpath = importing(subpaths.filter((subpath) => !ofPages.includes(subpath)))

function importing(names: readonly string[]): string {
  return names
    .map((subpath, index) => `import * as room${index} from 'tidings${subpath.slice(1)}'\nexport { room${index} }\n`)
    .join('')
}

/** A module that gives the client values of the library DOM's own types. */
export const standardTypes = `
import { EventSource, fetchEventSource, stream } from 'tidings/client'

declare const listener: EventListenerOrEventListenerObject | null
declare const added: AddEventListenerOptions
declare const removed: EventListenerOptions
declare const input: RequestInfo | URL
declare const headers: HeadersInit
declare const body: BodyInit
declare const credentials: RequestCredentials

const source = new EventSource('https://example.com')
source.addEventListener('message', listener, added)
source.removeEventListener('message', listener, removed)
void fetchEventSource(input, { headers, body, credentials })
stream('https://example.com', { body, credentials })
`

/** A module that exports routes of every kind, to be written into a declaration file. */
export const exported = `
import { defineRoute, defineRoutes, sse, Type } from 'tidings'
import { z } from 'zod'

declare const orders: AsyncIterable<{ id: number; at: Date }>
const day = Type.Codec(Type.String()).Decode((text) => new Date(text)).Encode((date) => date.toISOString())

export const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/tasks/:id/:rest*',
    sse: true,
    handler: async function* ({ params }) {
      yield { type: 'start', id: params.id }
      yield { type: 'rest', rest: params.rest ?? null }
      yield sse({ event: 'end' }, 1)
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/mixed',
    schema: {
      query: z.object({ n: z.coerce.number(), brand: z.string().brand<'Brand'>() }),
      body: Type.Object({ note: Type.Optional(Type.String()), kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) }),
      cookies: Type.Object({ day }),
    },
    handler: ({ query, body, cookies }) => ({ ...body, n: query.n, day: cookies.day }),
  }),
  defineRoute({
    method: 'GET',
    path: '/events',
    sse: { validateEvents: true },
    schema: { event: { tick: Type.Object({ n: Type.Number() }), token: z.string(), message: Type.Object({ day }) } },
    handler: async function* () {
      yield sse({ event: 'tick' }, { n: 1 })
    },
  }),
  {
    path: '/teams/:team',
    middleware: [(ctx, next) => (ctx.path === '/' ? new Response() : next())],
    children: [
      defineRoute({ method: 'GET', path: '/orders', sse: { heartbeatMs: false }, handler: () => orders }),
      defineRoute({ method: 'GET', path: '/page', handler: async (ctx) => (ctx.path === '' ? new Response() : ctx.headers) }),
    ],
  },
])
export const { routes: list } = routes
export const [first] = list
`

/** A client of those declarations, without the packages that the routes were made with. */
export const reader = `
import type { Route, Routes } from 'tidings'
import type { Streams } from 'tidings/server'
import { routes, type first } from './routes.js'

type Yielded<R> = R extends Route<'GET', string, infer Params, undefined, undefined, undefined, undefined, Streams<infer Yield>>
  ? [Params, Exclude<Yield, import('tidings').SseEvent>]
  : never
declare const started: Yielded<typeof first>
const [params, event] = started
declare const team: (typeof routes)['routes'][3]
export const path: '/teams/:team' = team.path
export const all: Routes = routes
export const said: string | null = event.type === 'start' ? event.id : event.rest
export const rest: string = params.rest ?? ''
// @ts-expect-error The declarations kept the literals.
event.type satisfies 'rest'
`

/** And one that calls them. */
export const caller = `
import { createClient, type EventStream, type NamedEvent } from 'tidings/client'
import type { routes } from './routes.js'

const client = createClient<typeof routes>('http://localhost')
export async function run(): Promise<void> {
  for await (const { event, data } of client.get('/tasks/:id/:rest*', { params: { id: '1' } })) {
    if (event === 'end') data satisfies 1
  }
  const events: EventStream<
    NamedEvent<'tick', { n: number }> | NamedEvent<'token', string> | NamedEvent<'message', { day: string }>
  > = client.get('/events', { as: { token: 'text' } })
  for await (const event of events) if (event.event === 'message') event.data.day.slice(1)
  // @ts-expect-error The query is missing.
  client.post('/mixed', { json: { kind: 'a' } })
  const mixed = await client.post('/mixed', { query: { n: 1, brand: 'x' as never }, json: { kind: 'b' } })
  const day: string = mixed.day
  for await (const { data } of client.get('/teams/:team/orders', { params: { team: day } })) data.at.slice(data.id)
}
`

interface WrongProgram {
  readonly program: string
  /** What the message must say, whatever else it says. */
  readonly sentence: string
  /** How the text begins that it must point at. */
  readonly at: string
  /** Set where TypeScript 7 says it now in one way and now in another, by which of its checkers comes to it first. */
  readonly varies?: true
}

/** Programs with one mistake each, and long types around it. */
export const wrong: Readonly<Record<string, WrongProgram>> = {
  noGenerator: {
    sentence: 'needs a handler that is an `async function*`, or that returns an AsyncIterable',
    at: 'sse',
    program: `
import { defineRoute, Type } from 'tidings'
export const route = defineRoute({
  method: 'POST',
  path: '/chat/:room',
  schema: { body: Type.Object({ messages: Type.Array(Type.Object({ role: Type.String(), content: Type.String() })) }) },
  sse: true,
  handler: async ({ params, body }) => ({ room: params.room, first: body.messages[0], count: body.messages.length }),
})
`,
  },
  noSse: {
    sentence: 'a handler that streams needs `sse: true`',
    at: 'handler',
    program: `
import { defineRoute, Type } from 'tidings'
export const route = defineRoute({
  method: 'POST',
  path: '/chat/:room',
  schema: { body: Type.Object({ messages: Type.Array(Type.Object({ role: Type.String(), content: Type.String() })) }) },
  handler: async function* ({ params, body }) {
    yield { type: 'start', room: params.room }
    for (const { role, content } of body.messages) yield { type: 'text', role, content }
  },
})
`,
  },
  notJson: {
    sentence: 'Mistake<"JSON cannot hold what this handler yields", Map<string, number>>',
    at: 'handler',
    program: `
import { defineRoute, sse, Type } from 'tidings'
export const route = defineRoute({
  method: 'POST',
  path: '/words/:language',
  sse: { heartbeatMs: 1000 },
  schema: { query: Type.Object({ least: Type.Number() }), body: Type.Object({ text: Type.String() }) },
  handler: async function* ({ params, query, body }) {
    const counts = new Map<string, number>()
    for (const word of body.text.split(' ')) counts.set(word, (counts.get(word) ?? 0) + 1)
    yield { type: 'language', language: params.language, least: query.least }
    yield sse({ event: 'counts', id: '1' }, counts)
    yield { type: 'done', at: new Date() }
  },
})
`,
  },
  notAnAnswer: {
    sentence: 'Mistake<"JSON cannot hold what this handler returns", bigint>',
    at: 'handler',
    program: `
import { defineRoute, Type } from 'tidings'
declare function balanceOf(account: string): Promise<{ account: string; owner: { name: string } } | bigint>
export const route = defineRoute({
  method: 'GET',
  path: '/accounts/:account/balance',
  schema: { headers: Type.Object({ authorization: Type.String() }), cookies: Type.Object({ session: Type.String() }) },
  handler: async ({ params }) => balanceOf(params.account),
})
`,
  },
  nested: {
    sentence:
      'Mistake<"JSON cannot hold this in what the handler yields", { counts: Map<string, number>; failure: Error; }>',
    at: 'handler',
    program: `
import { defineRoute, Type } from 'tidings'
declare const failure: Error | null
export const route = defineRoute({
  method: 'POST',
  path: '/words/:language',
  sse: true,
  schema: { query: Type.Object({ least: Type.Number() }), body: Type.Object({ text: Type.String() }) },
  handler: async function* ({ params, query, body }) {
    yield { type: 'language', language: params.language, least: query.least }
    yield { type: 'done', at: new Date(), text: body.text, counts: new Map<string, number>(), failure }
  },
})
`,
  },
  nobodyKnown: {
    sentence: "'state.user' is of type 'unknown'",
    at: 'state.user',
    program: `
import { defineMiddleware, defineRoute, type Middleware } from 'tidings'
const auth: Middleware = (ctx, next) => next({ user: { name: ctx.cookies['name'] } })
export const route = defineRoute({
  method: 'GET',
  path: '/hello',
  middleware: [auth],
  handler: ({ state }) =>
state.user.name,
})
`,
  },
  misspeltOption: {
    sentence: "'hartbeatMs' does not exist in type 'StreamOptions<State, boolean | unique symbol>'. Did you mean",
    at: 'hartbeatMs',
    program: `
import { defineRoute, Type } from 'tidings'
export const route = defineRoute({
  method: 'POST',
  path: '/chat/:room',
  schema: { body: Type.Object({ messages: Type.Array(Type.Object({ role: Type.String(), content: Type.String() })) }) },
  sse: { openAfterMs: 10, expiresAt: (ctx) => ctx.path.length,
hartbeatMs: 1000 },
  handler: async function* ({ params, body }) {
    yield { type: 'start', room: params.room }
    for (const { role, content } of body.messages) yield { type: 'text', role, content }
  },
})
`,
  },
  guardList: {
    sentence: 'Mistake<"`behind` takes guards one by one, not a list: write `behind(...guards)`", never>',
    at: '[auth',
    varies: true,
    program: `
import { defineMiddleware, defineRoute } from 'tidings'
const auth = defineMiddleware<{ user: { name: string } }>((ctx, next) => next({ user: { name: ctx.path } }))
const define = defineRoute.behind(
[auth])
export const route = define({ method: 'GET', path: '/hello', handler: ({ state }) => state.user.name })
`,
  },
  unguarded: {
    sentence:
      'Mistake<"a route is made by `defineRoute`; a group has `path`, `middleware` and `children`", "middlewares">',
    at: '[',
    program: `
import { defineRoute, defineRoutes, Type, type Middleware } from 'tidings'
const guard: Middleware = (ctx, next) => (ctx.headers['authorization'] === 'Bearer x' ? next() : new Response(null, { status: 401 }))
const body = Type.Object({ name: Type.String(), tags: Type.Array(Type.String()), price: Type.Number() })
export const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/items/:id', handler: ({ params }) => ({ id: params.id, name: 'a' }) }),
  defineRoute({ method: 'POST', path: '/items', schema: { body }, handler: ({ body }) => body }),
  defineRoute({ method: 'PUT', path: '/items/:id', schema: { body }, handler: ({ params, body }) => ({ ...params, ...body }) }),
  defineRoute({ method: 'GET', path: '/items', sse: true, handler: async function* () { yield { type: 'item', id: 1 } } }),
  {
    path: '/admin',
    middlewares: [guard],
    children: [defineRoute({ method: 'DELETE', path: '/items/:id', handler: () => {} })],
  },
])
`,
  },
  unguardedRuns: {
    sentence: 'Mistake<"these runs need what a guard hands on: name it in `middleware`", never>',
    at: 'resume',
    // The order of the types in a union is the compiler's own.
    varies: true,
    program: `
import { defineMiddleware, defineRoute, type StateOf } from 'tidings'
import { createChannels } from 'tidings/channel'
const auth = defineMiddleware<{ user: { id: string } }>((ctx, next) => next({ user: { id: 'ada' } }))
const runs = createChannels().runs({ owner: ({ state }: { state: StateOf<typeof auth> }) => state.user.id })
export const chat = defineRoute({
  method: 'POST',
  path: '/chat',
  sse: { resume: runs },
  handler: async function* () { yield 'token' },
})
`,
  },
  strayYield: {
    sentence: 'Mistake<"this yield does not fit `schema.event`", SseEvent<"status", { online: string; }>>',
    at: 'handler',
    program: `
import { defineRoute, sse, Type } from 'tidings'
declare function stateOf(room: string): Promise<string>
export const route = defineRoute({
  method: 'GET',
  path: '/rooms/:room/status',
  sse: true,
  schema: {
    query: Type.Object({ verbose: Type.Boolean() }),
    event: { status: Type.Object({ online: Type.Boolean() }), message: Type.Object({ text: Type.String(), from: Type.String() }) },
  },
  handler: async function* ({ params, query }) {
    yield { text: 'Hi', from: params.room }
    yield sse({ event: 'status', id: '1' }, { online: await stateOf(params.room) })
    if (query.verbose) yield sse({ event: 'status', id: '2' }, { online: true })
  },
})
`,
  },
  wrongBody: {
    sentence: "'modell' does not exist in type '{ messages: { role: string; content: string; }[]; model: string; }'",
    at: 'modell',
    program: `
import { defineRoute, defineRoutes, Type } from 'tidings'
import { createClient } from 'tidings/client'
const message = Type.Object({ role: Type.String(), content: Type.String() })
const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat/:room',
    sse: true,
    schema: { body: Type.Object({ messages: Type.Array(message), model: Type.String() }) },
    handler: async function* ({ body }) { yield { first: body.messages.length } },
  }),
  defineRoute({ method: 'GET', path: '/items/:id', handler: ({ params }) => ({ id: params.id }) }),
])
const client = createClient<typeof routes>('http://localhost')
export const events = client.post('/chat/:room', {
  params: { room: 'a' },
  json: { messages: [], model: 'large',
modell: 'small' },
})
`,
  },
  noText: {
    sentence: "Property 'as' is missing in type '{ params: { room: string; }; }' but required in type",
    at: '{ params',
    program: `
import { defineRoute, defineRoutes, sse } from 'tidings'
import { createClient } from 'tidings/client'
declare const tokens: AsyncIterable<string>
const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/chat/:room',
    sse: true,
    handler: async function* () {
      for await (const token of tokens) yield sse({ event: 'token' }, token)
      yield sse({ event: 'done' }, { usage: 5 })
    },
  }),
])
const client = createClient<typeof routes>('http://localhost')
export const events = client.get('/chat/:room', { params: { room: 'a' } })
`,
  },
  wrongPath: {
    sentence: `Argument of type '"/chats/:room"' is not assignable to parameter of type '"/chat/:room" | "/items/:id"'`,
    at: "'/chats",
    program: `
import { defineRoute, defineRoutes, Type } from 'tidings'
import { createClient } from 'tidings/client'
const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat/:room',
    sse: true,
    schema: { body: Type.Object({ model: Type.String() }), query: Type.Object({ size: Type.Optional(Type.Number()) }) },
    handler: async function* ({ body }) { yield { model: body.model } },
  }),
  defineRoute({ method: 'POST', path: '/items/:id', handler: ({ params }) => ({ id: params.id }) }),
])
const client = createClient<typeof routes>('http://localhost')
export const events = client.post('/chats/:room')
`,
  },
  wrongPathWithOptions: {
    sentence: `Argument of type '"/chats/:room"' is not assignable to parameter of type '"/chat/:room" | "/items/:id"'`,
    at: "'/chats",
    program: `
import { defineRoute, defineRoutes, Type } from 'tidings'
import { createClient } from 'tidings/client'
const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat/:room',
    sse: true,
    schema: { body: Type.Object({ model: Type.String() }), query: Type.Object({ size: Type.Optional(Type.Number()) }) },
    handler: async function* ({ body }) { yield { model: body.model } },
  }),
  defineRoute({ method: 'POST', path: '/items/:id', handler: ({ params }) => ({ id: params.id }) }),
])
const client = createClient<typeof routes>('http://localhost')
export const events = client.post('/chats/:room', { params: { room: 'a' }, json: { model: 'large' } })
`,
  },
  noOptions: {
    sentence: 'Mistake<"the call of this path needs these options", "params">',
    at: "'/items",
    program: `
import { defineRoute, defineRoutes, Type } from 'tidings'
import { createClient } from 'tidings/client'
const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat/:room',
    sse: true,
    schema: { body: Type.Object({ model: Type.String() }), query: Type.Object({ size: Type.Optional(Type.Number()) }) },
    handler: async function* ({ body }) { yield { model: body.model } },
  }),
  defineRoute({ method: 'POST', path: '/items/:id', handler: ({ params }) => ({ id: params.id }) }),
])
const client = createClient<typeof routes>('http://localhost')
export const item = client.post('/items/:id')
`,
  },
  noJson: {
    sentence: "Property 'json' is missing in type '{ params: { room: string; }; }'",
    at: '{ params',
    program: `
import { defineRoute, defineRoutes, Type } from 'tidings'
import { createClient } from 'tidings/client'
const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat/:room',
    sse: true,
    schema: { body: Type.Object({ model: Type.String() }), query: Type.Object({ size: Type.Optional(Type.Number()) }) },
    handler: async function* ({ body }) { yield { model: body.model } },
  }),
  defineRoute({ method: 'POST', path: '/items/:id', handler: ({ params }) => ({ id: params.id }) }),
])
const client = createClient<typeof routes>('http://localhost')
export const events = client.post('/chat/:room', { params: { room: 'a' } })
`,
  },
}
