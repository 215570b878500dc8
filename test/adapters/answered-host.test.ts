// A host that answers by itself: what our handler streams has no reader then, and ends.
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { defineRoute, Server, type Finish } from '../../src/server/index.ts'
import { until } from '../support/server/asking.ts'
import { listen } from '../support/server/listening.ts'

/** Asks a server of one endless stream, whose host does `meddle` with the response right after it has called the server. */
async function ask(meddle: (response: ServerResponse) => void | Promise<void>): Promise<{
  server: Server
  finishes: Finish[]
  errors: unknown[]
  answer: Promise<Response>
}> {
  const finishes: Finish[] = []
  const errors: unknown[] = []
  const endless = defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      for (let count = 0; ; count += 1) yield count
    },
  })
  const options = {
    onFinish: (finish: Finish) => void finishes.push(finish),
    onError: (error: unknown) => void errors.push(error),
  }
  const server = new Server([endless], options)
  const handler = toNodeHandler(server)
  const { url } = await listen((request, response) => {
    handler(request, response)
    void meddle(response)
  })
  return { server, finishes, errors, answer: fetch(`${url}/x`) }
}

test.each([0, 1, 2, 3, 4, 5, 10])(
  'a response that the host ends %i microtasks later ends the stream',
  async (count) => {
    const { server, finishes, answer } = await ask(async (response) => {
      for (let turn = 0; turn < count; turn += 1) await Promise.resolve()
      if (!response.headersSent) response.statusCode = 503
      response.end()
    })
    await (await answer).body?.cancel()
    await until(() => finishes.length === 1)
    expect(server.openStreams).toBe(0)
    expect(finishes).toMatchObject([{ outcome: 'answered' }])
  },
)

test('a head that somebody else has sent is told to onError, and the stream ends', async () => {
  const { server, finishes, errors, answer } = await ask((response) => response.flushHeaders())
  const response = await answer
  await until(() => errors.length === 1)
  expect(errors).toMatchObject([{ code: 'ERR_ROUTE' }])
  await response.body?.cancel()
  await until(() => finishes.length === 1)
  expect(server.openStreams).toBe(0)
})
