// Runs the server on a free port, and asks it as the page does.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { serve } from 'tidings'
import { createChat } from 'tidings/chat'
import { server } from './server.js'

let handle
before(async () => {
  handle = serve({ fetch: server.fetch, port: 0 })
  await handle.ready
})
after(() => handle.close())

test('answers what it is asked', async () => {
  const chat = createChat({ url: `${handle.url}/api/chat` })
  await chat.send('Why?')
  const text = chat
    .getSnapshot()
    .messages.at(-1)
    .parts.map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
  assert.match(text, /^You said: \*\*Why\?\*\*/)
  chat.close()
})

test('has a page', async () => {
  const response = await fetch(handle.url)
  assert.match(await response.text(), /<tidings-chat/)
})

test('shows nothing of the disk but its page', async () => {
  assert.equal((await fetch(`${handle.url}/bundle/..%2Fserver.js`)).status, 400)
})
