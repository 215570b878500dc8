// Plays a cassette to a response of Node: each piece as a chunk, at the pace of the socket, and a cut as a reset.
import type { ServerResponse } from 'node:http'
import { sleep } from '../base/index.ts'
import type { Playing } from '../testing/internal.ts'

/**
 * Sends what `playing` hands out until it ends or the reader leaves. `slow`: at most so many bytes a second.
 */
export async function playTo(response: ServerResponse, playing: Playing, slow: number | false): Promise<void> {
  response.flushHeaders()
  for (;;) {
    const arrival = await playing.next()
    if (arrival === 'left') return
    if (arrival === 'complete') return void response.end()
    if (arrival === 'cut') return cut(response)
    await writeAll(response, arrival, slow)
  }
}

async function writeAll(response: ServerResponse, piece: Uint8Array, slow: number | false): Promise<void> {
  if (slow === false) return write(response, piece)
  // Ten pieces a second: what a slow network looks like, where one of a chunk a second would only be late.
  const size = Math.max(1, Math.floor(slow / 10))
  for (let at = 0; at < piece.length && !response.destroyed; at += size) {
    const part = piece.subarray(at, at + size)
    await write(response, part)
    await sleep((part.length / slow) * 1000)
  }
}

/** Resolves when the network has taken the bytes, or the reader has left: a reader that is slow holds the rest back. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    response.write(bytes, () => resolve())
  })
}

/** RST, without the last chunk: the reader gets what was sent, and then an error. */
function cut(response: ServerResponse): void {
  response.socket?.resetAndDestroy()
}
