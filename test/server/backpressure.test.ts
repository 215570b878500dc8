import { describe, expect, it } from 'vitest'
import { RawClient } from '../support/server/raw-client.ts'
import { run } from '../support/server/running.ts'
import { make, turns, until, untyped } from '../support/server/asking.ts'

/** Waits until `value()` has not changed for many turns: nothing moves any more. */
async function standstill(value: () => number): Promise<number> {
  let last = -1
  for (let round = 0; last !== value(); round += 1) {
    if (round === 100) throw new Error('It never stood still.')
    last = value()
    await turns(200)
  }
  return last
}

function counted(size: number): { route: ReturnType<typeof untyped>; pulled: () => number } {
  let count = 0
  const route = untyped({
    method: 'GET',
    path: '/x',
    sse: true,
    handler: async function* () {
      for (let n = 1; ; n += 1) {
        count += 1
        yield `${n} ${'x'.repeat(size)}`
      }
    },
  })
  return { route, pulled: () => count }
}

describe('a reader that stops reading', () => {
  it('stops the handler, whose events go on when it reads again, none of them lost', async () => {
    const { route, pulled } = counted(16 * 1024)
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until('data: 1 ')
    client.socket.pause()
    const stopped = await standstill(pulled)
    // The buffers of two sockets on loopback, and ours.
    expect(stopped * 16 * 1024).toBeLessThan(16 * 1024 * 1024)
    client.socket.resume()
    const text = await client.until(`data: ${stopped + 20} `)
    const numbers = [...text.matchAll(/data: (\d+) /g)].map((match) => Number(match[1]))
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    client.leave()
  })

  it('stops a handler of small events just the same', async () => {
    const { route, pulled } = counted(10)
    const { port } = await run([route])
    const client = await RawClient.open(port)
    client.socket.pause()
    client.request('GET /x HTTP/1.1')
    await until(() => pulled() > 0)
    const stopped = await standstill(pulled)
    client.socket.resume()
    await client.until(`data: ${stopped + 1000} `)
    client.leave()
  })

  it('stops a handler whose Response nobody reads', async () => {
    const { route, pulled } = counted(1024)
    const { ask } = make([route])
    const response = await ask('/x')
    const stopped = await standstill(pulled)
    expect(stopped).toBeLessThan(64)
    const reader = response.body?.getReader()
    for (let read = 0; read < 20; read += 1) await reader?.read()
    expect(await standstill(pulled)).toBeGreaterThan(stopped)
    await reader?.cancel()
  })

  it('does not stop the handlers of others', async () => {
    const { route } = counted(16 * 1024)
    const { port } = await run([route])
    const stuck = await RawClient.open(port)
    stuck.socket.pause()
    stuck.request('GET /x HTTP/1.1')
    const client = await RawClient.open(port)
    client.request('GET /x HTTP/1.1')
    await client.until('data: 200 ')
    stuck.leave()
    client.leave()
  })
})
