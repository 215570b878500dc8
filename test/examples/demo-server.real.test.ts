// The demo without a browser: its routes, and how it starts and ends.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import libsql from 'libsql'
import { expect, onTestFinished, test } from 'vitest'
import { listen } from './local-server.ts'
import { makeFolderForTest, startDemo } from './running-demo.ts'
import { dataOf, jsonRequest, readStream } from './stream-reader.ts'

test('ends at SIGTERM with a stream open', async () => {
  const started = await startDemo()
  const stream = await readStream(`${started.origin}/notes?tab=test`)
  await stream.until('hello')
  const code = started.terminate()
  // It was asked to come back later, and then ended: not cut off.
  await stream.ended()
  expect(await code).toBe(0)
})

test('a port that is taken gives way to another', async () => {
  const taken = await listen(() => {})
  const { url } = await startDemo({ PORT: String(taken) })
  expect(Number(new URL(url).port)).toBeGreaterThan(taken)
  expect((await fetch(url)).status).toBe(200)
})

test('serves the page and all that it names, and nothing beside it', async () => {
  const { origin } = await startDemo()
  const html = await (await fetch(origin)).text()
  const named = [...html.matchAll(/(?:href|src)="(\/[a-z].*?)"|"(\/tidings\/[^"]+)"/g)].map(
    ([, path, module]) => path ?? module,
  )
  expect(named.length).toBeGreaterThanOrEqual(5)
  for (const path of named) expect([path, (await fetch(origin + path)).status]).toEqual([path, 200])
  for (const path of ['/page/..%2fapp.mjs', '/tidings/..%2f..%2fpackage/x.js', '/page/none.js', '/page/style']) {
    expect([path, (await fetch(origin + path)).status]).toEqual([path, 404])
  }
})

test('shows the code that is running: it is in the route files word for word', async () => {
  const { origin } = await startDemo()
  const sources = (await (await fetch(`${origin}/sources`)).json()) as Record<string, { file: string; code: string }>
  expect(Object.keys(sources)).toEqual(['hash', 'chat', 'notes'])
  for (const { file, code } of Object.values(sources)) {
    const lines = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
      .split('\n')
      .map((line) => line.trim())
    expect(code).toContain('yield')
    expect(code.split('\n').filter((line) => !lines.includes(line.trim()))).toEqual([])
  }
})

test('hashes a file of zeros, and reports on the way', async () => {
  const { origin } = await startDemo()
  const text = await (await readStream(`${origin}/hash?megabytes=8`)).ended()
  const hash = createHash('sha256')
    .update(Buffer.alloc(8 * 2 ** 20))
    .digest('hex')
  const mebibytes = [2, 4, 6, 8].map((count) => ({ bytes: count * 2 ** 20 }))
  expect(dataOf(text)).toEqual([{ job: 1 }, ...mebibytes, { hash }])
  expect((await fetch(`${origin}/hash?megabytes=0`)).status).toBe(400)
})

test('stops hashing when the reader leaves, and says so', async () => {
  const { origin, printed } = await startDemo()
  const stream = await readStream(`${origin}/hash?megabytes=4096`)
  await stream.until('bytes')
  const work = await readStream(`${origin}/work`)
  await work.until('"running":1')
  stream.leave()
  const reports = dataOf(await work.ended())
  expect(reports.at(-1)).toMatchObject({ running: 0, jobs: [{ id: 1, state: 'stopped' }] })
  await printed('GET /hash 200, left')
})

test('a note is kept for those who come back, and the oldest ones go', async () => {
  const { origin } = await startDemo()
  const post = async (text: string): Promise<string> => {
    const answer = await fetch(`${origin}/notes`, jsonRequest({ from: 'K', text }))
    return ((await answer.json()) as { id: string }).id
  }
  const first = await post('one')
  await post('two')
  const resumed = await readStream(`${origin}/notes?tab=a`, { headers: { 'last-event-id': first } })
  await resumed.until('two')
  expect(resumed.text).toContain(`data: {"lastEventId":"${first}","at":`)
  expect(resumed.text).not.toContain('"one"')

  for (let count = 3; count <= 60; count += 1) await post(`number ${count}`)
  expect(await resumed.until('number 60')).toContain('number 3"')
  const late = await readStream(`${origin}/notes?tab=b`, { headers: { 'last-event-id': first } })
  await late.until('number 60')
  expect(late.text).not.toContain('number 10"')
  expect((await fetch(`${origin}/notes`, jsonRequest({ from: 'K', text: '' }))).status).toBe(400)
})

test('cuts one reader and no other', async () => {
  const { origin } = await startDemo()
  const [cut, kept] = [await readStream(`${origin}/notes?tab=cut`), await readStream(`${origin}/notes?tab=kept`)]
  await kept.until('"count":2')
  expect(await (await fetch(`${origin}/readers/cut`, { method: 'DELETE' })).json()).toEqual({ cut: 1 })
  await cut.ended()
  await kept.until('"count":1')
})

test('notes survive a restart of the process', async () => {
  const folder = await makeFolderForTest()
  const before = await startDemo({}, folder)
  await fetch(`${before.origin}/notes`, jsonRequest({ from: 'K', text: 'from before' }))
  await before.kill()
  const after = await startDemo({}, folder)
  const stream = await readStream(`${after.origin}/notes?tab=a`)
  expect(await stream.until('from before')).toContain('"from":"K"')
})

const kept = 'are kept in memory'

/** What a demo does that cannot use its file: it says so, and answers all the same. */
async function expectMemory(folder: string, reason: string): Promise<void> {
  const { origin, printed } = await startDemo({}, folder)
  const text = await printed(kept)
  expect(text).toContain(join(folder, 'demo.db'))
  expect(text).toContain(reason)
  expect((await fetch(`${origin}/notes`, jsonRequest({ from: 'K', text: 'afloat' }))).status).toBe(200)
  const stream = await readStream(`${origin}/notes?tab=a`)
  await stream.until('afloat')
}

test('a file that is no database stops nothing', async () => {
  const folder = await makeFolderForTest()
  await writeFile(join(folder, 'demo.db'), 'not a database, '.repeat(1000))
  await expectMemory(folder, 'not a database')
})

test('a file that another process has locked stops nothing', async () => {
  const folder = await makeFolderForTest()
  const first = await startDemo({}, folder)
  await first.terminate()
  const database = new libsql(join(folder, 'demo.db'))
  onTestFinished(() => void database.close())
  database.exec('BEGIN IMMEDIATE')
  await expectMemory(folder, 'locked')
})

test('a folder that cannot be made stops nothing', async () => {
  const folder = await makeFolderForTest()
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expectMemory(file, 'EEXIST')
})
