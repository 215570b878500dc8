import { randomBytes } from 'node:crypto'
import type { Transform } from 'node:stream'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { DecodingReader } from '../support/server/decoding-reader.ts'
import { createGate } from '../support/time/gate.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'

/** Every compressor that was made in this test. */
const { compressors, keep } = vi.hoisted(() => {
  const compressors: Transform[] = []
  const keep = (compressor: Transform): Transform => {
    compressors.push(compressor)
    return compressor
  }
  return { compressors, keep }
})

vi.mock('node:zlib', async (importOriginal) => {
  const zlib = await importOriginal<typeof import('node:zlib')>()
  return {
    ...zlib,
    createGzip: (options?: object) => keep(zlib.createGzip(options)),
    createBrotliCompress: (options?: object) => keep(zlib.createBrotliCompress(options)),
  }
})

beforeEach(() => {
  compressors.length = 0
})

const compressed = { compression: true }

const words = defineRoute({
  method: 'GET',
  path: '/words',
  sse: true,
  handler: async function* () {
    yield 'one'
    yield 'zwei €😀'
  },
})
const body = 'data: one\n\ndata: zwei €😀\n\n'

/** What a model streams: small events that resemble each other, each in a turn of its own. */
const tokenCount = 1000
const tokens = defineRoute({
  method: 'GET',
  path: '/tokens',
  sse: true,
  handler: async function* () {
    const vocabulary = 'the model wrote a long answer about streams and what they carry to each of their readers'.split(
      ' ',
    )
    for (let n = 0; n < tokenCount; n++) {
      yield { type: 'text-delta', id: 'msg_1', delta: ` ${vocabulary[(n * 7 + (n >> 3)) % vocabulary.length]}` }
      await new Promise((resolve) => setImmediate(resolve))
    }
  },
})

describe.each([['br'], ['gzip']] as const)('a stream as %s', (encoding) => {
  test('says so, and decodes to what was yielded', async () => {
    const { url } = await run([words], {}, compressed)
    const reader = await DecodingReader.open(`${url}/words`, encoding)
    expect(reader.headers['content-encoding']).toBe(encoding)
    expect(reader.headers.vary).toBe('Accept-Encoding')
    expect(await reader.ended()).toBe(body)
  })

  test('can be decoded up to each event as soon as that is yielded', async () => {
    const confirmed = Array.from({ length: 10 }, () => createGate())
    const steps = defineRoute({
      method: 'GET',
      path: '/steps',
      sse: true,
      handler: async function* () {
        for (const [n, gate] of confirmed.entries()) {
          yield { n }
          await gate.opened
        }
      },
    })
    const { url } = await run([steps], {}, compressed)
    const reader = await DecodingReader.open(`${url}/steps`, encoding)
    for (const [n, gate] of confirmed.entries()) {
      await reader.until(`data: {"n":${n}}\n\n`)
      gate.open()
    }
    await reader.ended()
  })

  test('takes less than a third of the bytes of the tokens of a model', async () => {
    const { url } = await run([tokens], {}, compressed)
    const plain = await DecodingReader.open(`${url}/tokens`)
    const reader = await DecodingReader.open(`${url}/tokens`, encoding)
    expect(await reader.ended()).toBe(await plain.ended())
    const saved = 1 - reader.bytes / plain.bytes
    console.log(
      `${encoding}: ${plain.bytes} -> ${reader.bytes} bytes for ${tokenCount} tokens, ${Math.round(saved * 100)} % saved`,
    )
    expect(saved).toBeGreaterThan(2 / 3)
  })

  test('gives its compressor back when the reader leaves', async () => {
    const wound = createGate()
    const waiting = defineRoute({
      method: 'GET',
      path: '/waiting',
      sse: true,
      handler: async function* (ctx) {
        try {
          yield 'started'
          await ctx.sleep(600_000)
        } finally {
          wound.open()
        }
      },
    })
    const { server, url } = await run([waiting], {}, compressed)
    const reader = await DecodingReader.open(`${url}/waiting`, encoding)
    await reader.until('started')
    reader.leave()
    await wound.opened
    await expect.poll(() => compressors.map((compressor) => compressor.destroyed)).toEqual([true])
    expect(server.openStreams).toBe(0)
  })

  test('gives its compressor back when it ends', async () => {
    const { url } = await run([words], {}, compressed)
    await (await DecodingReader.open(`${url}/words`, encoding)).ended()
    await expect.poll(() => compressors.map((compressor) => compressor.destroyed)).toEqual([true])
  })

  test('holds the handler back while its reader does not read', async () => {
    let yields = 0
    const flood = defineRoute({
      method: 'GET',
      path: '/flood',
      sse: true,
      handler: async function* () {
        for (;;) {
          yields += 1
          // Random, so that compressing it does not make it small.
          yield randomBytes(12_000).toString('base64')
        }
      },
    })
    const hello = defineRoute({ method: 'GET', path: '/hello', handler: () => 'hello' })
    const { port, url } = await run([flood, hello], {}, compressed)
    const client = (await RawClient.open(port)).request('GET /flood HTTP/1.1', [`Accept-Encoding: ${encoding}`])
    await client.until('\r\n\r\n')
    client.socket.pause()
    for (let same = 0, last = 0; same < 50; last = yields) {
      await (await fetch(`${url}/hello`)).text()
      same = last === yields ? same + 1 : 0
    }
    const stopped = yields
    client.socket.removeAllListeners('data').resume()
    await expect.poll(() => yields).toBeGreaterThan(stopped)
    client.leave()
  })
})

test.each([
  ['gzip;q=0', undefined],
  ['br;q=0, gzip', 'gzip'],
  ['br;q=0, gzip;q=0, *', undefined],
  ['*;q=0', undefined],
  ['*', 'br'],
  ['*;q=0, gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip; q=0.5', 'gzip'],
  ['identity', undefined],
  ['deflate', undefined],
  ['', undefined],
  [undefined, undefined],
])('Accept-Encoding %j is answered with %j', async (acceptEncoding, encoding) => {
  const { url } = await run([words], {}, compressed)
  const reader = await DecodingReader.open(`${url}/words`, acceptEncoding)
  expect(reader.headers['content-encoding']).toBe(encoding)
  expect(reader.headers.vary).toBe('Accept-Encoding')
  expect(await reader.ended()).toBe(body)
})

test('nothing is compressed unless it was asked for', async () => {
  const { url } = await run([words])
  const reader = await DecodingReader.open(`${url}/words`, 'gzip, br')
  expect(reader.headers['content-encoding']).toBeUndefined()
  expect(await reader.ended()).toBe(body)
})
