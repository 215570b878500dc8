// What `onError` of channels is told beside the error: which topic or run it is about.
import { expect, onTestFinished, test } from 'vitest'
import { createChannels, type ErrorPlace } from '../../src/channel/index.ts'
import { FrameReader } from '../support/channel/frame-reader.ts'
import { away, FaultyJournal } from '../support/journal/faulty-journal.ts'
import { until } from '../support/server/asking.ts'

function make(): { journal: FaultyJournal; channels: ReturnType<typeof createChannels>; places: ErrorPlace[] } {
  const journal = new FaultyJournal()
  const places: ErrorPlace[] = []
  const channels = createChannels({ journal, healMs: 20, onError: (_, place) => void places.push(place) })
  onTestFinished(() => channels.close())
  return { journal, channels, places }
}

test('each topic whose journal does not answer is named', async () => {
  const { journal, channels, places } = make()
  journal.fault = away
  const readers = ['orders', 'prices'].map((name) => new FrameReader(channels.topic(name).subscribe()))
  await until(() => places.length === 2)
  expect(places).toEqual([{ topic: 'orders' }, { topic: 'prices' }])
  for (const { attachment } of readers) attachment.detach()
})

test('a run is named by its id, whether it is appended to or followed', async () => {
  const { journal, channels, places } = make()
  const runs = channels.runs({ owner: () => 'ada' })
  const request = { ctx: {}, route: 'POST /run', lastEventId: '', idempotencyKey: undefined }
  const handler = {
    open: async function* () {
      yield 1
    },
    describe: (error: unknown) => ({ error: String(error) }),
  }
  journal.fault = ({ topic, kind }) => (kind === 'append' && /^~run\/\w+$/.test(topic) ? 'away' : undefined)
  const resumed = await runs.start(request, handler)
  if (resumed.outcome !== 'following') throw new Error(resumed.outcome)
  await until(() => places.length === 1)
  const run = /^~run\/(\w+)$/.exec(
    journal.calls.find(({ kind, topic }) => kind === 'append' && /^~run\/\w+$/.test(topic))?.topic ?? '',
  )?.[1]
  expect(places).toEqual([{ run }])
  journal.fault = ({ kind }) => (kind === 'watch' ? 'away' : undefined)
  const events = resumed.source[Symbol.asyncIterator]()
  void events.next()
  await until(() => places.length === 2)
  expect(places[1]).toEqual({ run })
  journal.fault = () => undefined
  await events.return?.()
})

test('what is about the whole journal names nothing', async () => {
  const { journal, channels, places } = make()
  const controller = new AbortController()
  journal.ready = () => Promise.reject(new Error('away'))
  const ready = channels.ready({ signal: controller.signal })
  await until(() => places.length === 1)
  controller.abort()
  await expect(ready).rejects.toThrow()
  expect(places).toEqual([{}])
})
