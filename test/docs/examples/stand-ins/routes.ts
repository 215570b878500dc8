// The server of an example's reader.
import { defineRoute, defineRoutes, Server, Type } from 'tidings'

export const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' }),
  defineRoute({ method: 'GET', path: '/tasks/:id', handler: ({ params }) => ({ id: params.id, title: 'A task' }) }),
  defineRoute({
    method: 'POST',
    path: '/tasks',
    schema: { body: Type.Object({ title: Type.String({ minLength: 1 }) }) },
    handler: ({ body }) => ({ id: '8', title: body.title }),
  }),
  defineRoute({
    method: 'GET',
    path: '/tasks/:id/progress',
    sse: true,
    handler: async function* ({ params }) {
      for (const percent of [0, 50, 100]) yield { task: params.id, percent }
    },
  }),
])

export const server = new Server(routes)
