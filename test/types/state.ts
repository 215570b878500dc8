// What middleware hands on: typed in the handlers that name it, and nowhere else.
import {
  defineMiddleware,
  defineRoute,
  defineRoutes,
  Server,
  Type,
  type Context,
  type Middleware,
  type State,
  type StateOf,
} from 'tidings'
import { createChannels } from 'tidings/channel'
import { createClient } from 'tidings/client'
import { same } from './same.ts'

interface User {
  id: string
  expiresAt: number
}
declare const isLive: boolean

export const auth = defineMiddleware<{ user: User }>((ctx, next) => next({ user: { id: ctx.path, expiresAt: 0 } }))
const tenant = defineMiddleware<{ tenant: 'a' | 'b' }>(async (_ctx, next) => {
  const response = await next({ tenant: 'a' })
  return new Response(response.body, response)
})
const traced = defineMiddleware<{ trace?: string }>((ctx, next) =>
  ctx.path === '/' ? next() : next({ trace: ctx.path }),
)
const plain: Middleware = (_ctx, next) => next()
const untyped = defineMiddleware((_ctx, next) => next())
const annotated: Middleware<{ user: User }> = auth
const list = [auth, tenant] as const
const unknownList = [auth, tenant]

same<StateOf<typeof auth>, { user: User }>()
same<StateOf<typeof annotated>, { user: User }>()
// oxlint-disable typescript/no-generated-empty-object-type -- which is what is tested
same<StateOf<typeof plain>, {}>()
same<StateOf<typeof untyped>, {}>()
same<StateOf<typeof unknownList>, {}>()
// oxlint-enable typescript/no-generated-empty-object-type
same<StateOf<typeof list>, { user: User } & { tenant: 'a' | 'b' }>()
same<StateOf<typeof auth | typeof tenant>, { user: User } | { tenant: 'a' | 'b' }>()

const one = defineRoute({
  method: 'GET',
  path: '/one/:id',
  middleware: [auth],
  handler: ({ state, params }) => {
    same<typeof state.user, User>()
    same<typeof params, { id: string }>()
    same<(typeof state)['more'], unknown>()
    return { id: state.user.id }
  },
})

const several = defineRoute({
  method: 'POST',
  path: '/several',
  middleware: [auth, plain, tenant, traced],
  sse: { expiresAt: ({ state }) => state.user.expiresAt, heartbeatMs: 5 },
  schema: { body: Type.Object({ text: Type.String() }) },
  handler: async function* ({ state, body }) {
    same<typeof state.user, User>()
    same<typeof state.tenant, 'a' | 'b'>()
    same<typeof state.trace, string | undefined>()
    same<typeof body.text, string>()
    yield { id: state.user.id }
  },
})

export const shapes = [
  // The order of the properties does not matter.
  defineRoute({ handler: ({ state }) => state.user.id, middleware: [auth], path: '/', method: 'GET' }),
  defineRoute({ method: 'GET', path: '/', middleware: list, handler: ({ state }) => state.user.id + state.tenant }),
  defineRoute({ method: 'GET', path: '/', middleware: [...list, plain], handler: ({ state }) => state.tenant }),
  defineRoute({
    method: 'GET',
    path: '/',
    middleware: [auth, (ctx, next) => (ctx.path === '/' ? next() : new Response(ctx.method))],
    handler: ({ state }) => state.user.id,
  }),
  defineRoute({
    method: 'GET',
    path: '/',
    sse: true,
    middleware: [async (_ctx, next) => next(), tenant],
    handler: async function* ({ state, sleep }) {
      await sleep(1)
      yield { type: 'start', tenant: state.tenant }
    },
  }),
  defineRoute({ method: 'GET', path: '/', handler: ({ state }) => same<typeof state, State>() }),
  defineRoute({ method: 'GET', path: '/', middleware: [], handler: ({ state }) => same<typeof state, State>() }),
  defineRoute({
    method: 'GET',
    path: '/',
    middleware: undefined,
    handler: ({ state }) => same<typeof state, State>(),
  }),
  defineRoute({
    method: 'GET',
    path: '/',
    middleware: [isLive ? auth : defineMiddleware<{ user: null }>((_ctx, next) => next({ user: null }))],
    handler: ({ state }) => state.user?.id ?? null,
  }),
]

const defineUserRoute = defineRoute.behind(auth)
const defineTenantRoute = defineUserRoute.behind(tenant, plain)
const behind = defineUserRoute({
  method: 'GET',
  path: '/behind/:id',
  sse: true,
  schema: { params: Type.Object({ id: Type.Number() }) },
  handler: async function* ({ state, params }) {
    yield { type: 'user', id: state.user.id, number: params.id }
    yield { type: 'end', at: new Date() }
  },
})
const further = defineTenantRoute({
  method: 'GET',
  path: '/further',
  middleware: [traced],
  handler: ({ state }) => {
    same<typeof state.trace, string | undefined>()
    return { user: state.user.id, tenant: state.tenant }
  },
})
// Helpers that say what they need.
function nameOf({ state }: { readonly state: StateOf<typeof auth> }): string {
  return state.user.id
}
function pathOf(ctx: Context): string {
  return ctx.path
}
export const helped = defineUserRoute({
  method: 'GET',
  path: '/',
  handler: (ctx) => ({ name: nameOf(ctx), path: pathOf(ctx) }),
})

