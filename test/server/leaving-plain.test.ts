// oxlint-disable-next-line no-restricted-imports -- a wait that never runs out: its signal ends it, with an error of Node’s
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { openRaw } from '../support/server/raw-stream.ts'
import { run } from '../support/server/running.ts'
import { gate, turns, untyped } from '../support/server/asking.ts'

describe('a reader that leaves a plain route', () => {
  it('aborts ctx.signal', async () => {
    const started = gate()
    const aborted = gate<unknown>()
    const route = untyped({
      method: 'GET',
      path: '/x',
      handler: async (ctx: Context) => {
        ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason))
        started.open()
        await new Promise(() => {})
      },
    })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await started.opened
    client.leave()
    expect(await aborted.opened).toMatchObject({ reason: 'left' })
  })

  it('aborts the signal of ctx.request', async () => {
    const started = gate()
    const aborted = gate()
    const route = untyped({
      method: 'GET',
      path: '/x',
      handler: async (ctx: Context) => {
        ctx.request.signal.addEventListener('abort', () => aborted.open())
        started.open()
        await new Promise(() => {})
      },
    })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await started.opened
    client.leave()
    await aborted.opened
  })

  it.each([
    ['the signal’s own reason', (ctx: Context) => ctx.sleep(1e9)],
    ['an error around it', (ctx: Context) => delay(1e6, undefined, { signal: ctx.signal })],
  ])('does not report what the handler throws because of it: %s', async (_name, wait) => {
    const started = gate()
    const errors: unknown[] = []
    const settled = gate()
    const route = untyped({
      method: 'GET',
      path: '/x',
      handler: async (ctx: Context) => {
        started.open()
        try {
          await wait(ctx)
        } finally {
          settled.open()
        }
      },
    })
    const { port } = await run([route], { onError: (error) => void errors.push(error) })
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await started.opened
    client.leave()
    await settled.opened
    await turns()
    expect(errors).toEqual([])
  })

  it('cancels the body of a Response that the handler made', async () => {
    const cancelled = gate()
    const route = untyped({
      method: 'GET',
      path: '/x',
      handler: () =>
        new Response(
          new ReadableStream({
            start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
            cancel: () => cancelled.open(),
          }),
        ),
    })
    const { port } = await run([route])
    const client = await openRaw(port)
    client.leave()
    await cancelled.opened
  })
})
