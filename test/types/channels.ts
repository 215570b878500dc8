// Topics and runs: what may be published, what is read, and who is asked for the owner.
import { defineRoute, defineRoutes, Type, type Context } from 'tidings'
import { createChannels } from 'tidings/channel'
import { createClient } from 'tidings/client'

const channels = createChannels()
const orders = channels.topic<{ status: string }>('orders')
const counts = channels.topic('counts', { schema: Type.Object({ count: Type.Number() }) })

void orders.publish({ status: 'paid' }, { event: 'order', key: 'evt-17' })
void counts.publish({ count: 1 })
void channels.topic('anything').publish([1, 'two'])
// @ts-expect-error A topic's data is what its type says.
void orders.publish({ status: 7 })
// @ts-expect-error Or its schema.
void counts.publish({ count: 'many' })

export async function read(): Promise<void> {
  for await (const event of orders.subscribe({ from: 'start', filter: ({ data }) => data.status !== 'new' })) {
    if (event.event === 'tidings:gap' || event.event === 'tidings:reset' || event.event === 'tidings:open') continue
    const id: string = event.id
    const data: object = event.data
    void [id, data]
  }
}

const runs = channels.runs<Context>({ owner: ({ headers }) => headers['user'] ?? '' })

export const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/orders',
    sse: true,
    handler: ({ lastEventId }) => orders.subscribe({ after: lastEventId }),
  }),
  defineRoute({
    method: 'POST',
    path: '/chat',
    sse: { resume: runs },
    schema: { body: Type.Object({ question: Type.String() }) },
    handler: async function* ({ body }) {
      yield body.question
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/import',
    sse: { resume: channels.runs({ owner: (ctx) => ctx.headers['user'] ?? '' }) },
    handler: async function* () {
      yield { done: 1 }
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: '/chat/:id',
    handler: async (ctx) => ({ stopped: await runs.stop(ctx.params.id, ctx) }),
  }),
])

// @ts-expect-error Whose runs they are must be said.
channels.runs<Context>({})

export async function call(): Promise<void> {
  const client = createClient<typeof routes>('https://example.com')
  for await (const { data } of client.post('/import')) {
    const { done } = data
    done satisfies number
  }
  const { stopped } = await client.delete('/chat/:id', { params: { id: 'x' } })
  stopped satisfies boolean
}