// Runs, whose owner is the user that a guard has found.
const channels = createChannels()
const runs = channels.runs({ owner: nameOf })
const runsByType = channels.runs<{ state: StateOf<typeof auth> }>({ owner: ({ state }) => state.user.id })
const ownerless = channels.runs<Context>({ owner: ({ headers }) => headers['user'] ?? '' })
const chat = defineUserRoute({
  method: 'POST',
  path: '/chat',
  sse: { resume: runs },
  handler: async function* () {
    yield { token: 'a' }
  },
})
const stop = defineRoute({
  method: 'DELETE',
  path: '/chat/:id',
  middleware: [auth],
  handler: async (ctx) => ({ stopped: await runsByType.stop(ctx.params.id, ctx) }),
})
export const others = [
  defineUserRoute({ method: 'GET', path: '/', sse: { resume: ownerless }, handler: async function* () {} }),
  defineRoute({
    method: 'GET',
    path: '/',
    middleware: [tenant, auth],
    sse: { resume: runsByType, onEnd: 'reconnect' },
    handler: async function* () {},
  }),
]

export const routes = defineRoutes([
  one,
  several,
  { path: '/group', middleware: [auth, plain], children: [behind, further] },
  chat,
  stop,
])
new Server(routes).use(auth)

/** The client knows nothing of all this. */
export async function call(): Promise<void> {
  const client = createClient<typeof routes>('https://example.com')
  for await (const { data } of client.get('/group/behind/:id', { params: { id: 7 } })) {
    if (data.type === 'user') same<typeof data.number, number>()
    else same<typeof data.at, string>()
  }
  same<typeof answer, { user: string; tenant: 'a' | 'b' }>()
  const answer = await client.get('/group/further')
  for await (const { data } of client.post('/several', { json: { text: 'x' } })) same<typeof data.id, string>()
}

// --- what must not compile
// @ts-expect-error It says that it hands on a user.
defineMiddleware<{ user: User }>((_ctx, next) => next())
// @ts-expect-error A user has an id.
defineMiddleware<{ user: User }>((_ctx, next) => next({ user: {} }))
// @ts-expect-error Nothing was declared.
defineMiddleware((_ctx, next) => next({ user: 'u' }))
// @ts-expect-error The same for an annotation.
export const wrong: Middleware<{ user: User }> = (_ctx, next) => next()
// @ts-expect-error What adds another thing.
export const other: typeof auth = tenant
// @ts-expect-error Not awaited.
defineMiddleware<{ user: User }>((_ctx, next) => next({ user: Promise.resolve({ id: '', expiresAt: 0 }) }))
// @ts-expect-error No guard, no user.
defineRoute({ method: 'GET', path: '/', handler: ({ state }) => state.user.id })
// @ts-expect-error Middleware without a declaration adds nothing that is typed.
defineRoute({ method: 'GET', path: '/', middleware: [plain], handler: ({ state }) => state.user.id })
// @ts-expect-error Perhaps it is not there.
defineRoute({ method: 'GET', path: '/', middleware: isLive ? [auth] : [], handler: ({ state }) => state.user.id })
// @ts-expect-error Of a list of any length nobody knows what is in it.
defineRoute({ method: 'GET', path: '/', middleware: unknownList, handler: ({ state }) => state.user.id })
// @ts-expect-error No such property of the user.
defineUserRoute({ method: 'GET', path: '/', handler: ({ state }) => state.user.idd })
// @ts-expect-error The other guard.
defineRoute({ method: 'GET', path: '/', middleware: [tenant], handler: (ctx) => nameOf(ctx) })
defineRoute({
  method: 'GET',
  path: '/',
  // @ts-expect-error No guard, no owner.
  sse: { resume: runs },
  handler: async function* () {},
})
defineRoute({
  method: 'GET',
  path: '/',
  middleware: [tenant],
  // @ts-expect-error The other guard.
  sse: { resume: runsByType },
  handler: async function* () {},
})
// @ts-expect-error Defaults of a server are for routes without guards as well.
export const server = new Server(routes, { sse: { resume: runs } })
// @ts-expect-error Routes are checked behind middleware, too.
defineUserRoute({ method: 'GET', path: '/', handler: async function* () {} })
// @ts-expect-error Middleware, and nothing else.
defineRoute.behind(() => 'text')
