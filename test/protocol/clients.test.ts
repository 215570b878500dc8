// docs/protocol/parsing.json, by the two clients with faces of others, over a socket. stream() is held to them by its reader, in
// test/client/stream/event-reader.test.ts, and to what it sends next in reading.test.ts.
import { describe, expect, test } from 'vitest'
import { EventSource, fetchEventSource } from '../../src/client/index.ts'
import { events, openScriptedServer } from '../support/client/scripted-server.ts'
import { wireCases, type WireCase } from '../support/wire/wire-case.ts'

interface Heard {
  readonly event: string
  readonly data: string
}

/** What an EventSource dispatches until its connection is over, and its position then. */
async function hearSource({ bytes, expected }: WireCase): Promise<{ heard: Heard[]; lastEventId: string }> {
  const server = await openScriptedServer(events(bytes))
  const source = new EventSource(server.url)
  const heard: Heard[] = []
  const names = new Set(['message', ...expected.events.map(({ event }) => event ?? 'message')])
  for (const name of names) {
    source.addEventListener(name, ({ type, data }: MessageEvent<string>) => heard.push({ event: type, data }))
  }
  await new Promise((resolve) => source.addEventListener('error', resolve))
  const { lastEventId } = source
  source.close()
  return { heard, lastEventId }
}

describe.each(wireCases)('EventSource: $group', ({ cases }) => {
  test.each(cases)('$name', async (wireCase) => {
    const { lastEventId, events: wanted } = wireCase.expected
    const heard = wanted.map(({ event = 'message', data }) => ({ event, data }))
    expect(await hearSource(wireCase)).toEqual({ heard, lastEventId })
  })
})

describe.each(wireCases)('fetchEventSource: $group', ({ cases }) => {
  test.each(cases)('$name', async ({ bytes, expected }) => {
    const server = await openScriptedServer(events(bytes))
    const heard: object[] = []
    await fetchEventSource(server.url, { onmessage: ({ event, data, id }) => heard.push({ event, data, id }) })
    expect(heard).toEqual(expected.events.map(({ event = '', data, id = '' }) => ({ event, data, id })))
  })
})
