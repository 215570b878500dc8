// Cassettes as files.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { createCassette } from '../../src/testing/index.ts'
import { readCassette, writeCassette } from '../../src/testing-node/index.ts'

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cassette-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return folder
}

test('a cassette is read as it was written, by path and by url', async () => {
  const file = join(await createFolder(), 'feed.ndjson')
  const cassette = createCassette(['data: 1\n\n', Uint8Array.of(255)], { everyMs: 10, end: 'cut' })
  await writeCassette(file, cassette)
  expect(await readCassette(file)).toEqual(cassette)
  expect(await readCassette(pathToFileURL(file))).toEqual(cassette)
})

test('the error of a cassette that lies names file and line', async () => {
  const file = join(await createFolder(), 'feed.ndjson')
  await writeFile(file, '{"cassette":1,"response":{"status":200}}\n{"at":-1}\n')
  await expect(readCassette(file)).rejects.toMatchObject({
    code: 'ERR_CASSETTE',
    message: expect.stringMatching(/feed\.ndjson: The cassette's line 2 has `at`: -1/),
  })
})

test('a file that is not there is an error of the file system', async () => {
  await expect(readCassette(join(await createFolder(), 'none.ndjson'))).rejects.toMatchObject({ code: 'ENOENT' })
})
