import { describe, expect, it, onTestFinished } from 'vitest'
import type { ServeHandle } from '../../src/adapters/contract/index.ts'
import { serve } from '../../src/adapters/node/index.ts'
import { createChannels } from '../../src/channel/index.ts'
import { memoryJournal, type Journal } from '../../src/journal/index.ts'
import { health, type HealthOptions } from '../../src/observe/index.ts'
import { err, type Context } from '../../src/server/index.ts'
import { run, type Running } from '../support/server/running.ts'
import { gate, make, plain, Reading, untyped } from '../support/server/asking.ts'

async function* endless({ sleep }: Context): AsyncGenerator {
  yield 'first'
  await sleep(1e9)
}

const held = { end: gate() }

async function* slowToEnd({ sleep }: Context): AsyncGenerator {
  try {
    yield 'first'
    await sleep(1e9)
  } finally {
    await held.end.opened
  }
}

const routes = [
  untyped({ method: 'GET', path: '/endless', sse: true, handler: endless }),
  untyped({ method: 'GET', path: '/slow', sse: true, handler: slowToEnd }),
]

async function probe(
  options: HealthOptions = {},
): Promise<Running & { ask: (path: string) => Promise<[number, unknown]> }> {
  const running = await run(routes)
  running.server.use(health(options))
  const ask = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(running.url + path)
    return [response.status, await response.json()]
  }
  return { ...running, ask }
}

/** A journal whose `ready()` does what the test says. */
function journalOf(ready: () => Promise<void>): Journal {
  return Object.assign(memoryJournal(), { ready })
}

describe('health', () => {
  it('answers both probes of a server that is well', async () => {
    const { ask, url } = await probe({ channels: [createChannels()] })
    expect(await ask('/healthz')).toEqual([200, { state: 'alive' }])
    expect(await ask('/readyz')).toEqual([200, { state: 'ready' }])
    expect((await fetch(`${url}/readyz`, { method: 'HEAD' })).status).toBe(200)
    expect((await fetch(`${url}/readyz`, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${url}/readyz`)).headers.get('cache-control')).toBe('no-store')
  })

  it('is alive and not ready while the journal is away, and ready again when it is back', async () => {
    const state = { isAway: true }
    const journal = journalOf(async () => {
      if (state.isAway) throw new Error('away')
    })
    const { ask } = await probe({ channels: [createChannels(), createChannels({ journal, onError: () => {} })] })
    expect(await ask('/readyz')).toEqual([503, { state: 'journal away' }])
    expect(await ask('/healthz')).toEqual([200, { state: 'alive' }])
    state.isAway = false
    expect(await ask('/readyz')).toEqual([200, { state: 'ready' }])
  })

  it('waits for a journal that does not answer for as long as it may, and asks it once', async () => {
    const answered = gate()
    let asked = 0
    const journal = journalOf(() => {
      asked += 1
      return answered.opened
    })
    const { ask } = await probe({ channels: [createChannels({ journal })], timeoutMs: 5 })
    const answers = await Promise.all([ask('/readyz'), ask('/readyz'), ask('/readyz')])
    for (const answer of answers) expect(answer).toEqual([503, { state: 'journal away' }])
    expect(asked).toBe(1)
    answered.open()
    await expect.poll(() => ask('/readyz')).toEqual([200, { state: 'ready' }])
  })

  it('is alive and not ready from the moment on in which the server is closed', async () => {
    held.end = gate()
    const { ask, server, url } = await probe()
    const reading = new Reading(await fetch(`${url}/slow`, { headers: plain }))
    await reading.until('first')
    const closed = server.close({ drainMs: 60_000 })
    expect(await ask('/readyz')).toEqual([503, { state: 'shutting down' }])
    expect(await ask('/healthz')).toEqual([200, { state: 'alive' }])
    held.end.open()
    await closed
    expect(await ask('/readyz')).toEqual([503, { state: 'shutting down' }])
  })

  it('is not ready for a probe that came through a handle which is being closed meanwhile', async () => {
    const held = gate()
    const arrived = gate()
    const { server, handle, url } = await run(routes)
    server.use(async (_, next) => {
      arrived.open()
      await held.opened
      return next()
    })
    server.use(health())
    const asked = fetch(`${url}/readyz`)
    await arrived.opened
    const closed = handle.close({ drainMs: 60_000 })
    held.open()
    expect((await asked).status).toBe(503)
    await closed
  })

  it('stays ready where another handle of the server is open, and is ready again where it is served anew', async () => {
    const { server, handle, ask } = await probe()
    const serveAgain = async (): Promise<ServeHandle> => {
      const again = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' })
      await again.ready
      onTestFinished(() => again.close({ drainMs: 200 }))
      return again
    }
    const other = await serveAgain()
    expect((await ask('/readyz'))[0]).toBe(200)
    await handle.close()
    expect((await fetch(`${other.url}/readyz`)).status).toBe(200)
    await other.close()
    expect((await fetch(`${(await serveAgain()).url}/readyz`)).status).toBe(200)
  })

  it('has the paths that it is told', async () => {
    const { ask, url } = await probe({ livePath: '/up', readyPath: '/probes/ready' })
    expect(await ask('/up')).toEqual([200, { state: 'alive' }])
    expect(await ask('/probes/ready')).toEqual([200, { state: 'ready' }])
    expect((await fetch(`${url}/healthz`)).status).toBe(404)
  })

  it('comes before middleware that refuses', async () => {
    const { server, ask } = make(routes)
    server.use(health())
    server.use(() => {
      throw err.unauthorized('Log in first.')
    })
    expect((await ask('/readyz')).status).toBe(200)
    expect((await ask('/endless', { headers: plain })).status).toBe(401)
  })

  it('refuses options that cannot work', () => {
    expect(() => health({ timeoutMs: 0 })).toThrow(/timeoutMs/)
    expect(() => health({ livePath: 'healthz' })).toThrow(/livePath must be a path/)
    expect(() => health({ path: '/x' } as object)).toThrow(/no option/)
  })
})
