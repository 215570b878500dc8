// Runs the app on a free port, and reads its stream as a program does.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { stream } from 'tidings/client'
import { app } from './server.js'

let listener
let url
before(async () => {
  listener = app.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  url = `http://127.0.0.1:${listener.address().port}`
})
after(() => {
  listener.close()
  listener.closeAllConnections()
})

async function read(path, options) {
  const events = []
  for await (const event of stream(url + path, options)) events.push(event)
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
  const response = await fetch(url)
  assert.equal(response.status, 200)
  assert.match(await response.text(), /EventSource/)
})
