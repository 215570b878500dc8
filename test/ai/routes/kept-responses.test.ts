// Responses that are known by their id: whose they are, and the chat that a request gets into that goes on with one.
import { describe, expect, test } from 'vitest'
import { chatRoutes, type ChatHandler } from '../../../src/ai/index.ts'
import { createChannels } from '../../../src/channel/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { err, type Context } from '../../../src/server/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'
import { until } from '../../support/server/asking.ts'
import { run } from '../../support/server/running.ts'

interface Answered {
  readonly status: number
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- JSON of another's shape
}

async function ask(url: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answered> {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(`${url}${path}`, {
    headers: { 'content-type': 'application/json', ...headers },
    ...sent,
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** Asks for a response, in the background, so that the answer comes at once. */
function begin(url: string, more: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
  return ask(url, '/chat/v1/responses', { model: 'm', input: 'Hi', background: true, ...more }, headers)
}

const speaking: ChatHandler = async function* () {
  yield 'Hello.'
}

const unknown = `resp_${'a'.repeat(25)}`

/** What is told of a previous response that there is not. */
function errorOf(id: string): object {
  const message = `Previous response with id '${id}' not found.`
  return { error: { message, type: 'invalid_request_error', param: null, code: 'not_found' } }
}

/** An answer, but for the id that it was asked for. */
function without({ status, body }: Answered, id: string): readonly unknown[] {
  return [status, JSON.stringify(body).replaceAll(id, 'ID')]
}

describe('a request that goes on with a response', () => {
  test('is in the chat of that response, whatever protocol that was asked in, on another node too', async () => {
    const seen: string[] = []
    const handler: ChatHandler = async function* ({ chatId, messages, extra }) {
      seen.push(chatId)
      yield JSON.stringify([messages.length, extra['previous_response_id']])
    }
    const journal = memoryJournal()
    const node = await startChat(handler, { journal })
    const other = await startChat(handler, { journal })
    const first = await begin(node.url, { conversation: 'my-chat', background: false })
    const second = await begin(other.url, { previous_response_id: first.body.id, background: false })
    expect(second.body).toMatchObject({ status: 'completed', previous_response_id: first.body.id })
    expect(second.body.output[0].content[0].text).toBe(JSON.stringify([1, first.body.id]))
    const messages = [{ id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }]
    const headers = { accept: 'text/event-stream;tidings=1' }
    const ofUi = await ask(node.url, '/chat', { id: 'ui-chat', messages, stream: false }, headers)
    const runId = ofUi.body.message.id.slice('msg_'.length)
    await begin(node.url, { previous_response_id: `resp_${runId}`, background: false })
    // A conversation that is named is the one that is meant.
    await begin(node.url, { previous_response_id: first.body.id, conversation: { id: 'third' }, background: false })
    expect(seen).toEqual(['my-chat', 'my-chat', 'ui-chat', 'ui-chat', 'third'])
  })

  test('has a chat of its own where it goes on with one that has none', async () => {
    const seen = new Set<string>()
    const { url } = await startChat(async function* ({ chatId }) {
      seen.add(chatId)
      yield 'Hello.'
    })
    const first = await begin(url, { background: false })
    await begin(url, { previous_response_id: first.body.id, background: false })
    expect(seen.size).toBe(1)
    await begin(url, { background: false })
    expect(seen.size).toBe(2)
  })

  test('is refused while that is being given, waits for it and knows it, or replaces it', async () => {
    for (const whileRunning of ['reject', 'queue', 'replace'] as const) {
      const previous: unknown[] = []
      const { handler, open } = stepped(['one'])
      const { url, ended } = await startChat(
        (ctx) => {
          previous.push(ctx.previous?.runId)
          return handler(ctx)
        },
        { whileRunning },
      )
      const first = await begin(url)
      await until(() => previous.length === 1)
      const second = await begin(url, { previous_response_id: first.body.id })
      if (whileRunning === 'reject') {
        expect([second.status, second.body.error.code]).toEqual([409, 'busy'])
        expect(second.body.error.type).toBe('invalid_request_error')
      } else expect(second.body).toMatchObject({ status: 'in_progress', previous_response_id: first.body.id })
      if (whileRunning === 'replace') {
        expect((await ask(url, `/chat/v1/responses/${first.body.id}`)).body).toMatchObject({ status: 'cancelled' })
      }
      open(0)
      await until(() => ended.length === (whileRunning === 'reject' ? 1 : 2))
      const firstRun = first.body.id.slice('resp_'.length)
      expect(previous.slice(1)).toEqual({ reject: [], queue: [firstRun], replace: [undefined] }[whileRunning])
    }
  })

  test('is a 404 where that is not known, another user’s or no response, and starts nothing', async () => {
    let calls = 0
    const { url } = await startChat(async function* () {
      calls += 1
      yield 'Hello.'
    })
    const { body } = await begin(url, { background: false })
    for (const [id, user] of [
      [body.id, 'Eve'],
      [unknown, 'Eve'],
      [unknown, 'somebody'],
      ['resp_', 'somebody'],
      ['none', 'somebody'],
      [body.id.slice('resp_'.length), 'somebody'],
    ]) {
      const refused = await begin(url, { previous_response_id: id }, { user })
      expect(refused).toEqual({ status: 404, body: errorOf(id) })
    }
    expect(calls).toBe(1)
  })
})

describe('a response of another user', () => {
  test('is as good as unknown, and goes on', async () => {
    const { handler, log, open } = stepped(['one'])
    const { url, ended } = await startChat(handler)
    const { body } = await begin(url)
    await until(() => log.includes('called'))
    for (const path of ['', '?stream=true', '?stream=true&starting_after=0']) {
      const foreign = await ask(url, `/chat/v1/responses/${body.id}${path}`, undefined, { user: 'Eve' })
      const none = await ask(url, `/chat/v1/responses/${unknown}${path}`, undefined, { user: 'Eve' })
      expect(foreign.status).toBe(404)
      expect(without(foreign, body.id)).toEqual(without(none, unknown))
    }
    const foreign = await ask(url, `/chat/v1/responses/${body.id}/cancel`, {}, { user: 'Eve' })
    const none = await ask(url, `/chat/v1/responses/${unknown}/cancel`, {}, { user: 'Eve' })
    expect([foreign.status, foreign.body.error.type]).toEqual([404, 'invalid_request_error'])
    expect(without(foreign, body.id)).toEqual(without(none, unknown))
    open(0)
    await until(() => ended.length > 0)
    expect(ended).toMatchObject([{ outcome: 'completed' }])
  })
})

test('a guard in front of the chat guards these paths, in the words of their protocols', async () => {
  const channels = createChannels()
  const runs = channels.runs<Context>({ owner: () => 'somebody' })
  const chat = chatRoutes({ path: '/chat', resume: runs, handler: speaking })
  const guard = {
    path: '/',
    middleware: [
      ({ headers }: Context, next: () => Promise<Response>) => {
        if (headers['authorization'] !== 'Bearer secret') throw err.unauthorized('Log in first.')
        return next()
      },
    ],
    children: [chat],
  }
  const { url } = await run([guard])
  const headers = { authorization: 'Bearer secret' }
  const { body } = await begin(url, { background: false }, headers)
  expect(body).toMatchObject({ status: 'completed' })
  const refused = { message: 'Log in first.', type: 'authentication_error', param: null, code: 'unauthorized' }
  for (const path of [body.id, `${body.id}?stream=true`, unknown]) {
    expect(await ask(url, `/chat/v1/responses/${path}`)).toEqual({ status: 401, body: { error: refused } })
  }
  expect(await ask(url, `/chat/v1/responses/${body.id}/cancel`, {})).toEqual({ status: 401, body: { error: refused } })
  expect(await ask(url, '/chat?offset=-1&runId=r1')).toEqual({
    status: 401,
    body: { code: 'unauthorized', message: 'Log in first.' },
  })
  expect((await ask(url, `/chat/v1/responses/${body.id}`, undefined, headers)).body).toEqual(body)
  await channels.close()
})

test('there are no such paths where nothing is kept, or the protocol is not served', async () => {
  for (const options of [{ isBound: true }, { protocols: ['ui-message'] as const }]) {
    const { url } = await startChat(speaking, options)
    for (const path of [`/chat/v1/responses/${unknown}`, '/chat?offset=-1&runId=r1']) {
      expect([404, 405]).toContain((await fetch(`${url}${path}`)).status)
    }
  }
})

test('a chat is the same by all paths of its routes, also where one is the end of another', async () => {
  const channels = createChannels()
  const runs = channels.runs<Context>({ owner: () => 'somebody' })
  const chats: string[] = []
  const { handler, openAll } = stepped(['one'])
  const chat = chatRoutes({
    path: '/responses',
    compatible: '/v1',
    resume: runs,
    handler: (ctx) => {
      chats.push(ctx.chatId)
      return handler(ctx)
    },
  })
  const { url } = await run([{ path: '/api', children: [chat] }])
  const first = await ask(url, '/api/v1/responses', { input: 'Hi', background: true, conversation: 'chat-1' })
  expect(first.status).toBe(200)
  expect(await ask(url, '/api/responses/chat-1/stop', {})).toEqual({ status: 200, body: { stopped: true } })
  openAll()
  expect((await ask(url, `/api/v1/responses/${first.body.id}`)).body).toMatchObject({ status: 'cancelled' })
  expect((await fetch(`${url}/api/responses/none/stream`)).headers.get('cache-control')).toBe('no-store')
  await channels.close()
})

describe('a message that is sent as text', () => {
  const messages = [{ id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }]
  const send = (url: string, headers: Record<string, string>, text = JSON.stringify({ id: 'chat-1', messages })) =>
    fetch(`${url}/chat`, { method: 'POST', body: text, headers })

  test('is read as JSON, and is that for the handler', async () => {
    const bodies: unknown[] = []
    const { url } = await startChat(async function* ({ body }) {
      bodies.push(body)
      yield 'Hello.'
    })
    const { host } = new URL(url)
    for (const headers of [{}, { origin: `http://${host}` }, { 'sec-fetch-site': 'same-origin' }]) {
      const response = await send(url, headers)
      expect(response.status).toBe(200)
      expect(await response.text()).toContain('Hello.')
    }
    expect(bodies).toEqual(Array.from({ length: 3 }, () => ({ id: 'chat-1', messages })))
    expect((await send(url, {}, 'no JSON')).status).toBe(400)
  })

  test('is refused from a page of another origin, which no browser asks first', async () => {
    const { url } = await startChat(speaking)
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]) {
      expect((await send(url, headers)).status).toBe(415)
    }
  })
})
