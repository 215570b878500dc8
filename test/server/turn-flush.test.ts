import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { gate, untyped } from '../support/server/asking.ts'

/** The chunks of a chunked body, as they were framed. */
function chunksOf(text: string): string[] {
  const chunks: string[] = []
  let rest = text.slice(text.indexOf('\r\n\r\n') + 4)
  for (;;) {
    const end = rest.indexOf('\r\n')
    const size = Number.parseInt(rest.slice(0, end), 16)
    if (end === -1 || !(size > 0)) return chunks
    chunks.push(rest.slice(end + 2, end + 2 + size))
    rest = rest.slice(end + 2 + size + 2)
  }
}

describe('a flush that throws', () => {
  it('takes nothing from the other streams of its turn', async () => {
    const turns: (() => void)[] = []
    vi.stubGlobal('setImmediate', (turn: () => void) => void turns.push(turn))
    vi.resetModules()
    onTestFinished(() => void vi.unstubAllGlobals())
    const { flushAfterTurn } = await import('../../src/server/turn-flush.ts')
    const flushed: string[] = []
    const make = (name: string, error?: Error): { flushTurn: () => void } => ({
      flushTurn: () => {
        flushed.push(name)
        if (error !== undefined) throw error
      },
    })
    const [first, second] = [new Error('first'), new Error('second')]
    for (const stream of [make('a'), make('b', first), make('c'), make('d', second), make('e')]) flushAfterTurn(stream)
    const thrown: unknown[] = []
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) {
      try {
        turn()
      } catch (error) {
        thrown.push(error)
      }
    }
    expect(flushed).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(thrown).toEqual([first, second])
  })
})

const plainRoute = untyped({ method: 'GET', path: '/plain', handler: () => 'answered' })

describe('the turns of the event loop', () => {
  it('bring the events of one turn in one chunk', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        for (let n = 0; n < 50; n += 1) yield n
      },
    })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    // Time stands still: on a busy machine the handler's time slice could run out in between, and that is another turn.
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now())
    client.request('GET /x HTTP/1.1', ['Connection: close'])
    const chunks = chunksOf(await client.ended())
    now.mockRestore()
    expect(chunks.join('')).toBe(Array.from({ length: 50 }, (_, n) => `data: ${n}\n\n`).join(''))
    expect(chunks).toHaveLength(1)
  })

  it('bring events of different turns apart, each at once', async () => {
    const steps = [gate(), gate(), gate()]
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        for (const [index, step] of steps.entries()) {
          await step.opened
          yield `a${index}`
          yield `b${index}`
        }
      },
    })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1', ['Connection: close'])
    for (const [index, step] of steps.entries()) {
      step.open()
      await client.until(`data: b${index}\n\n`)
    }
    const chunks = chunksOf(await client.ended()).filter((chunk) => !/^:\n$/.test(chunk))
    expect(chunks).toEqual([0, 1, 2].map((index) => `data: a${index}\n\ndata: b${index}\n\n`))
  })

  it('are given back by a handler that never waits, so that others are answered', async () => {
    const ended = gate()
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        try {
          for (;;) yield 'tick'
        } finally {
          ended.open()
        }
      },
    })
    const { port, url } = await run([route, plainRoute])
    const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(port)))
    for (const client of clients) {
      client.socket.removeAllListeners('data')
      client.socket.resume()
      client.request('GET /x HTTP/1.1')
    }
    for (let request = 0; request < 10; request += 1) {
      expect(await (await fetch(`${url}/plain`)).text()).toBe('answered')
    }
    for (const client of clients) client.leave()
    await ended.opened
  })

  it('are given back also by a handler whose reader does not read at first', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        for (;;) yield ''
      },
    })
    const { port, url } = await run([route, plainRoute])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    expect(await (await fetch(`${url}/plain`)).text()).toBe('answered')
    client.leave()
  })

  it('let a timer fire while a handler never waits', async () => {
    const fired = gate()
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        // oxlint-disable-next-line no-restricted-globals -- that a timer fires is what is tested
        setTimeout(() => fired.open(), 5)
        for (;;) yield 'tick'
      },
    })
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.socket.removeAllListeners('data')
    client.socket.resume()
    client.request('GET /x HTTP/1.1')
    await fired.opened
    client.leave()
  })
})
