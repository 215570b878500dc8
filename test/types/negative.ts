// What must not compile. Each comment says what is wrong; test/types/types.test.ts holds the messages of the worst.
import { defineRoute, defineRoutes, sse, Type, type Context, type Middleware } from 'tidings'
import { z } from 'zod'

const path = '/a/:id'
declare const dates: AsyncIterable<Date>
declare const bytes: Uint8Array<ArrayBuffer>
declare const bytesLater: AsyncIterable<Uint8Array>
const guard: Middleware = (_ctx, next) => next()

// --- `sse` and the handler disagree
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error An async function is no generator.
  sse: true,
  handler: async ({ params }) => ({ id: params.id }),
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error Options make a stream of it as `true` does.
  sse: { heartbeatMs: 1 },
  handler: () => 'text',
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error A generator that is not async.
  sse: true,
  handler: function* () {
    yield 1
  },
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error An iterable that is not async.
  sse: true,
  handler: ({ params }) => [params.id],
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error Nothing is returned.
  sse: true,
  handler: () => {},
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error A generator without `sse`.
  handler: async function* ({ params }) {
    yield params.id
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: false,
  // @ts-expect-error A generator with `sse: false`.
  handler: async function* () {
    yield 1
  },
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error A generator that is not async, without `sse`.
  handler: function* () {
    yield 1
  },
})
// @ts-expect-error An iterable without `sse`.
defineRoute({ method: 'GET', path, handler: () => dates })
// @ts-expect-error The same, later.
defineRoute({ method: 'GET', path, handler: async () => dates })
// @ts-expect-error A stream in one case only.
defineRoute({ method: 'GET', path, handler: () => (isLive ? dates : 'text') })

// @ts-expect-error A stream in either case.
defineRoute({ method: 'GET', path, handler: () => (isLive ? dates : Promise.resolve(bytesLater)) })

