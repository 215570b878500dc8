// Functions of the context among a route's stream options, written in place: typed, and the route still streams.
import { defineMiddleware, defineRoute, defineRoutes, Server, Type, type Context, type State } from 'tidings'
import { createChannels } from 'tidings/channel'
import { same, type Yielded } from './same.ts'

const auth = defineMiddleware<{ user: { id: string; until: number } }>((ctx, next) =>
  next({ user: { id: ctx.path, until: 0 } }),
)
const plain = defineMiddleware((_ctx, next) => next())
declare const ticks: AsyncIterable<{ n: number }>
const channels = createChannels()

// The handler has no parameters, so that the compiler knows its type before that of the options.
const untold = defineRoute({
  method: 'GET',
  path: '/untold',
  sse: { expiresAt: (ctx) => Number(ctx.headers['until']) },
  handler: async function* () {
    yield { type: 'tick' }
  },
})
same<Yielded<typeof untold>, { type: 'tick' }>()
const guarded = defineRoute({
  method: 'GET',
  path: '/guarded',
  middleware: [plain, auth],
  sse: { expiresAt: ({ state }) => state.user.until, onEnd: 'reconnect' },
  handler: async function* () {
    yield { type: 'tick' }
  },
})
same<Yielded<typeof guarded>, { type: 'tick' }>()
const behind = defineRoute.behind(auth)({
  method: 'GET',
  path: '/behind',
  middleware: [plain],
  sse: { expiresAt: ({ state }) => state.user.until },
  handler: async function* () {
    yield { type: 'tick' }
  },
})
same<Yielded<typeof behind>, { type: 'tick' }>()
const further = defineRoute.behind(plain).behind(auth)({
  method: 'GET',
  path: '/further',
  sse: { expiresAt: ({ state }) => state.user.until },
  handler: () => ticks,
})
same<Yielded<typeof further>, { n: number }>()
const answered = defineRoute({
  method: 'GET',
  path: '/answered',
  schema: { query: Type.Object({ n: Type.Number() }) },
  sse: {
    expiresAt(ctx) {
      same<typeof ctx.query, Context['query']>()
      same<typeof ctx.state, State>()
      return undefined
    },
  },
  handler: async () => ticks,
})
same<Yielded<typeof answered>, { n: number }>()

// The owner of runs that are made in place.
const run = defineRoute({
  method: 'POST',
  path: '/run',
  sse: { resume: channels.runs({ owner: (ctx) => ctx.headers['user'] ?? '' }), expiresAt: () => 1 },
  handler: async function* () {
    yield { type: 'tick' }
  },
})
same<Yielded<typeof run>, { type: 'tick' }>()
const ownRun = defineRoute.behind(auth)({
  method: 'POST',
  path: '/own-run',
  sse: { resume: channels.runs({ owner: ({ state }) => state.user.id }) },
  handler: async function* () {
    yield { type: 'tick' }
  },
})
same<Yielded<typeof ownRun>, { type: 'tick' }>()

// In a list, in a group, and with a handler before the options, that reads the context or never yields.
const routes = defineRoutes([
  untold,
  defineRoute({
    method: 'GET',
    path: '/in-a-list',
    sse: { expiresAt: (ctx) => ctx.path.length },
    handler: async function* () {
      yield 1
    },
  }),
  {
    path: '/group',
    middleware: [plain],
    children: [
      guarded,
      defineRoute({
        handler: async function* () {},
        sse: { expiresAt: (ctx) => ctx.path.length },
        path: '/in-a-group',
        method: 'GET',
      }),
      defineRoute({
        handler: async function* (ctx) {
          yield ctx.path
        },
        sse: { expiresAt: (ctx) => ctx.path.length },
        path: '/in-a-group/:id',
        method: 'GET',
      }),
      defineRoute({ method: 'GET', path: '/none', sse: {}, handler: () => ticks }),
    ],
  },
])
export const server = new Server(routes, {
  sse: { expiresAt: (ctx) => ctx.path.length },
  maxStreamsPerKey: { max: 1, key: (ctx) => ctx.remoteAddress },
})

// --- what must not compile
defineRoute({
  method: 'GET',
  path: '/',
  // @ts-expect-error No stream, whatever its options are.
  sse: { expiresAt: (ctx) => ctx.path.length },
  handler: () => 'text',
})
defineRoute({
  method: 'GET',
  path: '/',
  // @ts-expect-error A time is a number.
  sse: { expiresAt: (ctx) => ctx.path },
  handler: async function* () {},
})
defineRoute({
  method: 'GET',
  path: '/',
  // @ts-expect-error No guard, no user.
  sse: { expiresAt: ({ state }) => state.user.until },
  handler: async function* () {},
})
defineRoute({
  method: 'GET',
  path: '/',
  // @ts-expect-error `true`, or options.
  sse: 'expiresAt',
  handler: async function* () {},
})
