// Cassettes as files.
import { readFile, stat, writeFile } from 'node:fs/promises'
import { TidingsError } from '../base/index.ts'
import { encodeCassette, parseCassette, type Cassette } from '../testing/index.ts'

/** The largest file that is read: a cassette is held in memory. */
const maxFileBytes = 256 * 1024 * 1024

/**
 * The cassette in a file. A relative path is one of the working directory: give `new URL('feed.ndjson', import.meta.url)` for
 * a file beside the test.
 *
 * @throws TidingsError `ERR_CASSETTE` with file and line for one that cannot be true, or of more than 256 MiB
 * @throws Error that of `node:fs` for a file that cannot be read
 */
export async function readCassette(file: string | URL): Promise<Cassette> {
  const { size } = await stat(file)
  if (size > maxFileBytes)
    throw new TidingsError('ERR_CASSETTE', `${nameOf(file)} is larger than ${maxFileBytes} bytes.`)
  const text = await readFile(file, 'utf8')
  try {
    return parseCassette(text)
  } catch (cause) {
    if (!(cause instanceof TidingsError)) throw cause
    throw new TidingsError(cause.code, `${nameOf(file)}: ${cause.message}`, { cause })
  }
}

/**
 * Writes a cassette to a file, in place of one that is there.
 *
 * @throws TidingsError `ERR_CASSETTE` for a cassette that cannot be true; nothing is written then
 * @throws Error that of `node:fs` for a file that cannot be written
 */
export async function writeCassette(file: string | URL, cassette: Cassette): Promise<void> {
  await writeFile(file, encodeCassette(cassette))
}

function nameOf(file: string | URL): string {
  return file instanceof URL ? file.pathname : file
}
