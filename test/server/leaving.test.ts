// oxlint-disable-next-line no-restricted-imports -- a wait that never runs out: its signal ends it, with an error of Node’s
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { StreamEndedError, type Context } from '../../src/server/index.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { openRaw, stream } from '../support/server/raw-stream.ts'
import { run } from '../support/server/running.ts'
import { gate, make, Reading, turns, type Gate } from '../support/server/asking.ts'

describe('a reader that leaves', () => {
  it('aborts ctx.signal with a StreamEndedError of reason left', async () => {
    const aborted = gate<unknown>()
    const handler = async function* (ctx: Context): AsyncGenerator {
      ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason))
      yield 'first'
      await new Promise(() => {})
    }
    const { port } = await run([stream(handler)])
    const client = await openRaw(port)
    client.leave()
    const reason = await aborted.opened
    expect(reason).toBeInstanceOf(StreamEndedError)
    expect(reason).toMatchObject({ name: 'AbortError', code: 'ERR_STREAM_ENDED', reason: 'left' })
  })

  it('aborts a signal too that is asked for only afterwards', async () => {
    const woken = gate()
    const seen = gate<boolean>()
    const handler = async function* (ctx: Context): AsyncGenerator {
      try {
        yield 'first'
        await woken.opened
      } finally {
        seen.open(ctx.signal.aborted)
      }
    }
    const { ask } = make([stream(handler)])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    await reading.leave()
    woken.open()
    expect(await seen.opened).toBe(true)
  })

  it('ends ctx.sleep, and finally runs', async () => {
    const ended = gate()
    const handler = async function* (ctx: Context): AsyncGenerator {
      try {
        yield 'first'
        await ctx.sleep(1e9)
      } finally {
        ended.open()
      }
    }
    const { port, server } = await run([stream(handler)])
    const client = await openRaw(port)
    client.leave()
    await ended.opened
    expect(server.openStreams).toBe(0)
  })

  it('runs finally at once where the generator stands at a yield', async () => {
    const ended = gate()
    const handler = async function* (): AsyncGenerator {
      try {
        for (;;) yield 'first'.repeat(10_000)
      } finally {
        ended.open()
      }
    }
    const { port } = await run([stream(handler)])
    const client = await openRaw(port)
    client.socket.pause()
    client.leave()
    await ended.opened
  })

  it('runs finally within a turn of when an await that ignores the signal is over, and nothing after it', async () => {
    const work = gate()
    const log: string[] = []
    const handler = async function* (): AsyncGenerator {
      try {
        yield 'first'
        await work.opened
        log.push('resumed')
        yield 'second'
        log.push('pulled')
      } finally {
        log.push('finally')
      }
    }
    const { ask } = make([stream(handler)])
    const reading = new Reading(await ask('/x'))
    await reading.until('first')
    await reading.leave()
    await turns()
    expect(log).toEqual([])
    work.open()
    await turns(1)
    expect(log).toEqual(['resumed', 'finally'])
  })

  it('is pulled nothing for any more', async () => {
    let pulls = 0
    let returns = 0
    const steps: Gate[] = [gate(), gate()]
    const iterator = {
      next: async () => {
        const step = steps[pulls]
        pulls += 1
        await step?.opened
        return { done: false, value: `event ${pulls}` }
      },
      return: async () => {
        returns += 1
        return { done: true, value: undefined }
      },
    }
    const { ask } = make([stream(() => ({ [Symbol.asyncIterator]: () => iterator }))])
    const answer = ask('/x')
    steps[0]?.open()
    const reading = new Reading(await answer)
    await reading.until('event')
    await reading.leave()
    expect(returns).toBe(1)
    steps[1]?.open()
    await turns()
    expect(pulls).toBe(2)
    expect(returns).toBe(1)
  })

  it('does not make handlers fail: what they throw because of it is told to nobody', async () => {
    const handlers = {
      sleeping: async function* (ctx: Context): AsyncGenerator {
        yield 'first'
        await ctx.sleep(1e9)
      },
      throwing: async function* (ctx: Context): AsyncGenerator {
        yield 'first'
        await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve))
        throw new Error('the model call was cancelled')
      },
      wrapping: async function* (ctx: Context): AsyncGenerator {
        yield 'first'
        await delay(1e6, undefined, { signal: ctx.signal })
      },
      cleaning: async function* (ctx: Context): AsyncGenerator {
        try {
          yield 'first'
          await ctx.sleep(1e9)
        } finally {
          // eslint-disable-next-line no-unsafe-finally
          throw new Error('finally is broken')
        }
      },
    }
    for (const [name, handler] of Object.entries(handlers)) {
      const errors: unknown[] = []
      const finished = gate<string>()
      const { port } = await run([stream(handler)], {
        onError: (error) => void errors.push(error),
        onFinish: ({ outcome }) => finished.open(outcome),
      })
      const client = await openRaw(port)
      client.leave()
      expect(await finished.opened, name).toBe('left')
      await turns()
      expect(errors, name).toEqual([])
    }
  })

  it('ends the source that the handler reads from, by return()', async () => {
    const ended = gate()
    const source = async function* (): AsyncGenerator {
      try {
        yield 'first'
        yield 'second'
      } finally {
        ended.open()
      }
    }
    const handler = async function* (): AsyncGenerator {
      for await (const value of source()) {
        yield value
        await Promise.resolve()
      }
    }
    const { ask } = make([stream(handler)])
    const reader = (await ask('/x')).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await ended.opened
  })

  it('before the head is noticed, on a socket', async () => {
    const started = gate()
    const aborted = gate<unknown>()
    const handler = async (ctx: Context): Promise<void> => {
      ctx.signal.addEventListener('abort', () => aborted.open(ctx.signal.reason))
      started.open()
      await new Promise(() => {})
    }
    const { port, server } = await run([stream(handler, { openAfterMs: false })])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await started.opened
    client.leave()
    expect(await aborted.opened).toMatchObject({ reason: 'left' })
    expect(server.openStreams).toBe(0)
  })

  it('before the head is noticed, by the signal of a Request', async () => {
    const ended = gate()
    const handler = async function* (ctx: Context): AsyncGenerator {
      try {
        await ctx.sleep(1e9)
        yield 1
      } finally {
        ended.open()
      }
    }
    const { ask, server, errors } = make([stream(handler, { openAfterMs: false })])
    const controller = new AbortController()
    const answer = ask('/x', { signal: controller.signal })
    answer.catch(() => {})
    await turns()
    expect(server.openStreams).toBe(1)
    controller.abort()
    await turns()
    expect(server.openStreams).toBe(0)
    await ended.opened
    expect(errors).toEqual([])
  })

  it('after the head is noticed by the signal of a Request', async () => {
    const ended = gate()
    const handler = async function* (ctx: Context): AsyncGenerator {
      try {
        yield 'first'
        await ctx.sleep(1e9)
      } finally {
        ended.open()
      }
    }
    const { ask, server } = make([stream(handler)])
    const controller = new AbortController()
    const response = await ask('/x', { signal: controller.signal })
    expect(response.status).toBe(200)
    controller.abort()
    await turns()
    expect(server.openStreams).toBe(0)
    await ended.opened
  })

  it('while the handler is still making its iterable: that is ended, not read', async () => {
    const made = gate()
    const log: string[] = []
    const iterator = {
      next: async () => {
        log.push('next')
        return { done: true, value: undefined }
      },
      return: async () => {
        log.push('return')
        return { done: true, value: undefined }
      },
    }
    const handler = async (): Promise<unknown> => {
      await made.opened
      return { [Symbol.asyncIterator]: () => iterator }
    }
    const { ask, server } = make([stream(handler, { openAfterMs: 0 })])
    const reader = new AbortController()
    const answer = ask('/x', { signal: reader.signal })
    await turns()
    reader.abort()
    made.open()
    await answer
    await turns()
    expect(log).toEqual(['return'])
    expect(server.openStreams).toBe(0)
  })
})
