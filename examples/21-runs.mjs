// A run: the handler continues when its reader disconnects; its owner can follow it with the id of any of its events.
//   curl -N http://localhost:3000/chat -H 'authorization: Bearer ada-secret' -H 'content-type: application/json' -d '{"question":"why?"}'
//   curl -N http://localhost:3000/chat -H 'authorization: Bearer ada-secret' -H 'Last-Event-ID: <the id of an event>' -X POST
//   curl http://localhost:3000/chat/<the id of an event> -H 'authorization: Bearer ada-secret' -X DELETE
import { fileURLToPath } from 'node:url'
import { defineMiddleware, defineRoute, defineRoutes, err, serve, Server, sleep, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

const channels = createChannels()
/** Who has which token. A real app asks its sessions, or checks a signature. */
const users = new Map([
  ['Bearer ada-secret', { id: 'ada' }],
  ['Bearer bob-secret', { id: 'bob' }],
])
/** The guard: it runs for every request, also for one that follows a run, since an event id authorises nothing. */
/** @type {import('tidings').Middleware<{ user: { id: string } }>} */
const signedIn = defineMiddleware(({ headers }, next) => {
  const user = users.get(headers.authorization ?? '')
  if (user === undefined) throw err.unauthorized('Send a token that is known.')
  return next({ user })
})
/**
 * `owner` says whose run it is: the user whom the guard has recognised, and never what a request says of itself.
 *
 * @type {import('tidings/channel').Runs<{ state: import('tidings').StateOf<typeof signedIn> }>}
 */
const runs = channels.runs({ owner: ({ state }) => state.user.id })

const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat',
    sse: { resume: runs },
    schema: { body: Type.Object({ question: Type.String({ minLength: 1 }) }) },
    middleware: [signedIn],
    handler: async function* ({ body, signal }) {
      for (const word of `You asked: ${body.question} Let me think about that for a while.`.split(/(?<= )/)) {
        yield word
        await sleep(100, signal) // aborts when the run is stopped, not when a reader leaves
      }
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/chat/:id',
    middleware: [signedIn],
    handler: async (ctx) => {
      if (!(await runs.stop(ctx.params.id, ctx))) throw err.notFound('There is no such run.')
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/chat`))
}
