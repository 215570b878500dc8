// Large files that take no disk space: sparse files of zeros, of which a file system stores the length only.
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const chunkBytes = 2 * 2 ** 20

/** The chunks of a temporary file of `bytes` zeros, which is deleted at the end. Throws as soon as `signal` aborts. */
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
