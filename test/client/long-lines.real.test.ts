// Lines of 32 MiB, from a server that minds backpressure to every reader: those that mean nothing are discarded as they
// arrive, and those that mean something are refused at the limit, whatever they are cut into.
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createClient, EventSource, fetchEventSource, stream } from '../../src/client/index.ts'
import { NdjsonParserStream } from '../../src/ndjson/index.ts'
import { createParser, EventSourceParserStream } from '../../src/sse/index.ts'
import { defineRoute, defineRoutes } from '../../src/server/index.ts'

const mebibyte = 1024 * 1024
const lineBytes = 32 * mebibyte
/** What sockets and streams hold, and what the collector leaves for later: half of what a reader would hold. */
const slackBytes = 16 * mebibyte

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

interface Pouring {
  readonly url: string
  /** The bytes of the line that were taken. */
  readonly taken: () => number
  /** By how much the memory in use had grown, looked at after 24, 28 and 32 MiB: the least, for what is on its way comes and goes. */
  readonly grown: () => number
}

/** A server whose only answer is a line of 32 MiB that begins with `beginning`, and what follows it. */
async function pouring(type: string, beginning: string, filler: string, ending: string): Promise<Pouring> {
  let taken = 0
  const grown: number[] = []
  const chunk = Buffer.from(filler.repeat(65_536 / filler.length))
  const pour = async (response: ServerResponse): Promise<void> => {
    response.writeHead(200, { 'content-type': type }).write(beginning)
    const before = usedBytes()
    while (taken < lineBytes) {
      taken += chunk.length
      if (!response.write(chunk)) await drainedOrClosed(response)
      if (response.closed) return
      if (taken % (4 * mebibyte) === 0) grown.push(usedBytes() - before)
    }
    response.end(ending)
  }
  let requests = 0
  const server = createServer((_, response) => {
    requests += 1
    if (requests > 1) response.writeHead(204).end()
    else void pour(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    taken: () => taken,
    grown: () => (grown.length === 0 ? 0 : Math.min(...grown.slice(-3))),
  }
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}

type Reader = (url: string) => Promise<unknown[]>

async function dataOf(events: AsyncIterable<{ readonly data: unknown }>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const { data } of events) all.push(data)
  return all
}

async function bodyOf(url: string): Promise<ReadableStream<Uint8Array>> {
  const { body } = await fetch(url)
  if (body === null) throw new Error('There is no body.')
  return body
}

const feed = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/feed',
    sse: true,
    handler: async function* () {
      yield { n: 1 }
    },
  }),
])

/** Everything that reads SSE. */
const readers: Readonly<Record<string, Reader>> = {
  'stream()': (url) => dataOf(stream(url, { maxEventBytes: mebibyte, retry: false })),
  'stream() without a limit': (url) => dataOf(stream(url, { maxEventBytes: false, retry: false })),
  'createClient()': (url) => dataOf(createClient<typeof feed>(url, { maxEventBytes: mebibyte }).get('/feed')),
  EventSource: async (url) => {
    const source = new EventSource(url)
    onTestFinished(() => source.close())
    return new Promise((resolve) => {
      source.addEventListener('message', ({ data }) => resolve([data]))
      source.addEventListener('error', () => resolve([`closed: ${source.readyState === EventSource.CLOSED}`]))
    })
  },
  'fetchEventSource()': async (url) => {
    const all: unknown[] = []
    await fetchEventSource(url, { onmessage: ({ data }) => all.push(data), openWhenHidden: true })
    return all
  },
  EventSourceParserStream: async (url) =>
    dataOf((await bodyOf(url)).pipeThrough(new EventSourceParserStream({ maxEventBytes: mebibyte }))),
  'createParser() with onError': async (url) => {
    const all: unknown[] = []
    const parser = createParser({ onEvent: ({ data }) => all.push(data), onError: () => {} })
    for await (const chunk of await bodyOf(url)) parser.feed(chunk)
    return all
  },
}

const meaningless = [
  { name: 'a comment', beginning: ':' },
  { name: 'an unknown field', beginning: 'foo: ' },
  { name: 'a field that begins as data does', beginning: 'datum' },
]

describe.each(Object.entries(readers))('%s', (_, read) => {
  test.each(meaningless)('discards $name of 32 MiB as it arrives, and reads what follows', async ({ beginning }) => {
    const server = await pouring('text/event-stream', beginning, 'x', '\n\ndata: after\n\n')
    expect(await read(server.url)).toEqual(['after'])
    expect(server.taken()).toBe(lineBytes)
    expect(server.grown()).toBeLessThan(slackBytes)
  })
})

/** Everything that has a limit of its own, and that limit. */
const limited: readonly { readonly name: string; readonly limitBytes: number; readonly read: Reader }[] = [
  ...Object.entries(readers)
    .filter(([name]) => name !== 'stream() without a limit' && name !== 'createParser() with onError')
    .map(([name, read]) => ({
      name,
      read,
      limitBytes: (/^(EventSource|fetchEventSource\(\))$/.test(name) ? 16 : 1) * mebibyte,
    })),
  {
    name: 'createParser() without onError',
    limitBytes: mebibyte,
    read: async (url) => {
      const parser = createParser({ maxEventBytes: mebibyte })
      for await (const chunk of await bodyOf(url)) parser.feed(chunk)
      return []
    },
  },
]

test.each(limited)('$name refuses a data line without an end at its limit', async ({ name, limitBytes, read }) => {
  const server = await pouring('text/event-stream', 'data: ', 'x', '\n\ndata: after\n\n')
  if (name === 'EventSource') expect(await read(server.url)).toEqual(['closed: true'])
  else await expect(read(server.url)).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  expect(server.taken()).toBeLessThan(limitBytes + 12 * mebibyte)
  expect(server.grown()).toBeLessThan(limitBytes + slackBytes)
})

test.each<{ name: string; read: Reader }>([
  { name: 'stream()', read: async (url) => dataOf(stream(url, { maxEventBytes: mebibyte, retry: false })) },
  {
    name: 'NdjsonParserStream',
    read: async (url) => {
      for await (const _ of (await bodyOf(url)).pipeThrough(new NdjsonParserStream({ maxLineBytes: mebibyte })));
      return []
    },
  },
])('$name refuses a line of JSON without an end at its limit', async ({ read }) => {
  const server = await pouring('application/x-ndjson', '["', 'x', '"]\n')
  await expect(read(server.url)).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  expect(server.taken()).toBeLessThan(13 * mebibyte)
  expect(server.grown()).toBeLessThan(mebibyte + slackBytes)
})
