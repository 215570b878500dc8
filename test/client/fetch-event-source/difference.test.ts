// Where fetchEventSource and the package whose face it has differ on purpose.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as tidings from '../../../src/client/index.ts'
import type { EventSourceMessage } from '../../../src/client/index.ts'
import { stubPage, type FakePage } from '../../support/client/fake-page.ts'
import { broken, endless, events, openScriptedServer, status } from '../../support/client/scripted-server.ts'
import { again, implementations, type Init, type Subscribe } from '../../support/client/subscriber.ts'

let page: FakePage
beforeEach(() => {
  page = stubPage()
})
afterEach(() => vi.unstubAllGlobals())

interface Difference {
  readonly tidings: unknown
  readonly microsoft: unknown
  readonly try: (subscribe: Subscribe) => Promise<unknown>
}

/** What a stream of that text is handed on as. */
async function messagesOf(subscribe: Subscribe, text: string): Promise<Partial<EventSourceMessage>[]> {
  const server = await openScriptedServer(events(text))
  const messages: Partial<EventSourceMessage>[] = []
  await subscribe(server.url, { onmessage: ({ id, event, data }) => messages.push({ id, event, data }) })
  return messages
}

async function dataOf(subscribe: Subscribe, text: string): Promise<unknown[]> {
  return (await messagesOf(subscribe, text)).map(({ data }) => data)
}

/** The code that it rejects with, or whether it came back. */
async function outcomeOf(subscribe: Subscribe, url: string, init: Init): Promise<unknown> {
  const controller = new AbortController()
  const back = new Promise((resolve) => {
    const fetch: typeof globalThis.fetch = async (input, given) => {
      if (calls++ === 0) return globalThis.fetch(input, given)
      resolve('came back')
      return new Promise(() => {})
    }
    let calls = 0
    const end = subscribe(url, { ...init, fetch, signal: controller.signal })
    end.then(
      () => resolve('resolved'),
      (error: unknown) => resolve(error instanceof tidings.ResponseError ? error.status : codeOf(error)),
    )
  })
  const outcome = await back
  controller.abort()
  return outcome
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (Reflect.get(error, 'code') ?? error.message) : error
}

