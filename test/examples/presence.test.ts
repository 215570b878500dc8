// The example of presence, over sockets.
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { jsonRequest, readStream } from './stream-reader.ts'

test('26: who reads the room is here, once with two tabs, and not with a name that nobody can have', async () => {
  const { origin } = await startExample('26-presence.mjs')
  const people = await readStream(`${origin}/people`)
  await people.until('event: presence\ndata: {"members":[],"others":0,"isStale":false}\n\n')
  const room = await readStream(`${origin}/room?name=Ada`)
  await people.until('event: join\ndata: {"id":"ada","info":{"name":"Ada"}}\n\n')
  const tab = await readStream(`${origin}/room?name=Ada`)
  await readStream(`${origin}/room?name=Bob`)
  expect(await people.until('event: join\ndata: {"id":"bob","info":{"name":"Bob"}}\n\n')).toMatch(
    /^(?:(?!"Ada")[^])*"Ada"(?:(?!"Ada")[^])*$/,
  )
  const message = { name: 'Ada', text: 'Hello' }
  expect((await fetch(`${origin}/room`, jsonRequest(message))).status).toBe(200)
  await room.until(`data: ${JSON.stringify(message)}\n\n`)
  room.leave()
  tab.leave()
  await people.until('event: leave\ndata: {"id":"ada","info":{"name":"Ada"}}\n\n')
  expect((await fetch(`${origin}/room?name=%00`)).status).toBe(400)
  expect(await (await fetch(origin)).text()).toContain("new EventSource('/people')")
})
