import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { stream } from '../support/server/raw-stream.ts'
import { run } from '../support/server/running.ts'
import { gate, turns } from '../support/server/asking.ts'

describe('a reader that leaves before the handler has begun', () => {
  it('is not served: a guard that takes long does not start a handler for nobody', async () => {
    const entered = gate()
    const guarded = gate()
    const left = gate()
    let starts = 0
    const handler = async (): Promise<void> => {
      starts += 1
      await new Promise(() => {})
    }
    const { port, server } = await run([stream(handler, { openAfterMs: false })], { onFinish: () => left.open() })
    server.use(async (_ctx, next) => {
      entered.open()
      await guarded.opened
      return next()
    })
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await entered.opened
    client.leave()
    await left.opened
    guarded.open()
    await turns()
    expect(server.openStreams).toBe(0)
    expect(starts).toBe(0)
  })

  it('behind another request on the same connection is noticed as well', async () => {
    const log: string[] = []
    const second = gate()
    const ended = gate()
    const handler = async function* (ctx: Context): AsyncGenerator {
      const name = ctx.query['n'] ?? ''
      try {
        if (name === '2') second.open()
        yield 'first'
        await ctx.sleep(1e9)
      } finally {
        log.push(name)
        if (log.length === 2) ended.open()
      }
    }
    const { port, server } = await run([stream(handler)])
    const client = await RawClient.open(port)
    client.socket.write('GET /x?n=1 HTTP/1.1\r\nHost: t\r\n\r\nGET /x?n=2 HTTP/1.1\r\nHost: t\r\n\r\n')
    await client.until('first')
    await second.opened
    await turns()
    client.leave()
    await ended.opened
    expect(log.toSorted()).toEqual(['1', '2'])
    expect(server.openStreams).toBe(0)
  })
})
