// A run: the handler continues when its reader disconnects; its owner can follow it with the id of any of its events.
//   curl -N http://localhost:3000/chat -H 'user: ada' -H 'content-type: application/json' -d '{"question":"why?"}'
//   curl -N http://localhost:3000/chat -H 'user: ada' -H 'Last-Event-ID: <the id of an event>' -X POST
//   curl http://localhost:3000/chat/<the id of an event> -H 'user: ada' -X DELETE
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, serve, Server, sleep, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

const channels = createChannels()
/** `owner` says whose run it is. A real app checks a session or a token, also for requests that follow a run. */
const runs = channels.runs({ owner: ({ headers }) => headers.user })

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

function signedIn({ headers }, next) {
  if (headers.user === undefined) throw err.unauthorized('The header `user` is missing.')
  return next()
}

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/chat`))
}
