// What must compile: handlers of every shape, and the types that they leave behind.
import { defineRoute, json, sse, Type, type Context, type Middleware, type SseEvent, type SseOptions } from 'tidings'
import { same, type Asked, type Returned, type Yielded } from './same.ts'

interface Order {
  id: number
  at: Date
  note?: string | undefined
}
declare const orders: AsyncIterable<SseEvent<'order', Order>>
declare function findOrder(id: string): Promise<Order | undefined>
declare const texts: AsyncIterable<string>
declare const isLive: boolean
// oxlint-disable-next-line typescript/no-explicit-any -- what JavaScript hands over
declare const loose: any

// Literals survive, so that events are a union that one can tell apart.
export const union = defineRoute({
  method: 'GET',
  path: '/union',
  sse: true,
  handler: async function* () {
    yield { type: 'start', attempt: 1 }
    yield { type: 'end', ok: true, tags: ['a'] }
    yield sse({ event: 'tick', id: '1' }, { n: 3 })
    yield 'text'
  },
})
type UnionEvent = Yielded<typeof union>
same<Exclude<UnionEvent, string | SseEvent>['type'], 'start' | 'end'>()
same<Extract<UnionEvent, { type: 'start' }>['attempt'], 1>()
same<Extract<UnionEvent, SseEvent>, SseEvent<'tick', { n: 3 }>>()
same<Extract<UnionEvent, string>, 'text'>()

// A streaming route may answer once: what it streams is still typed.
export const onceOrStream = defineRoute({
  method: 'POST',
  path: '/once-or-stream',
  sse: true,
  handler: async () => (isLive ? orders : json({ whole: true })),
})
same<Yielded<typeof onceOrStream>, SseEvent<'order', Order>>()
export const returning = defineRoute({
  method: 'POST',
  path: '/returning',
  sse: true,
  handler: async function* () {
    if (!isLive) return json({ whole: true })
    yield { n: 1 }
    return undefined
  },
})
same<Yielded<typeof returning>, { n: 1 }>()

// A handler declared elsewhere keeps the types that it was given.
async function* tell(ctx: Context<{ id: string }>): AsyncGenerator<Order> {
  const found = await findOrder(ctx.params.id)
  if (found !== undefined) yield found
}
export const declared = defineRoute({ method: 'GET', path: '/orders/:id/tell', sse: true, handler: tell })
same<Yielded<typeof declared>, Order>()

// An iterable instead of a generator, at once or later.
export const subscribed = defineRoute({ method: 'GET', path: '/orders', sse: true, handler: () => orders })
same<Yielded<typeof subscribed>, SseEvent<'order', Order>>()

export const later = defineRoute({
  method: 'GET',
  path: '/orders/:id/later',
  sse: true,
  handler: async ({ params, lastEventId }) => {
    await findOrder(lastEventId ?? params.id)
    return orders
  },
})
same<Yielded<typeof later>, SseEvent<'order', Order>>()

export const either = defineRoute({
  method: 'GET',
  path: '/either',
  sse: true,
  handler: () => (isLive ? orders : Promise.resolve(texts)),
})
same<Yielded<typeof either>, string | SseEvent<'order', Order>>()

export const readable = defineRoute({
  method: 'GET',
  path: '/readable',
  sse: true,
  handler: () => new ReadableStream<string>(),
})
same<Yielded<typeof readable>, string>()

export const delegating = defineRoute({
  method: 'GET',
  path: '/delegating/:id',
  sse: true,
  handler: async function* (ctx) {
    yield* tell(ctx)
    yield* orders
    await ctx.sleep(10)
    return 'not sent'
  },
})
same<Yielded<typeof delegating>, Order | SseEvent<'order', Order>>()

// Options in place of `true`; a flag that is only known later.
const shared: SseOptions = { retryMs: 1000 }
export const tuned = defineRoute({
  method: 'GET',
  path: '/tuned',
  sse: {
    ...shared,
    heartbeatMs: false,
    openAfterMs: undefined,
    onEnd: 'reconnect',
    expiresAt: (ctx) => ctx.path.length,
  },
  handler: async function* ({ signal }) {
    while (!signal.aborted) yield { at: new Date(), skipped: undefined, url: new URL('http://localhost') }
  },
})
same<Yielded<typeof tuned>['at'], Date>()

export const switched = defineRoute({
  method: 'GET',
  path: '/switched',
  sse: isLive ? { heartbeatMs: 1 } : true,
  handler: async function* () {
    yield 1
  },
})
// A single kind of primitive widens, as it does in TypeScript everywhere.
same<Yielded<typeof switched>, number>()

