import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { standstill, until } from '../support/server/asking.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

it('cuts a reader that has stopped reading some time after its stream was ended, and frees what waits for it', async () => {
  let yields = 0
  const route = defineRoute({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      for (;;) {
        yields += 1
        yield 'x'.repeat(64 * 1024)
      }
    },
  })
  const { port, server } = await run([route])
  const client = await RawClient.open(port)
  client.socket.pause()
  client.request('GET /x HTTP/1.1')
  await until(() => yields > 0)
  await standstill(() => yields)
  expect(server.disconnect(() => true)).toBe(1)
  vi.advanceTimersByTime(10_000)
  client.socket.resume()
  const text = await client.ended()
  expect(text.endsWith('0\r\n\r\n')).toBe(false)
})
