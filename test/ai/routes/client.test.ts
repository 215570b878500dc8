// Chat routes by `createClient()`: what its calls are typed with, and what they get.
import { expect, expectTypeOf, test } from 'vitest'
import { chatRoutes } from '../../../src/ai/index.ts'
import { defineRoutes } from '../../../src/adapters/index.ts'
import { createChannels } from '../../../src/channel/index.ts'
import { createClient } from '../../../src/client/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'

const runs = createChannels().runs({ owner: () => 'somebody' })
const handler = async function* (): AsyncGenerator<string> {
  yield 'Hello'
}
const routes = defineRoutes([chatRoutes({ path: '/chat', handler, resume: runs })])
const bound = defineRoutes([{ path: '/api', children: [chatRoutes({ path: '/chat', handler })] }])

test('a client reads the events of an answer, follows it, and stops it', async () => {
  const { handler: steps, open } = stepped(['one ', 'two'])
  const { url } = await startChat(steps)
  const client = createClient<typeof routes>(url)
  open(0)
  const said: string[] = []
  let runId = ''
  for await (const { event, data } of client.post('/chat', {
    json: { id: 'c', messages: [{ id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }] },
  })) {
    if (event === 'run-start') {
      runId = data.runId
    }
    if (event === 'text-delta') {
      said.push(data.delta)
      expect(await client.post('/chat/:id/stop', { params: { id: 'c' }, json: { runId } })).toEqual({ stopped: true })
    }
    if (event === 'run-end') said.push(data.outcome)
  }
  expect(said).toEqual(['one ', 'stopped'])
  const events: string[] = []
  for await (const { event } of client.get('/chat/:id/stream', { params: { id: runId } })) events.push(event)
  expect([events[0], events.at(-1)]).toEqual(['run-start', 'run-end'])
})

test('the routes that follow and stop are there only with runs', () => {
  const client = createClient<typeof bound>('http://localhost')
  expectTypeOf<Parameters<typeof client.post>[0]>().toEqualTypeOf<'/api/chat'>()
  expectTypeOf(client).not.toHaveProperty('get')
})