const differences: Readonly<Record<string, Difference>> = {
  'a tab that is left for a moment has its request': {
    tidings: 'left alone',
    microsoft: 'made twice',
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\n'), endless(''))
      const controller = new AbortController()
      const onmessage = (): void => {
        setImmediate(() => page.turn(true))
        setImmediate(() => page.turn(false))
        setImmediate(() => setImmediate(() => controller.abort()))
      }
      const fetch = vi.fn<typeof globalThis.fetch>((...given) => globalThis.fetch(...given))
      await subscribe(server.url, { method: 'POST', onmessage, fetch, signal: controller.signal })
      return fetch.mock.calls.length === 1 ? 'left alone' : 'made twice'
    },
  },
  'a page that is shown while it was not hidden has its request': {
    tidings: 'left alone',
    microsoft: 'made twice',
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\n'), endless('data: b\n\n'))
      const controller = new AbortController()
      const fetch = vi.fn<typeof globalThis.fetch>((...given) => globalThis.fetch(...given))
      let isWhole: boolean | undefined
      const onmessage = (): void => {
        setImmediate(() => page.turn(false))
        setImmediate(() => {
          isWhole ??= fetch.mock.calls[0]?.[1]?.signal?.aborted === false
          setImmediate(() => controller.abort())
        })
      }
      await subscribe(server.url, { openWhenHidden: false, onmessage, fetch, signal: controller.signal })
      return isWhole && fetch.mock.calls.length === 1 ? 'left alone' : 'made twice'
    },
  },
  'comments are handed on as': {
    tidings: ['a'],
    microsoft: ['', 'a'],
    try: (subscribe) => dataOf(subscribe, ': heartbeat\n\ndata: a\n\n'),
  },
  'a block of an id alone is handed on as': {
    tidings: [],
    microsoft: [{ id: '1', event: '', data: '' }],
    try: (subscribe) => messagesOf(subscribe, 'id: 1\n\n'),
  },
  'a first line of data that is empty is': {
    tidings: ['\na'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data:\ndata: a\n\n'),
  },
  'a field without a colon is': {
    tidings: ['a\n'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data: a\ndata\n\n'),
  },
  'data that begins with a byte order mark of its own is': {
    tidings: ['\u{feff}a'],
    microsoft: ['a'],
    try: (subscribe) => dataOf(subscribe, 'data: \u{feff}a\n\n'),
  },
  'an id with a NUL is': {
    tidings: [{ id: '', event: '', data: 'a' }],
    microsoft: [{ id: 'x\0', event: '', data: 'a' }],
    try: (subscribe) => messagesOf(subscribe, 'id: x\0\ndata: a\n\n'),
  },
  'the id of a block that was cut is': {
    tidings: undefined,
    microsoft: '1',
    async try(subscribe) {
      const server = await openScriptedServer(broken('id: 1\ndata: a\n'), events(''))
      await subscribe(server.url, { onerror: again(1) })
      return (await server.request(1)).headers['last-event-id']
    },
  },
  'an id beyond Latin-1': {
    tidings: 'is sent',
    microsoft: 'cannot be sent',
    async try(subscribe) {
      const server = await openScriptedServer(broken('id: 你\ndata: a\n\n'), events(''))
      return subscribe(server.url, { onerror: again(1) }).then(
        () => 'is sent',
        () => 'cannot be sent',
      )
    },
  },
  'a retry that is no number is': {
    tidings: undefined,
    microsoft: 1,
    async try(subscribe) {
      const server = await openScriptedServer(events('retry: 1x\ndata: a\n\n'))
      const retries: unknown[] = []
      await subscribe(server.url, { onmessage: ({ retry }) => retries.push(retry) })
      return retries[0]
    },
  },
  'a retry in a block of its own is told with': {
    tidings: [[5, 'a']],
    microsoft: [
      [5, ''],
      [undefined, 'a'],
    ],
    async try(subscribe) {
      const server = await openScriptedServer(events('retry: 5\n\ndata: a\n\n'))
      const told: unknown[] = []
      await subscribe(server.url, { onmessage: ({ retry, data }) => told.push([retry, data]) })
      return told
    },
  },
  'a retry that setTimeout cannot hold is waited for': {
    tidings: 3_600_000,
    microsoft: 1_000_000_000_000,
    async try(subscribe) {
      const server = await openScriptedServer(broken('retry: 1000000000000\ndata: a\n\n'))
      const controller = new AbortController()
      const setTimeout = vi.spyOn(globalThis, 'setTimeout')
      const onerror = (): void => void setImmediate(() => controller.abort())
      await subscribe(server.url, { onerror, signal: controller.signal })
      const waits = setTimeout.mock.calls.map(([, ms]) => ms ?? 0)
      setTimeout.mockRestore()
      return Math.max(...waits)
    },
  },
  'an answer of 204': {
    tidings: 'resolved',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(status(204, {}))
      return outcomeOf(subscribe, server.url, { onerror: () => 1 })
    },
  },
  'without onerror, an answer of another type': {
    tidings: 'ERR_MEDIA_TYPE',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(events('', { 'content-type': 'text/html' }))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'without onerror, a status that will not change': {
    tidings: 404,
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(status(404, {}))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'a failure that has the type of an event stream': {
    tidings: 400,
    microsoft: 'resolved',
    async try(subscribe) {
      const server = await openScriptedServer(status(400))
      return outcomeOf(subscribe, server.url, {})
    },
  },
  'without onerror, a POST that was cut': {
    tidings: 'terminated',
    microsoft: 'came back',
    async try(subscribe) {
      const server = await openScriptedServer(broken('retry: 1\ndata: a\n\n'))
      return outcomeOf(subscribe, server.url, { method: 'POST' })
    },
  },
  'a signal that had aborted before lets through': {
    tidings: 0,
    microsoft: 1,
    async try(subscribe) {
      const server = await openScriptedServer(events(''))
      await subscribe(server.url, { signal: AbortSignal.abort() })
      return server.requests.length
    },
  },
  'behind an abort, what has come already is': {
    tidings: ['a'],
    microsoft: ['a', 'b'],
    async try(subscribe) {
      const server = await openScriptedServer(endless('data: a\n\ndata: b\n\n'))
      const controller = new AbortController()
      const heard: string[] = []
      const onmessage = ({ data }: EventSourceMessage): void => {
        heard.push(data)
        controller.abort()
      }
      await subscribe(server.url, { onmessage, signal: controller.signal })
      return heard
    },
  },
}

describe('a deliberate difference:', () => {
  for (const [title, difference] of Object.entries(differences)) {
    it.each(['tidings', 'microsoft'] as const)(`${title} (%s)`, async (name) => {
      expect(await difference.try(implementations[name])).toEqual(difference[name])
    })
  }
})
