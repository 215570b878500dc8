// Collections of routes: nested groups keep the type of every route in them, and the middleware that stands before them.
import { defineRoute, defineRoutes, Server, Type, type Middleware, type Routes } from 'tidings'
import type { PathParams } from 'tidings/server'
import { same, type Asked, type Returned, type Yielded } from './same.ts'

const guard: Middleware = (_ctx, next) => next()
const members = defineRoute({
  method: 'GET',
  path: '/members/:member',
  handler: ({ params }) => ({ member: params.member }),
})

export const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/health', handler: () => 'ok' }),
  {
    path: '/teams/:team',
    middleware: [guard],
    children: [
      members,
      {
        path: '/archive',
        middleware: [async (ctx, next) => (ctx.method === 'GET' ? new Response() : next())],
        children: [
          defineRoute({
            method: 'POST',
            path: '/:year',
            sse: true,
            schema: { body: Type.Object({ from: Type.Number() }) },
            handler: async function* ({ params, body }) {
              yield { year: params.year, from: body.from }
            },
          }),
        ],
      },
    ],
  },
])

type List = typeof routes extends Routes<infer Entries> ? Entries : never
same<List[0]['path'], '/health'>()
same<List[1]['path'], '/teams/:team'>()
same<Returned<List[1]['children'][0]>, { member: string }>()
type Archive = List[1]['children'][1]['children'][0]
same<Archive['method'], 'POST'>()
same<Asked<Archive, 'body'>, { from: number }>()
same<Yielded<Archive>, { year: string; from: number }>()

/** Lists that were made elsewhere, and an empty one. */
const more = [members, { path: '/more', children: [members] }] as const
export const all = defineRoutes([...routes.routes, ...more])
same<(typeof all)['routes']['length'], 4>()
export const none = defineRoutes([])
export const unguarded = defineRoutes([{ path: '/open', middleware: undefined, children: [members] }])
export const slashed = defineRoutes([{ path: '/', children: [{ path: '/more/', children: [members] }] }])
export const dynamic: Routes = defineRoutes(Array.from({ length: 3 }, () => members))

export const servers = [
  new Server(routes),
  new Server(all, { sse: { heartbeatMs: 1000 }, locale: 'en' }),
  new Server(dynamic),
]

// The path alone types the parameters: test/types/path.test.ts holds every pattern against the router.
same<PathParams<'/tasks/:id/stream'>, { id: string }>()
same<PathParams<string>, { [name: string]: string }>()
same<PathParams<'/files/:name.:ext'>, { name: string; ext: string }>()
same<PathParams<'/a/:b?/*'>, { b?: string; 0?: string }>()
