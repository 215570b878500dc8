// The async context (AsyncLocalStorage) in which filters run: their own request's, not that of whoever publishes.
import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute } from '../../../src/server/index.ts'
import { make, Reading } from '../../support/server/asking.ts'

const user = new AsyncLocalStorage<string>()

it.each([
  ['shared frames', 'text/event-stream'],
  ['events pulled one by one', 'application/x-ndjson'],
])('a filter over %s sees its reader, and not the publisher', async (_, accept) => {
  const channels = createChannels()
  const topic = channels.topic<string>('news')
  const seen = new Set<string | undefined>()
  const isOwn = ({ data }: { data: string }): boolean => {
    seen.add(user.getStore())
    return data.endsWith(user.getStore() ?? '')
  }
  const route = defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: () => topic.subscribe({ from: 'start', filter: isOwn }),
  })
  const { server, ask } = make([route])
  server.use((ctx, next) => user.run(ctx.headers['x-user'] ?? '', next))
  const readings = await Promise.all(
    ['ann', 'bob'].map(async (name) => new Reading(await ask('/x', { headers: { accept, 'x-user': name } }))),
  )
  await user.run('publisher', async () => {
    await topic.publish('for ann')
    await topic.publish('for bob')
    await topic.publish('done for ann')
    await topic.publish('done for bob')
  })
  const [ann, bob] = readings
  expect(await ann?.until('done for ann')).not.toContain('bob')
  expect(await bob?.until('done for bob')).not.toContain('ann')
  expect(seen).toEqual(new Set(['ann', 'bob']))
  await Promise.all(readings.map((reading) => reading.leave()))
  await channels.close()
})
