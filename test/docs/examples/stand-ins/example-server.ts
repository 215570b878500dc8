// What answers as https://example.com.
import { defineRoute, defineRoutes, Server, sse, Type } from 'tidings'
import { model } from './model.ts'
import { orders } from './orders.ts'
import { routes } from './routes.ts'

export const exampleServer = new Server(
  defineRoutes([
    ...routes.routes,
    { path: '/api', children: routes.routes },
    defineRoute({
      method: 'GET',
      path: '/feed',
      sse: true,
      handler: async function* () {
        yield sse({ id: '1' }, 'hello')
        yield sse({ id: '2' }, 'world')
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/chat',
      sse: true,
      schema: { body: Type.Object({ question: Type.String() }) },
      handler: ({ body, signal }) => model.answer(body.question, { signal }),
    }),
    defineRoute({
      method: 'POST',
      path: '/assistant',
      sse: true,
      handler: async function* () {
        yield 'Hello!'
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/orders',
      sse: true,
      handler: ({ lastEventId }) => orders.subscribe({ after: lastEventId }),
    }),
  ]),
)
