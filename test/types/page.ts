// The routes that an introduction to SSE shows, as somebody would write them who has never seen a type of ours.
import { defineRoute, defineRoutes, Server, serve, sse, Type } from 'tidings'
import { same } from './same.ts'

interface Job {
  status: 'queued' | 'running' | 'done' | 'broken'
  percent: number
}
interface Note {
  kind: string
  key: string
  content: { from: string; at: Date }
}
declare function findJob(id: string): Promise<Job>
declare function complete(messages: { role: string; content: string }[]): AsyncIterable<{ text: string }>
declare function notesOf(user: string): AsyncIterable<Note>
// oxlint-disable-next-line no-restricted-globals -- compiled, and never called
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const countdown = defineRoute({
  method: 'GET',
  path: '/countdown',
  sse: true,
  handler: async function* () {
    yield { phase: 'begun' }
    for (let left = 10; left > 0; left -= 1) {
      yield { left }
      await wait(100)
    }
    yield sse({ event: 'lift-off' }, { message: 'Gone!' })
  },
})

const kinds = defineRoute({
  method: 'GET',
  path: '/kinds',
  sse: true,
  handler: async function* () {
    yield { type: 'text', content: 'Hi' }
    yield 'a plain text'
    yield 42
    yield null
    yield true
    yield ['a', 'list']
    yield sse({ event: 'presence' }, { online: false })
    yield sse({ id: '77' }, { value: 1 })
    yield sse({ retry: 2500 }, 'come back')
    yield sse({ event: 'change', id: '78', retry: 2500 }, { count: 2 })
    yield sse({ event: 'end' }, null)
  },
})

const watchJob = defineRoute({
  method: 'GET',
  path: '/jobs/:job/watch',
  sse: true,
  schema: { params: Type.Object({ job: Type.String() }) },
  handler: async function* ({ params }) {
    same<typeof params, { job: string }>()
    const { job } = params
    while (true) {
      const found = await findJob(job)
      yield { status: found.status, percent: found.percent }
      if (found.status === 'done' || found.status === 'broken') return
      await wait(500)
    }
  },
})

const chat = defineRoute({
  method: 'POST',
  path: '/chat',
  sse: true,
  schema: {
    body: Type.Object({
      messages: Type.Array(
        Type.Object({
          role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
          content: Type.String(),
        }),
      ),
      model: Type.Optional(Type.String()),
    }),
  },
  handler: async function* ({ body }) {
    const { messages, model = 'small' } = body
    same<typeof model, string>()
    same<(typeof messages)[number]['role'], 'user' | 'assistant'>()
    yield { type: 'start', model, at: Date.now() }
    for await (const { text } of complete(messages)) yield { type: 'text', content: text }
    yield { type: 'done', usage: { tokens: messages.length } }
  },
})

const failing = defineRoute({
  method: 'GET',
  path: '/failing',
  sse: true,
  handler: async function* () {
    yield { phase: 'begun' }
    throw new Error('Out of luck')
  },
})

const silent = defineRoute({
  method: 'GET',
  path: '/silent',
  sse: true,
  schema: { query: Type.Object({ needed: Type.String() }) },
  handler: async function* () {
    /* nothing to say */
  },
})

const notes = defineRoute({
  method: 'GET',
  path: '/notes',
  sse: true,
  schema: { query: Type.Object({ user: Type.String() }) },
  handler: async function* ({ query }) {
    for await (const note of notesOf(query.user)) yield sse({ event: note.kind, id: note.key }, note.content)
  },
})

export const routes = defineRoutes([countdown, kinds, watchJob, chat, failing, silent, notes])

export async function run(): Promise<void> {
  const server = new Server(routes)
  const handle = serve({ fetch: server.fetch, port: 3000 }, () => {})
  await handle.close({ drainMs: 500 })
}
