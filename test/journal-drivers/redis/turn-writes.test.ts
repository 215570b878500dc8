// The commands of one turn leave by one write, in their order.
import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TurnWrites } from '../../../src/journal-drivers/redis/turn-writes.ts'

/** A socket that tells how often it was written to, and what. */
function createSocket(): { readonly stream: Writable; readonly writes: string[] } {
  const writes: string[] = []
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _encoding, done) => {
      writes.push(String(chunk))
      done()
    },
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(' '))
      done()
    },
  })
  return { stream, writes }
}

function send(turnWrites: TurnWrites, stream: Writable, command: string): void {
  turnWrites.gather(stream)
  stream.write(command)
}

describe('the commands of one turn', () => {
  it('leave by one write, in their order, those of later microtasks too', async () => {
    const { stream, writes } = createSocket()
    const turnWrites = new TurnWrites()
    send(turnWrites, stream, 'a')
    send(turnWrites, stream, 'b')
    await Promise.resolve()
    send(turnWrites, stream, 'c')
    expect(writes).toEqual([])
    await turn()
    expect(writes).toEqual(['a b c'])
  })

  it('do not wait for those of the next turn', async () => {
    const { stream, writes } = createSocket()
    const turnWrites = new TurnWrites()
    for (const command of ['a', 'b', 'c']) {
      send(turnWrites, stream, command)
      await turn()
    }
    expect(writes).toEqual(['a', 'b', 'c'])
  })

  it('leave by both sockets if the client reconnects meanwhile', async () => {
    const [before, after] = [createSocket(), createSocket()]
    const turnWrites = new TurnWrites()
    send(turnWrites, before.stream, 'a')
    send(turnWrites, after.stream, 'b')
    send(turnWrites, after.stream, 'c')
    await turn()
    expect([before.writes, after.writes]).toEqual([['a'], ['b c']])
  })

  it('leave by themselves where the client has no socket of its own', () => {
    expect(() => new TurnWrites().gather(undefined)).not.toThrow()
    expect(() => new TurnWrites().gather({ cork: true, uncork: true })).not.toThrow()
  })
})
