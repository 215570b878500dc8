// The clients under comparison, without a network: each gets a `fetch` that responds from memory with the same chunks.
import { fetchEventSource as fetchWithMicrosoft } from '@microsoft/fetch-event-source'
import { EventSource as RivalEventSource } from 'eventsource'
import { createEventSource } from 'eventsource-client'
import { events as fetchEventStream } from 'fetch-event-stream'
import { Stream as OpenAiStream } from 'openai/streaming'
import { EventSource, fetchEventSource, stream } from '../../dist/client/index.js'

const url = 'http://127.0.0.1/'

// The browser globals that @microsoft/fetch-event-source needs.
globalThis.window ??= globalThis
globalThis.document ??= { hidden: false, addEventListener() {}, removeEventListener() {} }

/** @typedef {{ fetch: typeof globalThis.fetch, count: number, take: (data: any) => void }} Source */

/** Closes `source` after `count` messages, and resolves. */
function listen(source, count, take) {
  return new Promise((resolve, reject) => {
    let left = count
    source.addEventListener('message', ({ data }) => {
      take(data)
      left -= 1
      if (left > 0) return
      source.close()
      resolve()
    })
    source.addEventListener('error', () => reject(new Error('The source failed')))
  })
}

/**
 * The clients: `read` reads a stream to its last event. The ones that parse the data as JSON, as the OpenAI SDK always
 * does, have `JSON` in their name. `bundle` is the export and the module that are bundled to compare sizes.
 */
export const readers = [
  {
    name: 'tidings stream()',
    bundle: ['stream', '../../dist/client/index.js'],
    async read({ fetch, take }) {
      for await (const { data } of stream(url, { fetch, as: 'text' })) take(data)
    },
  },
  {
    name: 'tidings EventSource',
    bundle: ['EventSource', '../../dist/client/index.js'],
    read: ({ fetch, count, take }) => listen(new EventSource(url, { fetch }), count, take),
  },
  {
    name: 'tidings fetchEventSource',
    bundle: ['fetchEventSource', '../../dist/client/index.js'],
    read: ({ fetch, take }) => fetchEventSource(url, { fetch, onmessage: ({ data }) => take(data) }),
  },
  {
    name: 'eventsource',
    bundle: ['EventSource', 'eventsource'],
    read: ({ fetch, count, take }) => listen(new RivalEventSource(url, { fetch }), count, take),
  },
  {
    name: 'eventsource-client',
    bundle: ['createEventSource', 'eventsource-client'],
    async read({ fetch, count, take }) {
      let left = count
      for await (const { data } of createEventSource({ url, fetch })) {
        take(data)
        left -= 1
        if (left === 0) break
      }
    },
  },
  {
    name: 'fetch-event-stream',
    bundle: ['events', 'fetch-event-stream'],
    async read({ fetch, take }) {
      for await (const { data } of fetchEventStream(await fetch(url))) take(data)
    },
  },
  {
    name: '@microsoft/fetch-event-source',
    bundle: ['fetchEventSource', '@microsoft/fetch-event-source'],
    read: ({ fetch, take }) =>
      fetchWithMicrosoft(url, { fetch, openWhenHidden: true, onmessage: ({ data }) => take(data) }),
  },
  {
    name: 'tidings stream(), JSON',
    isJson: true,
    async read({ fetch, take }) {
      for await (const { data } of stream(url, { fetch, as: 'json' })) take(data.delta)
    },
  },
  {
    name: 'openai, JSON',
    isJson: true,
    async read({ fetch, take }) {
      const response = await fetch(url)
      for await (const { delta } of OpenAiStream.fromSSEResponse(response, new AbortController())) take(delta)
    },
  },
]