// --- what JSON cannot hold
// @ts-expect-error An iterable of what JSON cannot hold, in one case.
defineRoute({ method: 'GET', path, sse: true, handler: () => (isLive ? dates : bytesLater) })
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error A bigint.
  handler: async function* () {
    yield 10n
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error `undefined`, after something that is right.
  handler: async function* ({ params }) {
    yield { id: params.id }
    yield undefined
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error `yield` without anything.
  handler: async function* () {
    yield
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error A function.
  handler: async function* () {
    yield () => 1
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error A symbol, inside an event.
  handler: async function* () {
    yield sse({ event: 'x' }, Symbol('x'))
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error Perhaps `undefined`: no such name in the query.
  handler: async function* ({ query }) {
    yield query['x']
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error A Map would be `{}`.
  handler: async function* () {
    yield new Map([['a', 1]])
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error So would a Set, inside an event.
  handler: async function* () {
    yield sse({ id: '1' }, new Set(['a']))
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error An Error is thrown, not yielded.
  handler: async function* () {
    yield new TypeError('broken')
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error Bytes are no JSON.
  handler: async function* () {
    yield bytes
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error Neither is a Buffer, though it has a toJSON.
  handler: async function* () {
    yield Buffer.from('a')
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error Nor what lies below them.
  handler: async function* () {
    yield bytes.buffer
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error A regular expression would be `{}`.
  handler: async function* () {
    yield /a/
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error `yield` where `yield*` is meant.
  handler: async function* () {
    yield dates
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error An iterator would be `{}`.
  handler: async function* () {
    yield ['a', 'b'].values()
  },
})
// @ts-expect-error An iterable of what JSON cannot hold.
defineRoute({ method: 'GET', path, sse: true, handler: () => new ReadableStream<Uint8Array>() })
// @ts-expect-error The same rules for what is answered once.
defineRoute({ method: 'GET', path, handler: () => new Map([[1, 2]]) })
// @ts-expect-error
defineRoute({ method: 'GET', path, handler: async () => 10n })

// --- the context
defineRoute({
  method: 'POST',
  path,
  sse: true,
  schema: { query: Type.Object({ n: Type.Number() }), body: z.object({ model: z.string() }) },
  handler: async function* (ctx) {
    // @ts-expect-error No such parameter in the path.
    yield ctx.params.idd
    // @ts-expect-error Not in the schema of the body.
    yield ctx.body.modell
    // @ts-expect-error Not in the schema of the query.
    yield ctx.query.m
    // @ts-expect-error No such property.
    yield ctx.paramz
    // @ts-expect-error A number, by the schema.
    const text: string = ctx.query.n
    // @ts-expect-error A part of a request is read, not written.
    ctx.params = { id: text }
  },
})
defineRoute({
  method: 'GET',
  path: '/b/:id?',
  handler: ({ params, body }) => {
    // @ts-expect-error Perhaps it is missing.
    const id: string = params.id
    // @ts-expect-error Without a schema nothing is known of the body.
    return `${id}${body.text}`
  },
})
function idOf(ctx: Context<{ id: string }>): string {
  return ctx.params.id
}
// @ts-expect-error The path has no `id`.
defineRoute({ method: 'GET', path: '/c/:other', handler: (ctx) => idOf(ctx) })
defineRoute({
  method: 'GET',
  path,
  schema: { params: Type.Object({ id: Type.Number() }) },
  // @ts-expect-error The schema makes a number of it.
  handler: (ctx) => idOf(ctx),
})
defineRoute({
  method: 'GET',
  path,
  schema: { query: Type.Object({ n: Type.Number() }) },
  // @ts-expect-error The helper would read strings from a query of numbers: `Context<{ id: string }, unknown>` would not.
  handler: (ctx) => idOf(ctx),
})
// @ts-expect-error Middleware stands before routes of any parameters.
defineRoute({ method: 'GET', path, middleware: [(ctx: Context<{ id: string }>, next) => next()], handler: () => 1 })

// --- declarations
// @ts-expect-error No such method.
defineRoute({ method: 'GTE', path, handler: () => 1 })
// @ts-expect-error In capitals, as in HTTP.
defineRoute({ method: 'get', path, handler: () => 1 })
// @ts-expect-error `hander` is misspelt.
defineRoute({ method: 'GET', path, hander: () => 1 })
// @ts-expect-error No path.
defineRoute({ method: 'GET', handler: () => 1 })
// @ts-expect-error `middlewares` is misspelt: the guard would never run.
defineRoute({ method: 'GET', path, middlewares: [guard], handler: () => 1 })
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error `querry` is misspelt.
  schema: { querry: Type.Object({}), headers: Type.Object({}) },
  handler: () => 1,
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error `hartbeatMs` is misspelt.
  sse: { hartbeatMs: 5, openAfterMs: 1 },
  handler: async function* () {
    yield 1
  },
})
defineRoute({
  method: 'GET',
  path,
  // @ts-expect-error A time is a number.
  sse: { heartbeatMs: '5s' },
  handler: async function* () {
    yield 1
  },
})
// @ts-expect-error A JSON Schema by hand is none of the schemas that have types.
defineRoute({ method: 'POST', path, schema: { body: { type: 'object' } }, handler: () => 1 })
// @ts-expect-error A description of an object is no schema either.
defineRoute({ method: 'POST', path, schema: { body: { name: Type.String() } }, handler: () => 1 })
// @ts-expect-error Middleware answers or passes on; it does not yield.
defineRoute({ method: 'GET', path, middleware: [async function* () {}], handler: () => 1 })
// @ts-expect-error Middleware must return what `next()` gives.
defineRoute({ method: 'GET', path, middleware: [async (_ctx, next) => void (await next())], handler: () => 1 })

// --- events
// @ts-expect-error The data is missing.
sse({ event: 'x' })
// @ts-expect-error An id is a string on the wire.
sse({ id: 7 }, 1)
// @ts-expect-error `name` is no field of an event.
sse({ name: 'x' }, 1)

// --- collections
// @ts-expect-error `patth` is misspelt.
defineRoutes([{ method: 'GET', patth: '/x', handler: () => 1 }])
// @ts-expect-error `childern` is misspelt.
defineRoutes([{ path: '/x', childern: [] }])
// @ts-expect-error `middlewares` is misspelt: the guard would never run.
defineRoutes([{ path: '/x', middlewares: [guard], children: [] }])
// @ts-expect-error The same, further in.
defineRoutes([{ path: '/x', children: [{ path: '/y', middlewear: [guard], children: [] }] }])
// @ts-expect-error A route by itself is no list.
defineRoutes(defineRoute({ method: 'GET', path, handler: () => 1 }))
// @ts-expect-error Not declared by `defineRoute`: nothing of it was checked.
defineRoutes([{ method: 'GET', path: '/x', sse: true, handler: () => 1 }])
