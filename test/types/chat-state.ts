// What a guard of a chat hands on: typed in all that is asked of it.
import { defineMiddleware, defineRoutes, type Context, type Middleware, type State, type StateOf } from 'tidings'
import { chatRoute, chatRoutes } from 'tidings/ai'
import { createChannels } from 'tidings/channel'
import { createClient } from 'tidings/client'
import { same } from './same.ts'

const auth = defineMiddleware<{ user: string }>((_ctx, next) => next({ user: 'ada' }))
const tenant = defineMiddleware<{ tenant: 'a' | 'b' }>((_ctx, next) => next({ tenant: 'a' }))
const plain: Middleware = (_ctx, next) => next()
const channels = createChannels()
const runs = channels.runs({ owner: ({ state }: { readonly state: StateOf<typeof auth> }) => state.user })
const ownerless = channels.runs<Context>({ owner: ({ headers }) => headers['user'] ?? '' })

const assistant = chatRoutes({
  path: '/chat',
  resume: runs,
  middleware: [auth, plain, tenant],
  accept: (_request, { state }) => same<typeof state.user, string>(),
  meta: ({ state }) => {
    same<typeof state.tenant, 'a' | 'b'>()
    return { tenant: state.tenant }
  },
  handler: async function* ({ state, messages }) {
    same<typeof state.user, string>()
    same<typeof state.tenant, 'a' | 'b'>()
    same<(typeof state)['more'], unknown>()
    yield `${state.user} ${messages.length}`
  },
})

export const others = [
  chatRoute({
    handler: async function* ({ state }) {
      yield state.user
    },
    path: '/one',
    middleware: [auth],
  }),
  chatRoute({
    path: '/two',
    handler: async function* ({ state }) {
      same<typeof state, State>()
      yield 'ok'
    },
  }),
  chatRoutes({
    path: '/three',
    resume: ownerless,
    middleware: [],
    handler: async function* ({ state }) {
      same<typeof state, State>()
      yield 'ok'
    },
  }),
  // @ts-expect-error No guard, no owner.
  chatRoutes({ path: '/four', resume: runs, handler: async function* () {} }),
  // @ts-expect-error Another guard knows no user.
  chatRoutes({ path: '/five', resume: runs, middleware: [tenant], handler: async function* () {} }),
  chatRoute({
    path: '/six',
    middleware: [auth],
    handler: async function* ({ state }) {
      // @ts-expect-error It has no such length.
      yield state.user.size
    },
  }),
]

const routes = defineRoutes([{ path: '/api', children: [assistant] }])
export const answers = createClient<typeof routes>('https://example.com').post('/api/chat', { json: { messages: [] } })
