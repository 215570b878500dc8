// The suite for servers that resume: ours passes it, and servers that do it wrong are found out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { serve } from '../../src/adapters/node/index.ts'
import type { ServeHandle } from '../../src/adapters/contract/index.ts'
import { createChannels } from '../../src/channel/index.ts'
import { defineRoute, Server } from '../../src/server/index.ts'
import { describeResume, type ResumeSubject } from '../../src/testing/index.ts'

describe('our server', () => {
  const channels = createChannels()
  const ticks = channels.topic<{ readonly n: number; readonly text: string }>('ticks')
  let handle: ServeHandle
  let n = 0

  beforeAll(async () => {
    const route = defineRoute({
      method: 'GET',
      path: '/ticks',
      sse: true,
      handler: ({ lastEventId }) => ticks.subscribe({ after: lastEventId }),
    })
    handle = serve({ fetch: new Server([route]).fetch, port: 0, hostname: '127.0.0.1' })
    await handle.ready
  })
  afterAll(async () => {
    await channels.close()
    await handle.close({ drainMs: 100 })
  })

  const produce = async (count: number): Promise<void> => {
    for (let left = count; left > 0; left -= 1) await ticks.publish({ n: (n += 1), text: 'é你😀' })
  }
  describeResume({ describe, test }, 'with channels', { url: () => `${handle.url}/ticks`, produce })
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** The titles of the cases that a server fails. */
async function failuresOf(answer: Answer, options: Partial<ResumeSubject> = {}): Promise<string[]> {
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => server.close().closeAllConnections())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const found: { readonly title: string; readonly run: () => Promise<void> }[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    test: (title: string, run: () => Promise<void>) => found.push({ title, run }),
  }
  describeResume(runner, 'a server', { url, count: 20, ...options })
  const failed: string[] = []
  for (const { title, run } of found) {
    await run().catch(() => failed.push(title))
  }
  return failed
}

const cut = 'neither repeats nor loses events when connections are cut at any byte'
const behind = 'resumes right after the last event id'
const away = 'loses no event that is sent while a reader is disconnected'
const unknown = 'reports a last event id that it does not recognize'

/** Events numbered from `first`, whatever else is asked. */
function send(response: ServerResponse, first: number, last = first + 200): void {
  for (let n = first; n < last; n += 1) response.write(`id: ${n}\ndata: number ${n}\n\n`)
}

const positionOf = ({ headers }: IncomingMessage): number => Number(headers['last-event-id'] ?? 0)

describe('a server', () => {
  test('that resumes by its numbers, and begins again where it knows none, passes', async () => {
    const failed = await failuresOf((request, response) => {
      const position = positionOf(request)
      send(response, position > 0 ? position + 1 : 1)
    })
    expect(failed).toEqual([])
  })

  test('that begins again each time is found out', async () => {
    const failed = await failuresOf((_, response) => send(response, 1))
    expect(failed).toEqual(expect.arrayContaining([behind, cut, away]))
  })

  test('that sends the last event again is found out', async () => {
    const failed = await failuresOf((request, response) => send(response, Math.max(1, positionOf(request) || 1)))
    expect(failed).toEqual(expect.arrayContaining([behind, cut, away]))
  })

  test('that skips one is found out', async () => {
    const failed = await failuresOf((request, response) => send(response, (positionOf(request) || -1) + 2))
    expect(failed).toEqual(expect.arrayContaining([behind, cut]))
  })

  test('that takes any position for one of its own is found out', async () => {
    const failed = await failuresOf((request, response) => {
      const position = positionOf(request)
      send(response, Number.isNaN(position) || position < 0 ? 50 : position + 1)
    })
    expect(failed).toEqual([unknown])
  })

  test('that sends no ids is found out', async () => {
    const failed = await failuresOf((_, response) => void response.write('data: x\n\n'.repeat(300)))
    expect(failed).toContain('gives every event a unique id')
  })
})
