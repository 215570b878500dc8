// Runs the server on a free port over a file of its own, and starts it anew in between.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { serve } from 'tidings'
import { stream } from 'tidings/client'
import { createApp } from './server.js'

const folder = mkdtempSync(join(tmpdir(), 'notes-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `use` with the url of a server over the folder. */
async function withServer(use) {
  const app = createApp(folder)
  const handle = serve({ fetch: app.server.fetch, port: 0 })
  await handle.ready
  try {
    await use(handle.url)
  } finally {
    await handle.close()
    await app.close()
  }
}

function post(url, text) {
  const headers = { 'content-type': 'application/json' }
  return fetch(`${url}/notes`, { method: 'POST', headers, body: JSON.stringify({ text }) })
}

/** The next `count` notes. */
async function read(url, count, options) {
  const notes = []
  for await (const note of stream(`${url}/notes`, options)) if (notes.push(note) === count) break
  return notes
}

test('a note reaches those who listen, and those who come back, over a restart too', async () => {
  let place
  await withServer(async (url) => {
    const reading = read(url, 1)
    assert.equal((await post(url, 'one')).status, 200)
    const [first] = await reading
    assert.deepEqual([first.event, first.data], ['note', { text: 'one' }])
    place = first.id
    await post(url, 'two')
  })
  await withServer(async (url) => {
    const [second] = await read(url, 1, { lastEventId: place })
    assert.deepEqual(second.data, { text: 'two' })
    assert.equal((await read(url, 2)).length, 2)
  })
})

test('an empty note is refused', async () => {
  await withServer(async (url) => assert.equal((await post(url, '')).status, 400))
})

test('there is a page', async () => {
  await withServer(async (url) => assert.match(await (await fetch(url)).text(), /EventSource/))
})
