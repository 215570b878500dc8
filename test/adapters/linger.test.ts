import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
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

/** Resolves once `measure` has not changed while zlib, whose threads compress the streams, has done other work 15 times. */
async function compressedStandstill(measure: () => number): Promise<void> {
  let last = measure()
  for (let same = 0; same < 15; same += 1) {
    await promisify(gzip)(randomBytes(64 * 1024))
    await standstill(measure)
    if (measure() !== last) same = 0
    last = measure()
  }
}

it.each(['br', 'gzip'])(
  'cuts it when its stream is compressed with %s, too, and not one that reads',
  async (coding) => {
    let yields = 0
    const route = defineRoute({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        for (;;) {
          yields += 1
          // What compresses well would not fill the connection.
          yield randomBytes(48 * 1024).toString('base64')
        }
      },
    })
    const { port, server } = await run([route], {}, { compression: true })
    const [stopped, reading] = [await RawClient.open(port), await RawClient.open(port)]
    stopped.socket.pause()
    for (const client of [stopped, reading]) client.request('GET /x HTTP/1.1', [`Accept-Encoding: ${coding}`])
    await reading.until(`content-encoding: ${coding}`)
    reading.socket.pause()
    await until(() => yields > 0)
    await compressedStandstill(() => yields)
    expect(server.disconnect(() => true)).toBe(2)
    reading.socket.resume()
    await reading.until('\r\n0\r\n\r\n')
    vi.advanceTimersByTime(10_000)
    expect(reading.isClosed).toBe(false)
    stopped.socket.resume()
    const text = await stopped.ended()
    expect(text).toContain(`content-encoding: ${coding}`)
    expect(text.endsWith('0\r\n\r\n')).toBe(false)
    reading.leave()
  },
)
