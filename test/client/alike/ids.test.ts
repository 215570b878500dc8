// Ids that no header carries, from servers that are not ours: the clients keep them, and the stream goes on.
import { describe, expect, onTestFinished, test } from 'vitest'
import { createClient, EventSource, stream } from '../../../src/client/index.ts'
import { defineRoute, defineRoutes } from '../../../src/server/index.ts'
import { answering, cut, held, sseType, whole } from '../../support/client/answering-server.ts'
import { faces } from '../../support/client/faces.ts'
import { until } from '../../support/server/asking.ts'
import { soon } from '../../support/client/stream-outcome.ts'

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/',
    sse: true,
    handler: async function* () {
      yield 1
    },
  }),
])

const ids = ['\u0001', 'a\u0001b', 'a\u000Bb', '\u001F', '\u007F']

describe.each(Object.entries(faces))('%s', (_, read) => {
  test.each(ids)('comes back behind the id %j, which it cannot send', async (id) => {
    const { url, requests } = await answering(
      cut(`retry: 1\nid: 7\ndata: 1\n\nid: ${id}\ndata: 2\n\n`, sseType),
      cut('data: 3\n\nid: 8\ndata: 4\n\n', sseType),
      held('data: 5\n\n', sseType),
    )
    const { data, close } = read(url)
    onTestFinished(close)
    await until(() => data.length === 5)
    expect(data).toEqual(['1', '2', '3', '4', '5'])
    expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, undefined, '8'])
  })

  test.each(['a\tb', 'é你', '\u0080'])('sends the id %j', async (id) => {
    const { url, requests } = await answering(
      cut(`retry: 1\nid: ${id}\ndata: 1\n\n`, sseType),
      held('data: 2\n\n', sseType),
    )
    const { data, close } = read(url)
    onTestFinished(close)
    await until(() => data.length === 2)
    expect(Buffer.from(String(requests[1]?.lastEventId), 'latin1').toString()).toBe(id)
  })
})

test('such an id is the position that the reader is told, and the next try can send it in the url', async () => {
  const { url, requests } = await answering(cut('id: a\u0001\ndata: 1\n\n', sseType), whole('data: 2\n\n'))
  const events = stream(url, {
    retry: soon,
    request: ({ lastEventId }) => ({ url: `${url}?after=${encodeURIComponent(lastEventId)}` }),
  })
  for await (const { id } of events) expect([id, events.lastEventId]).toEqual(['a\u0001', 'a\u0001'])
  expect(requests.map((request) => new URL(request.url).search)).toEqual(['?after=', '?after=a%01'])
})

test('and as an option it is taken', async () => {
  const { url, requests } = await answering(whole('data: 1\n\n'))
  const lastEventId = 'a\u0001'
  for await (const _ of stream(url, { lastEventId }));
  for await (const _ of createClient<typeof routes>(url).get('/', { lastEventId }));
  const source = new EventSource(url, { lastEventId })
  await new Promise((resolve) => source.addEventListener('message', resolve))
  source.close()
  expect(requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, undefined, undefined])
})
