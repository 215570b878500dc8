import diagnosticsChannel from 'node:diagnostics_channel'
import { expect, it, onTestFinished } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'
import { diagnostics } from '../../src/observe/index.ts'
import { run } from '../support/server/running.ts'
import { plain, untyped, until } from '../support/server/asking.ts'

async function* three(): AsyncGenerator {
  for (const n of [1, 2, 3]) yield { n }
}

const routes = [untyped({ method: 'GET', path: '/three', sse: true, handler: three })]

/** What is published under this name from now on. */
function listen(name: string): Record<string, unknown>[] {
  const messages: Record<string, unknown>[] = []
  const note = (message: unknown): void => void messages.push(message as Record<string, unknown>)
  diagnosticsChannel.subscribe(name, note)
  onTestFinished(() => void diagnosticsChannel.unsubscribe(name, note))
  return messages
}

it('publishes the life of a stream', async () => {
  const { server, url } = await run(routes)
  server.use(diagnostics(diagnosticsChannel))
  const [open, head, write, end] = ['open', 'head', 'write', 'end'].map((what) => listen(`tidings:stream.${what}`))
  const text = await (await fetch(`${url}/three`, { headers: plain })).text()
  await until(() => end?.length === 1)
  const stream = open?.[0]?.['stream']
  expect(stream).toMatchObject({ route: '/three', outcome: 'complete', events: 3 })
  expect(head).toEqual([{ stream, status: 200, headers: expect.any(Headers) as unknown }])
  expect(write?.map(({ frames }) => frames).join('')).toBe(text)
  expect(end?.[0]?.['stream']).toBe(stream)
})

it('publishes what happens to topics, runs and the journal', async () => {
  const channels = createChannels()
  diagnostics(diagnosticsChannel, { channels: [channels] })
  const [calls, follows, leaves] = ['journal.call', 'channel.follow', 'channel.leave'].map((what) =>
    listen(`tidings:${what}`),
  )
  await channels.topic<number>('orders').publish(1)
  expect(calls).toMatchObject([{ method: 'append', topic: 'orders', events: 1, error: undefined }])
  for await (const _ of channels.topic<number>('orders').subscribe({ from: 'start' })) break
  expect(follows).toEqual([{ place: { topic: 'orders' } }])
  await until(() => leaves?.length === 1)
  await channels.close()
})

it('makes no message where nobody subscribes', async () => {
  const published: string[] = []
  const module = {
    channel: (name: string) => ({
      hasSubscribers: name === 'tidings:stream.end',
      publish: () => void published.push(name),
    }),
  }
  const { server, url } = await run(routes)
  server.use(diagnostics(module))
  await (await fetch(`${url}/three`, { headers: plain })).text()
  expect(published).toEqual(['tidings:stream.end'])
})

it('refuses what is no such module, and options that do not exist', () => {
  expect(() => diagnostics({} as typeof diagnosticsChannel)).toThrow(/channel of node:diagnostics_channel is missing/)
  expect(() => diagnostics(diagnosticsChannel, { channel: [] } as object)).toThrow(/no option/)
})
