// Large files to read that take no room: nothing but zeros, which file systems keep as a note of their length.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const chunkBytes = 2 * 2 ** 20

/** The chunks of a file of `bytes` zeros, which is gone when they have been read. Throws as soon as `signal` aborts. */
export async function* readBlankFile(bytes, signal) {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-demo-'))
  try {
    const path = join(folder, 'zeros')
    await writeFile(path, '')
    await truncate(path, bytes)
    yield* createReadStream(path, { highWaterMark: chunkBytes, signal })
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
