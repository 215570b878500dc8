// Large files to read that take no room: nothing but zeros, which file systems keep as a note of their length.
import { createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const chunkBytes = 2 * 2 ** 20
let folder

/** The chunks of a file of `bytes` zeros. Throws as soon as `signal` aborts. */
export async function* readBlankFile(bytes, signal) {
  yield* createReadStream(await makeBlankFile(bytes), { highWaterMark: chunkBytes, signal })
}

async function makeBlankFile(bytes) {
  folder ??= makeFolder()
  const path = join(folder, `${bytes}-zeros`)
  const file = await open(path, 'a')
  try {
    await file.truncate(bytes)
  } finally {
    await file.close()
  }
  return path
}

function makeFolder() {
  const made = mkdtempSync(join(tmpdir(), 'tidings-demo-'))
  process.once('exit', () => rmSync(made, { recursive: true, force: true }))
  return made
}
