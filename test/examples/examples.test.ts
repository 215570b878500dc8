// Each example is started as its reader would start it, and does what it says.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startExample } from './running-example.ts'
import { dataOf, jsonRequest, readStream } from './stream-reader.ts'

const folder = new URL('../../examples/', import.meta.url)
const numbered = readdirSync(folder).filter((name) => /^\d\d-.*\.mjs$/.test(name))

test('the list names every example once, in order, and nothing that is not there', () => {
  const list = readFileSync(new URL('README.md', folder), 'utf8')
  const linked = [...list.matchAll(/\]\((\d\d-[^)]+)\)/g)].map(([, name]) => name)
  expect(linked).toEqual(numbered)
})

test('01: progress counts to a hundred and closes with an event of its own name', async () => {
  const { url } = await startExample('01-progress.mjs')
  const stream = await readStream(url)
  expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  const text = await stream.ended()
  expect(dataOf(text).slice(0, 3)).toEqual([{ status: 'started' }, { progress: 0 }, { progress: 10 }])
  expect(text).toMatch(/data: \{"progress":100\}\n\nevent: complete\ndata: \{"message":"Done!"\}\n\n$/)
})

test('02: a chat answers word by word, and refuses a body that does not fit', async () => {
  const { url } = await startExample('02-chat.mjs')
  const messages = [{ role: 'user', content: 'hello there' }]
  const text = await (await readStream(url, jsonRequest({ messages }))).ended()
  expect(dataOf(text)).toEqual([
    { type: 'start' },
    ...['You ', 'said: ', 'hello ', 'there'].map((content) => ({ type: 'text_delta', content })),
    { type: 'done', usage: { tokens: 4 } },
  ])

  const refused = await fetch(url, jsonRequest({ messages: [{ role: 'robot', content: 'beep' }] }))
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ code: 400, message: expect.stringMatching(/^Validation failed: /) })
})

test('03: a reader that comes back with its last id gets what it missed, and then what is new', async () => {
  const { url } = await startExample('03-notifications.mjs')
  for (const text of ['one', 'two', 'three']) expect((await fetch(url, jsonRequest({ text }))).status).toBe(204)

  const resumed = await readStream(url, { headers: { 'last-event-id': '1' } })
  await resumed.until('three')
  expect(resumed.text).toBe(
    'retry: 1000\nid: 2\nevent: note\ndata: {"text":"two"}\n\nid: 3\nevent: note\ndata: {"text":"three"}\n\n',
  )
  await fetch(url, jsonRequest({ text: 'four' }))
  expect(await resumed.until('four')).toContain('id: 4\n')
})

test('04: an error is a status before the first event, and an event behind it', async () => {
  const example = await startExample('04-errors.mjs')
  const missing = await fetch(`${example.origin}/tasks/7`)
  expect(missing.status).toBe(404)
  expect(await missing.json()).toEqual({ code: 404, message: 'There is no task 7.' })

  const text = await (await readStream(example.url)).ended()
  expect(text).toMatch(/event: error\ndata: \{"error":"The paint ran out\."\}\n\n$/)
  await example.printed('/tasks/1: connect ECONNREFUSED')
})

test('05: a handler cleans up at once when its reader leaves', async () => {
  const example = await startExample('05-leaving.mjs')
  const stream = await readStream(example.url)
  await stream.until('data: ')
  stream.leave()
  const output = await example.printed('Cleaned up')
  expect(output).toContain('The reader has disconnected.')
})

test('06: a server reads lines of JSON from another', async () => {
  const { url, origin } = await startExample('06-ndjson.mjs')
  expect(await (await fetch(url)).json()).toEqual({ average: 22.25 })

  const lines = await readStream(`${origin}/readings`, { headers: { accept: 'application/x-ndjson' } })
  expect(lines.response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  expect((await lines.ended()).split('\n')[1]).toBe('{"minute":1,"celsius":20.5}')
})

test('07: SIGTERM ends the streams properly and waits for the handlers', async () => {
  const example = await startExample('07-shutdown.mjs')
  const stream = await readStream(example.url)
  await stream.until('data: ')
  const code = example.terminate()
  await expect(stream.ended()).resolves.toContain('{"tick":0}')
  expect(await code).toBe(0)
  await example.printed('Cleaned up, because: The server is shutting down.')
})

test('08: a guard lets a session in, and logging out ends its streams', async () => {
  const { url, origin } = await startExample('08-middleware.mjs')
  const stranger = await fetch(`${origin}/me/inbox`)
  expect(stranger.status).toBe(401)
  expect(stranger.headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/)

  const login = await fetch(url, { method: 'POST' })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const inbox = await readStream(`${origin}/me/inbox`, { headers: { cookie } })
  await inbox.until('{"letter":1,"to":"Ada"}')
  const logout = await fetch(`${origin}/me/logout`, { method: 'POST', headers: { cookie } })
  expect(await logout.json()).toEqual({ streamsEnded: 1 })
  await inbox.ended()
  expect((await fetch(`${origin}/me/inbox`, { headers: { cookie } })).status).toBe(401)
})

test('09: a zod schema coerces the query, fills in its default, and refuses what is wrong', async () => {
  const { url } = await startExample('09-zod.mjs')
  expect(await (await readStream(`${url}?from=2`)).ended()).toBe('data: 2\n\ndata: 1\n\ndata: Lift-off.\n\n')
  expect(await (await readStream(url)).ended()).toMatch(/^data: 5\n/)
  const refused = await fetch(`${url}?from=many`)
  expect(refused.status).toBe(400)
  expect(await refused.json()).toMatchObject({ errors: [{ in: 'query', path: '/from' }] })
})

test('10: plain routes answer with JSON, text, a status of their own, or nothing', async () => {
  const { url, origin } = await startExample('10-json.mjs')
  const created = await fetch(url, jsonRequest({ title: 'Emma', year: 1815 }))
  expect([created.status, created.headers.get('location')]).toEqual([201, '/books/2'])
  expect(await (await fetch(`${url}/2`)).json()).toEqual({ id: '2', title: 'Emma', year: 1815 })
  expect((await fetch(`${url}/2`, { method: 'DELETE' })).status).toBe(204)
  expect(await (await fetch(`${url}/2`)).json()).toEqual({ code: 404, message: 'There is no book 2.' })
  expect(await (await fetch(`${origin}/health`)).text()).toBe('Well, thank you.')
})

test('16: a typed client orders, reads events by name, and is told what does not fit', async () => {
  const example = await startExample('16-typed-client.mjs')
  const output = await example.printed('Refused: ')
  expect(output).toMatch(
    /Ordered sacher in \d{4}\nLayer 1\nLayer 2\nLayer 3\nDone: sacher\nRefused: \/layers must be >= 1/,
  )
})