// Data that only looks like what JSON cannot hold.
export const lookAlikes = defineRoute({
  method: 'GET',
  path: '/look-alikes',
  sse: true,
  handler: async function* () {
    yield { name: 'TypeError', message: 'a report of an error' }
    yield {
      size: 3,
      has: true,
      byteLength: 8,
      buffer: 'text',
      source: 'a',
      flags: 'g',
      stack: 1,
      cause: 2,
      next: 1,
      catch: 5,
    }
    yield new (class extends Map<string, number> {
      toJSON(): object {
        return Object.fromEntries(this)
      }
    })()
    yield { nested: new Map([[1, 2]]), call: () => 1 }
    yield [1, 'two', { three: 3n }]
    yield loose
  },
})

export const untyped = defineRoute({
  method: 'GET',
  path: '/untyped',
  sse: true,
  handler: () => loose as AsyncIterable<unknown>,
})
same<Yielded<typeof untyped>, unknown>()

// Routes that answer once.
export const value = defineRoute({ method: 'GET', path: '/value/:id', handler: ({ params }) => findOrder(params.id) })
same<Returned<typeof value>, Order | undefined>()
same<Asked<typeof value, 'params'>, { id: string }>()
same<Asked<typeof value, 'query'>, undefined>()

export const answers = [
  defineRoute({ method: 'GET', path: '/text', handler: () => 'text' }),
  defineRoute({ method: 'DELETE', path: '/nothing', handler: () => {} }),
  defineRoute({ method: 'PUT', path: '/later', handler: async () => {} }),
  defineRoute({ method: 'HEAD', path: '/response', handler: () => new Response(null, { status: 202 }) }),
  defineRoute({ method: 'POST', path: '/throws', handler: async () => Promise.reject(new Error('always')) }),
  defineRoute({
    method: 'POST',
    path: '/never',
    handler: async () => {
      throw new Error('always')
    },
  }),
  defineRoute({ method: 'OPTIONS', path: '/any', sse: false, handler: () => loose }),
  defineRoute({ method: 'PATCH', path: '/body', handler: ({ body }) => body }),
]

// Middleware, and helpers that say which part of a context they need.
const guard: Middleware = async (ctx, next) => {
  same<typeof ctx.params, { readonly [name: string]: string | undefined }>()
  if (ctx.headers['authorization'] === undefined) return new Response(null, { status: 401 })
  ctx.state['user'] = 'u1'
  const response = await next()
  return new Response(response.body, response)
}

function titleOf(ctx: Context<{ id: string }>): string {
  return `order ${ctx.params.id}`
}
function tenantOf({ headers }: Pick<Context, 'headers'>): string | undefined {
  return headers['x-tenant']
}
/** Where other parts have schemas, `Pick` or `unknown` says that they do not matter. */
function idOf(ctx: Context<{ id: string }, unknown>): string {
  return ctx.params.id
}
async function* beat(ctx: Pick<Context, 'signal' | 'sleep'>): AsyncGenerator<'beat'> {
  for (; !ctx.signal.aborted; await ctx.sleep(1000)) yield 'beat'
}
export const helped = defineRoute({
  method: 'GET',
  path: '/helped/:id/:other',
  sse: true,
  middleware: [guard, (ctx, next) => (ctx.path === '/' ? next() : new Response(ctx.method))],
  handler: async function* (ctx) {
    yield { title: titleOf(ctx), tenant: tenantOf(ctx) ?? null, other: ctx.params.other }
    yield* beat(ctx)
  },
})
same<Extract<Yielded<typeof helped>, string>, 'beat'>()

export const searched = defineRoute({
  method: 'GET',
  path: '/searched/:id',
  schema: { query: Type.Object({ n: Type.Number() }) },
  handler: (ctx) => ({ id: idOf(ctx), tenant: tenantOf(ctx) ?? null }),
})

// Functions that make routes: what JSON makes of a type parameter by itself cannot be told, inside an object it need not be.
export function listRoute<Row extends { id: number }, const Path extends string>(
  path: Path,
  rows: () => Promise<Row[]>,
) {
  return defineRoute({ method: 'GET', path, handler: async () => ({ rows: await rows() }) })
}
export function feedRoute<Row>(rows: () => AsyncIterable<Row>) {
  return defineRoute({
    method: 'GET',
    path: '/feed',
    sse: true,
    handler: async function* () {
      for await (const row of rows()) yield { row }
    },
  })
}
const made = listRoute('/rows', async () => [{ id: 1, name: 'a' }])
same<Returned<typeof made>, { rows: { id: number; name: string }[] }>()
same<(typeof made)['path'], '/rows'>()
same<Yielded<ReturnType<typeof feedRoute<1 | 2>>>, { row: 1 | 2 }>()
