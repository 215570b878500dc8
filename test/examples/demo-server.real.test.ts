// The demo without a browser: its routes, its model, and how it starts and ends.
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startExample } from './running-example.ts'
import { dataOf, jsonRequest, readStream } from './stream-reader.ts'

const demo = 'demo/server.mjs'
const user = (content: string): object => ({ role: 'user', content })

/** Listens on a free port of this machine until the test is over. */
async function listen(handle: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<number> {
  const server = createServer((request, response) => void handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

test('ends at SIGTERM with a stream open', async () => {
  const started = await startExample(demo)
  const stream = await readStream(`${started.origin}/notes?tab=test`)
  await stream.until('hello')
  const code = started.terminate()
  // It was asked to come back later, and then ended: not cut off.
  await stream.ended()
  expect(await code).toBe(0)
})

test('a port that is taken gives way to another', async () => {
  const taken = await listen(() => {})
  const { url } = await startExample(demo, { PORT: String(taken) })
  expect(Number(new URL(url).port)).toBeGreaterThan(taken)
  expect((await fetch(url)).status).toBe(200)
})

test('serves the page and all that it names, and nothing beside it', async () => {
  const { origin } = await startExample(demo)
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
  const { origin } = await startExample(demo)
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
  const { origin } = await startExample(demo)
  const text = await (await readStream(`${origin}/hash?megabytes=8`)).ended()
  const hash = createHash('sha256')
    .update(Buffer.alloc(8 * 2 ** 20))
    .digest('hex')
  const mebibytes = [2, 4, 6, 8].map((count) => ({ bytes: count * 2 ** 20 }))
  expect(dataOf(text)).toEqual([{ job: 1 }, ...mebibytes, { hash }])
  expect((await fetch(`${origin}/hash?megabytes=0`)).status).toBe(400)
})

test('stops hashing when the reader leaves, and says so', async () => {
  const { origin, printed } = await startExample(demo)
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
  const { origin } = await startExample(demo)
  const post = async (text: string): Promise<string> => {
    const answer = await fetch(`${origin}/notes`, jsonRequest({ from: 'K', text }))
    return ((await answer.json()) as { id: string }).id
  }
  const first = await post('one')
  await post('two')
  const resumed = await readStream(`${origin}/notes?tab=a`, { headers: { 'last-event-id': first } })
  await resumed.until('two')
  expect(resumed.text).toContain(`data: {"lastEventId":"${first}","missed":1}`)
  expect(resumed.text).not.toContain('"one"')

  for (let count = 3; count <= 60; count += 1) await post(`number ${count}`)
  expect(await resumed.until('number 60')).toContain('number 3"')
  const late = await readStream(`${origin}/notes?tab=b`, { headers: { 'last-event-id': first } })
  await late.until('number 60')
  expect(late.text).toContain('"missed":50')
  expect(late.text).not.toContain('number 10"')
  expect((await fetch(`${origin}/notes`, jsonRequest({ from: 'K', text: '' }))).status).toBe(400)
})

test('cuts one reader and no other', async () => {
  const { origin } = await startExample(demo)
  const [cut, kept] = [await readStream(`${origin}/notes?tab=cut`), await readStream(`${origin}/notes?tab=kept`)]
  await kept.until('"count":2')
  expect(await (await fetch(`${origin}/readers/cut`, { method: 'DELETE' })).json()).toEqual({ cut: 1 })
  await cut.ended()
  await kept.until('"count":1')
})

test('the scripted model reacts to what it is asked, and to being asked again', async () => {
  const { url } = await startExample(demo)
  const say = async (messages: unknown[]): Promise<string> => {
    const text = await (await readStream(`${url}/chat`, jsonRequest({ messages }))).ended()
    return dataOf(text)
      .map((data) => (data as { content?: string }).content ?? '')
      .join('')
  }
  expect(await say([user('hello')])).toMatch(/^Hello\./)
  expect(await say([user('xyzzy')])).toContain('“xyzzy”')
  expect(await say([user('hello'), { role: 'assistant', content: 'Hello.' }, user('hi')])).toMatch(
    /^You have asked me that/,
  )
})

test('a model of the environment is asked, and left when the reader leaves', async () => {
  let asked = ''
  const connections = new EventEmitter()
  const left = once(connections, 'left')
  const port = await listen(async (request, response) => {
    for await (const chunk of request) asked += String(chunk)
    asked += ` ${request.url} ${request.headers.authorization}`
    response.on('close', () => connections.emit('left'))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of ['Ahoy', ' there'])
      response.write(`data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`)
  })
  const model = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`, OPENAI_API_KEY: 'secret', OPENAI_MODEL: 'test-1' }
  const { url } = await startExample(demo, model)
  const stream = await readStream(`${url}/chat`, jsonRequest({ messages: [user('Are you there?')] }))
  await stream.until('there')
  expect(dataOf(stream.text)).toEqual([
    { type: 'start', model: 'test-1' },
    { type: 'text_delta', content: 'Ahoy' },
    { type: 'text_delta', content: ' there' },
  ])
  expect(asked).toContain('"messages":[{"role":"user","content":"Are you there?"}],"stream":true')
  expect(asked).toContain('/v1/chat/completions Bearer secret')
  stream.leave()
  await left
})

test('a model that refuses is an error event', async () => {
  const port = await listen((_request, response) => void response.writeHead(401).end())
  const { url } = await startExample(demo, { OPENAI_BASE_URL: `http://127.0.0.1:${port}`, OPENAI_API_KEY: 'wrong' })
  const text = await (await readStream(`${url}/chat`, jsonRequest({ messages: [user('Hello?')] }))).ended()
  expect(text).toContain('event: error\ndata: {"error":"The model answered 401."}\n\n')
})
