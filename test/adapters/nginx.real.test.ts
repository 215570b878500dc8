// Behind nginx: what a proxy in its stock configuration does to a stream, and what a leaving reader does to the handler.
import { expect, test } from 'vitest'
import { defineRoute } from '../../src/server/index.ts'
import { describeWith } from '../support/component/component.ts'
import { DecodingReader } from '../support/server/decoding-reader.ts'
import { createGate } from '../support/time/gate.ts'
import { startNginx } from '../support/component/nginx.ts'
import { run } from '../support/server/running.ts'

const zips = 'gzip on; gzip_types text/event-stream; gzip_proxied any; gzip_min_length 1;'

const configurations = [
  { name: 'as it is shipped', directives: '', acceptEncoding: undefined, encoding: undefined },
  { name: 'with gzip switched on for streams', directives: zips, acceptEncoding: 'gzip', encoding: 'gzip' },
] as const

/** Yields each event only once the reader has confirmed the one before: a proxy that holds one back stops everything. */
function createSteps(length: number) {
  const gates = Array.from({ length }, () => createGate())
  const steps = defineRoute({
    method: 'GET',
    path: '/steps',
    sse: true,
    handler: async function* () {
      for (const [n, gate] of gates.entries()) {
        yield { n }
        await gate.opened
      }
    },
  })
  const confirm = defineRoute({
    method: 'POST',
    path: '/steps/:n',
    handler: ({ params }) => gates[Number(params.n)]?.open(),
  })
  return [steps, confirm]
}

describeWith('nginx', 'nginx', () => {
  test.each(configurations)(
    '$name passes each event on before the next one is yielded',
    async ({ directives, acceptEncoding, encoding }) => {
      const { url } = await run(createSteps(10))
      const { url: proxy } = await startNginx(url, directives)
      const reader = await DecodingReader.open(`${proxy}/steps`, acceptEncoding)
      expect(reader.headers['content-encoding']).toBe(encoding)
      for (let n = 0; n < 10; n++) {
        await reader.until(`data: {"n":${n}}\n\n`)
        await fetch(`${proxy}/steps/${n}`, { method: 'POST' })
      }
      expect(await reader.ended()).toMatch(/^(data: \{"n":\d\}\n\n){10}$/)
    },
  )

  test.each(configurations)(
    '$name lets the handler know that the reader has left',
    async ({ directives, acceptEncoding }) => {
      const reason = createGate<unknown>()
      const waiting = defineRoute({
        method: 'GET',
        path: '/waiting',
        sse: true,
        handler: async function* (ctx) {
          try {
            yield 'started'
            await ctx.sleep(600_000)
          } catch (error) {
            reason.open(error)
          }
        },
      })
      const { server, url } = await run([waiting])
      const { url: proxy } = await startNginx(url, directives)
      const reader = await DecodingReader.open(`${proxy}/waiting`, acceptEncoding)
      await reader.until('started')
      reader.leave()
      expect(await reason.opened).toMatchObject({ reason: 'left' })
      await expect.poll(() => server.openStreams).toBe(0)
    },
  )

  test('passes the head on before the first event', async () => {
    const opened = createGate()
    const late = defineRoute({
      method: 'GET',
      path: '/late',
      sse: { openAfterMs: 1 },
      handler: async function* () {
        await opened.opened
        yield 'late'
      },
    })
    const { url } = await run([late])
    const proxy = await startNginx(url, '')
    const reader = await DecodingReader.open(`${proxy.url}/late`)
    expect(reader.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    opened.open()
    expect(await reader.ended()).toBe(':\ndata: late\n\n')
  })

  test('passes a stream on that is compressed already', async () => {
    const { url } = await run(createSteps(3), {}, { compression: true })
    const { url: proxy } = await startNginx(url, zips)
    const reader = await DecodingReader.open(`${proxy}/steps`, 'br, gzip')
    expect(reader.headers['content-encoding']).toBe('br')
    for (let n = 0; n < 3; n++) {
      await reader.until(`data: {"n":${n}}\n\n`)
      await fetch(`${proxy}/steps/${n}`, { method: 'POST' })
    }
    await reader.ended()
  })
})
