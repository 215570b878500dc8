// The models of the demo's chat: the n-gram model, and one behind the API of OpenAI.
import { EventEmitter, once } from 'node:events'
import { expect, test } from 'vitest'
import { listen } from './local-server.ts'
import { startDemo } from './running-demo.ts'
import { dataOf, jsonRequest, readStream, type StreamReader } from './stream-reader.ts'

/** Asks the demo, and reads the answer as our own client does. */
async function ask(origin: string, question: string, id = 'chat-1'): Promise<StreamReader> {
  const messages = [{ id: 'u1', role: 'user', parts: [{ type: 'text', text: question }] }]
  const { headers, ...init } = jsonRequest({ id, messages })
  const accept = 'text/event-stream;tidings=1'
  return readStream(`${origin}/chat`, { ...init, headers: { ...Object(headers), accept } })
}

function typesOf(text: string): unknown[] {
  return dataOf(text).map((data): unknown => Reflect.get(Object(data), 'type'))
}

function textOf(text: string): string {
  return dataOf(text)
    .map((data) => String(Reflect.get(Object(data), 'delta') ?? ''))
    .join('')
}

/** The error that an answer ends with, of a model whose server answers `status`. */
async function failWith(status: number): Promise<unknown> {
  let requests = 0
  const port = await listen((_request, response) => {
    requests += 1
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":{"message":"sk-secret"}}')
  })
  const { origin } = await startDemo({ OPENAI_BASE_URL: `http://127.0.0.1:${port}`, OPENAI_API_KEY: 'wrong' })
  const text = await (await ask(origin, 'Hello?')).ended()
  expect(text).not.toContain('sk-secret')
  expect(requests).toBe(1)
  expect(dataOf(text).at(-1)).toMatchObject({ type: 'run-end', outcome: 'failed' })
  return dataOf(text).at(-2)
}

test('without a key, a model answers that says what it is', async () => {
  const { origin } = await startDemo()
  const label: unknown = await (await fetch(`${origin}/model`)).json()
  expect(label).toMatchObject({ name: 'n-gram, no meaning', note: expect.stringContaining('no meaning') })
  const text = await (await ask(origin, 'What is a journal?')).ended()
  expect(typesOf(text).filter((type) => type === 'text-delta').length).toBeGreaterThan(20)
  expect(dataOf(text).at(-1)).toMatchObject({ type: 'run-end', outcome: 'completed' })
  expect(text).toContain('"metadata":{"model":"n-gram, no meaning","runId":')
})

test('a model of the environment is asked, and its tokens pass', async () => {
  let asked = ''
  const port = await listen(async (request, response) => {
    for await (const chunk of request) asked += String(chunk)
    asked += ` ${request.url} ${request.headers.authorization}`
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const content of ['Ahoy', ' there'])
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`)
    response.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n')
  })
  const model = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1/`, OPENAI_API_KEY: 'secret', OPENAI_MODEL: 'test-1' }
  const { origin } = await startDemo(model)
  const text = await (await ask(origin, 'Are you there?')).ended()
  expect(textOf(text)).toBe('Ahoy there')
  expect(dataOf(text).at(-1)).toMatchObject({ type: 'run-end', outcome: 'completed' })
  expect(asked).toContain('"model":"test-1","messages":[{"role":"user","content":"Are you there?"}],"stream":true')
  expect(asked).toContain('/v1/chat/completions Bearer secret')
})

test('a model of the environment goes on without a reader, and is left at Stop', async () => {
  const connections = new EventEmitter()
  const left = once(connections, 'left')
  let isLeft = false
  void left.then(() => (isLeft = true))
  const port = await listen((_request, response) => {
    const write = (content: string): unknown =>
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`)
    response.on('close', () => connections.emit('left'))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    write('Ahoy')
    connections.on('more', () => write(' there'))
  })
  const { origin } = await startDemo({ OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: 'secret' })
  const first = await ask(origin, 'Are you there?')
  await first.until('Ahoy')
  first.leave()
  const second = await readStream(`${origin}/chat/chat-1/stream`)
  await second.until('Ahoy')
  connections.emit('more')
  await second.until('there')
  expect(isLeft).toBe(false)
  const stopped: unknown = await (await fetch(`${origin}/chat/chat-1/stop`, { method: 'POST' })).json()
  expect(stopped).toEqual({ stopped: true })
  await left
  await second.ended()
})

test.each([
  { status: 401, code: 'unauthorized', message: /refuses the key \(401\): see OPENAI_API_KEY/ },
  { status: 404, code: 'not_found', message: /has no gpt-4o-mini \(404\)/ },
  { status: 429, code: 'rate_limited', message: /too many requests \(429\)/ },
  { status: 500, code: 'overloaded', message: /has failed \(500\)/ },
])('a model that answers $status is an error that says so', async ({ status, code, message }) => {
  expect(await failWith(status)).toMatchObject({ type: 'error', code, message: expect.stringMatching(message) })
})

test('a model that cannot be reached is an error that says so', async () => {
  const { origin } = await startDemo({ OPENAI_BASE_URL: 'http://127.0.0.1:1', OPENAI_API_KEY: 'secret' })
  const text = await (await ask(origin, 'Hello?')).ended()
  expect(dataOf(text).at(-2)).toMatchObject({ type: 'error', message: 'The model’s server cannot be reached.' })
})
