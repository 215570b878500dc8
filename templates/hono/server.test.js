// Runs the app on a free port, and reads its stream as a program does.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from 'tidings'
import { stream } from 'tidings/client'
import { app } from './server.js'

let handle
before(async () => {
  handle = serve({ fetch: app.fetch, port: 0 })
  await handle.ready
})
after(() => handle.close())

async function read(path, options) {
  const events = []
  for await (const event of stream(handle.url + path, options)) events.push(event)
  return events
}

test('tells each step', async () => {
  const events = await read('/live/progress?steps=3')
  assert.deepEqual(
    events.map(({ event, id, data }) => [event, id, data.step]),
    [
      ['progress', '1', 1],
      ['progress', '2', 2],
      ['progress', '3', 3],
    ],
  )
})

test('goes on where a reader was', async () => {
  const events = await read('/live/progress?steps=3', { lastEventId: '2' })
  assert.deepEqual(
    events.map(({ id }) => id),
    ['3'],
  )
})

test('has a page', async () => {
  const response = await fetch(handle.url)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /EventSource/)
})
