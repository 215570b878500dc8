// Errors: before the first event an error is a real HTTP status; after it, an `error` event.
//   curl -i http://localhost:3000/tasks/7        404, {"code":404,"message":"There is no task 7."}
//   curl -N http://localhost:3000/tasks/1        two events, then `event: error`
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, err, serve, Server } from 'tidings'

const tasks = new Map([['1', { title: 'Paint the fence' }]])

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/tasks/:id',
    sse: true,
    handler: async function* ({ params }) {
      const task = tasks.get(params.id)
      // An HttpError is meant for the client: its status and message are sent; after a 404 no reader reconnects.
      if (task === undefined) throw err.notFound(`There is no task ${params.id}.`)
      yield { title: task.title }
      yield { progress: 50 }
      // Any other error is not meant for the client: `onError` is called with it, and returns what is sent instead.
      throw new Error('connect ECONNREFUSED 10.0.0.7:5432')
    },
  }),
])

export const server = new Server(routes, {
  onError: (error, { path }) => {
    console.error(`${path}: ${error instanceof Error ? error.message : String(error)}`)
    return 'The paint ran out.'
  },
})

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/tasks/1`))
}
