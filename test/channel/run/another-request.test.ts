// Which requests with one idempotency key are the same: by method, path, query, media type and body.
import { expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../../src/adapters/node/index.ts'
import { Server } from '../../../src/adapters/server.ts'
import { createChannels } from '../../../src/channel/index.ts'
import { defineRoute, type Context } from '../../../src/server/index.ts'
import { make, post } from '../../support/server/asking.ts'
import { listen } from '../../support/server/listening.ts'

interface Asked {
  readonly ask: (target: string, init?: RequestInit) => Promise<Response>
  readonly answered: string[]
  readonly errors: unknown[]
}

/** `POST` and `GET /rooms/:room/ask` answer with the room, and tell who was answered. */
function startRooms(): Asked {
  const channels = createChannels()
  onTestFinished(() => channels.close())
  const runs = channels.runs<Context>({ owner: () => 'ada' })
  const answered: string[] = []
  const rooms = (['POST', 'GET'] as const).map((method) =>
    defineRoute({
      method,
      path: '/rooms/:room/ask',
      // The status waits for the journal, however long that takes here.
      sse: { resume: runs, openAfterMs: false },
      handler: async function* ({ params }) {
        answered.push(params.room)
        yield params.room
      },
    }),
  )
  const { ask, errors } = make(rooms)
  const keyed = (target: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('idempotency-key', 'k')
    return ask(target, { method: 'POST', ...init, headers })
  }
  return { ask: keyed, answered, errors }
}

const json = (text: string, type = 'application/json'): RequestInit => ({
  body: text,
  headers: { 'content-type': type },
})
const first = ['/rooms/one/ask?a=1&b=2', json('{"n":1}')] as const

test.each([
  ['as it was', ...first],
  ['with a media type that is written in another way', first[0], json('{"n":1}', 'Application/JSON; charset=utf-8')],
  ['with an empty last event id in its query', `${first[0]}&lastEventId=`, first[1]],
])('a request that is sent again %s gets the same answer', async (_, target, init) => {
  const { ask, answered, errors } = startRooms()
  const text = await (await ask(...first)).text()
  expect(text).toContain('data: one')
  expect(await (await ask(target, init)).text()).toBe(text)
  expect(answered).toEqual(['one'])
  expect(errors).toEqual([])
})

test.each([
  ['parameter of the path', '/rooms/two/ask?a=1&b=2', first[1]],
  ['query', '/rooms/one/ask?a=1&b=3', first[1]],
  ['query without a value', '/rooms/one/ask?a=1', first[1]],
  ['media type', first[0], json('{"n":1}', 'application/x+json')],
  ['body', first[0], json('{"n":2}')],
  ['body that means the same', first[0], json('{ "n": 1 }')],
  ['body, and an empty one', first[0], { headers: { 'content-type': 'application/json' } }],
])('a request with another %s is 422, and gets nothing of the run', async (_, target, init) => {
  const { ask, answered } = startRooms()
  expect((await ask(...first)).status).toBe(200)
  const response = await ask(target, init)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    code: 422,
    message: expect.stringMatching(/^This Idempotency-Key was sent with another request/),
  })
  expect(answered).toEqual(['one'])
})

test('a GET is compared as well', async () => {
  const { ask, answered } = startRooms()
  const get = { method: 'GET' }
  const text = await (await ask('/rooms/one/ask', get)).text()
  expect(await (await ask('/rooms/one/ask', get)).text()).toBe(text)
  expect((await ask('/rooms/two/ask', get)).status).toBe(422)
  expect(answered).toEqual(['one'])
})

test('the handler still gets the body that was compared', async () => {
  const channels = createChannels()
  onTestFinished(() => channels.close())
  const route = defineRoute({
    method: 'POST',
    path: '/upload',
    sse: { resume: channels.runs<Context>({ owner: () => 'ada' }) },
    handler: async function* ({ request }) {
      yield await request.text()
    },
  })
  const { ask } = make([route])
  const init = { method: 'POST', body: 'raw', headers: { 'content-type': 'text/plain', 'idempotency-key': 'k' } }
  expect(await (await ask('/upload', init)).text()).toContain('data: raw')
})

test('what a body parser before the server has kept of it is compared, where its bytes are gone', async () => {
  const channels = createChannels()
  onTestFinished(() => channels.close())
  const route = defineRoute({
    method: 'POST',
    path: '/x',
    sse: { resume: channels.runs<Context>({ owner: () => 'ada' }), openAfterMs: false },
    handler: async function* ({ body }) {
      yield body
    },
  })
  const handler = toNodeHandler(new Server([route]))
  const { url } = await listen((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      Object.assign(request, { body: JSON.parse(text) })
      handler(request, response)
    })
  })
  const ask = (value: unknown): Promise<Response> => fetch(`${url}/x`, post(value, { 'idempotency-key': 'k' }))
  const first = await (await ask({ n: 1 })).text()
  expect(first).toContain('data: {"n":1}')
  expect(await (await ask({ n: 1 })).text()).toBe(first)
  expect((await ask({ n: 2 })).status).toBe(422)
})
