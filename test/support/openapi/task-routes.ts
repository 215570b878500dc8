// Routes of every kind that a document describes.
import { type } from 'arktype'
import { Type } from 'typebox'
import { z } from 'zod'
import { defineRoute, type AnyRoute, type RouteGroup } from '../../../src/server/index.ts'
import { sse } from '../../../src/sse/index.ts'

interface Comment {
  readonly text: string
  readonly answers: readonly Comment[]
}
const comment: z.ZodType<Comment> = z.object({
  text: z.string(),
  get answers() {
    return z.array(comment)
  },
})

/** A stream with events of four names. */
export const progress = defineRoute({
  method: 'GET',
  path: '/:id/progress',
  sse: true,
  schema: {
    params: Type.Object({ id: Type.Integer() }),
    query: z.object({ since: z.coerce.number().optional(), tag: z.array(z.string()) }),
    event: {
      message: Type.Object({ percent: Type.Number() }, { $id: 'Progress' }),
      token: Type.String(),
      comment,
      step: Type.Cyclic({ Step: Type.Object({ next: Type.Optional(Type.Ref('Step')) }) }, 'Step'),
    },
  },
  handler: async function* () {
    yield { percent: 1 }
    yield sse({ event: 'token' }, 'Hello')
  },
})

/** A body in three media types, headers and cookies. */
export const create = defineRoute({
  method: 'POST',
  path: '/',
  body: { accept: ['json', 'form', 'text'] },
  schema: {
    body: type({ title: 'string', 'note?': 'string' }),
    headers: z.object({ 'x-tenant': z.string() }),
    cookies: Type.Object({ session: Type.Optional(Type.String()) }),
  },
  handler: ({ body }) => body,
})

/** All of them, below `/tasks`, beside those that declare nothing. */
export const taskRoutes: readonly (AnyRoute | RouteGroup)[] = [
  {
    path: '/tasks',
    children: [
      progress,
      create,
      defineRoute({ method: 'DELETE', path: '/:key', handler: () => undefined }),
      defineRoute({ method: 'GET', path: '/:task?', handler: () => 'x' }),
      defineRoute({ method: 'HEAD', path: '/:task/head', handler: () => undefined }),
    ],
  },
  defineRoute({
    method: 'GET',
    path: '/ticks',
    sse: true,
    handler: async function* () {
      yield 1
    },
  }),
]
