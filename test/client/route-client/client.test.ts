// createClient(): calls that are typed by the routes of a server, against that server.
import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import {
  createClient,
  isValidationError,
  ResponseError,
  type Client,
  type ClientOptions,
} from '../../../src/client/index.ts'
import { defineRoute, defineRoutes, err, json, type ServerOptions } from '../../../src/server/index.ts'
import { sse } from '../../../src/sse/index.ts'
import { unhandledDuring } from '../../support/server/asking.ts'
import { run } from '../../support/server/running.ts'

const seen: string[] = []

const routes = defineRoutes([
  defineRoute({ method: 'GET', path: '/echo/:id/:rest*', handler: (ctx) => ({ path: ctx.path, params: ctx.params }) }),
  defineRoute({ method: 'GET', path: '/query', handler: ({ request }) => ({ search: new URL(request.url).search }) }),
  defineRoute({
    method: 'POST',
    path: '/orders',
    schema: {
      query: Type.Object({ size: Type.Integer(), tags: Type.Array(Type.String()) }),
      body: Type.Object({ text: Type.String(), at: Type.Optional(Type.String()) }),
    },
    handler: ({ query, body }) => ({ ...query, ...body, made: new Date(0) }),
  }),
  defineRoute({
    method: 'PUT',
    path: '/body',
    body: { accept: ['json', 'form'] },
    handler: ({ body, headers }) => ({ body, type: headers['content-type'] ?? null }),
  }),
  defineRoute({
    method: 'GET',
    path: '/headers',
    handler: ({ headers }) => {
      seen.push(headers['authorization'] ?? '')
      if (headers['authorization'] === 'old') throw err.unauthorized()
      return { authorization: headers['authorization'], extra: headers['x-extra'] ?? null, accept: headers['accept'] }
    },
  }),
  defineRoute({ method: 'DELETE', path: '/nothing', handler: () => {} }),
  defineRoute({ method: 'PATCH', path: '/null', handler: () => null }),
  defineRoute({ method: 'GET', path: '/text', handler: () => '42' }),
  defineRoute({
    method: 'GET',
    path: '/same',
    schema: { query: Type.Object({ text: Type.String() }) },
    handler: ({ query }) => query.text,
  }),
  defineRoute({
    method: 'GET',
    path: '/literals',
    sse: true,
    handler: async function* () {
      yield '1' as const
      yield sse({ event: 'word' }, 'true')
      yield sse({ event: 'number' }, 1)
    },
  }),
  defineRoute({ method: 'HEAD', path: '/text', handler: () => 'x' }),
  defineRoute({ method: 'OPTIONS', path: '/text', handler: () => ({ answered: 'by the route' }) }),
  defineRoute({
    method: 'GET',
    path: '/response',
    handler: () => json({ a: 1 }, { headers: { 'x-made': 'by hand' } }),
  }),
  defineRoute({
    method: 'GET',
    path: '/fails/:status',
    schema: { params: Type.Object({ status: Type.Integer() }) },
    handler: ({ params }) => {
      if (params.status === 404) throw err.notFound('no such task', { details: { task: 7 } })
      return new Response('x'.repeat(200_000), { status: params.status, headers: { 'content-type': 'text/plain' } })
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/slow',
    handler: async (ctx) => {
      await ctx.sleep(60_000)
    },
  }),
  {
    path: '/rooms/:room',
    children: [
      defineRoute({
        method: 'GET',
        path: '/events',
        sse: true,
        schema: {
          event: { status: Type.Object({ room: Type.String() }), message: Type.Number(), token: Type.String() },
        },
        handler: async function* ({ path, lastEventId }) {
          seen.push(path)
          yield sse({ event: 'status', id: '1' }, { room: lastEventId ?? 'fresh' })
          yield 42
          yield sse({ event: 'token', id: '3' }, ' 2024')
        },
      }),
    ],
  },
  defineRoute({
    method: 'POST',
    path: '/chat',
    sse: true,
    schema: { body: Type.Object({ words: Type.Array(Type.String()) }) },
    handler: async function* ({ body, headers }) {
      seen.push(`chat ${headers['authorization'] ?? ''}`)
      for (const word of body.words) yield { word }
      if (body.words.length === 0) throw err.conflict('no words')
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/endless/text',
    sse: true,
    handler: async function* ({ signal, sleep }) {
      signal.addEventListener('abort', () => seen.push('left'))
      for (let n = 0; ; n += 1) {
        yield String(n)
        await sleep(5)
      }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/endless',
    sse: true,
    handler: async function* ({ signal, sleep }) {
      signal.addEventListener('abort', () => seen.push('left'))
      for (let n = 0; ; n += 1) {
        yield { n }
        await sleep(5)
      }
    },
  }),
])

async function start(options: ClientOptions = {}, server: ServerOptions = {}): Promise<Client<typeof routes>> {
  seen.length = 0
  const { url } = await run(routes.routes, server)
  return createClient<typeof routes>(url, options)
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('a request', () => {
  it('has its parameters in its path, percent-encoded', async () => {
    const client = await start()
    const answer = await client.get('/echo/:id/:rest*', { params: { id: 'a/b ?#你', rest: 'c/d e' } })
    expect(answer).toEqual({ path: '/echo/a%2Fb%20%3F%23%E4%BD%A0/c/d%20e', params: { id: 'a/b ?#你', rest: 'c/d e' } })
  })

  it('is refused at the call where a parameter is missing or would lead to another route', async () => {
    const client = await start()
    // @ts-expect-error It is missing.
    expect(() => client.get('/echo/:id/:rest*', {})).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    expect(() => client.get('/echo/:id/:rest*', { params: { id: '..' } })).toThrow('cannot be . or ..')
  })

  it('repeats the name of a list in its query, and leaves out what is undefined', async () => {
    const client = await start()
    const query = { a: [1, 'b&c', true], none: undefined, empty: '', at: new Date(0), list: [] }
    const { search } = await client.get('/query', { query })
    expect(search).toBe('?a=1&a=b%26c&a=true&empty=&at=1970-01-01T00%3A00%3A00.000Z')
    // @ts-expect-error No query holds an object.
    expect(() => client.get('/query', { query: { a: {} } })).toThrow("The query's a cannot be")
    expect((await client.get('/query')).search).toBe('')
  })

  it('sends its body as JSON, and gets what the schemas make of it', async () => {
    const client = await start()
    const answer = await client.post('/orders', { query: { size: 2, tags: ['a', 'b'] }, json: { text: 'x' } })
    expect(answer).toEqual({ size: 2, tags: ['a', 'b'], text: 'x', made: '1970-01-01T00:00:00.000Z' })
  })

  it('sends forms as they are, and refuses what JSON cannot hold', async () => {
    const client = await start()
    const type = 'application/x-www-form-urlencoded;charset=UTF-8'
    expect(await client.put('/body', { body: new URLSearchParams({ a: '1' }) })).toEqual({ body: { a: '1' }, type })
    expect(await client.put('/body', { json: 'text' })).toEqual({ body: 'text', type: 'application/json' })
    expect(await client.put('/body')).toMatchObject({ type: null })
    expect(() => client.put('/body', { json: new Map() })).toThrow(expect.objectContaining({ code: 'ERR_EVENT_DATA' }))
  })

  it('sends its body as fetch does, and refuses a value there, which `json` is for', async () => {
    const client = await start()
    const error = await failureOf(client.put('/body', { body: 'text' }))
    expect(error).toMatchObject({ status: 415 })
    const headers = { 'content-type': 'application/json' }
    expect(await client.put('/body', { body: '{"a":1}', headers })).toMatchObject({ body: { a: 1 } })
    // @ts-expect-error No body that fetch takes.
    expect(() => client.put('/body', { body: { a: 1 } })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringMatching(/Send a value as `json`/) }),
    )
  })

  it('keeps the types of strings that look like JSON: in its path, its query, its body and its answer', async () => {
    const client = await start()
    for (const text of ['1', 'true', 'null', '{"a":1}', '"x"', '[1]', ' 1', '-0']) {
      const params = { id: text, rest: text }
      expect(await client.get('/echo/:id/:rest*', { params })).toMatchObject({ params })
      const sent = { query: { size: 1, tags: [text] }, json: { text, at: text } }
      expect(await client.post('/orders', sent)).toMatchObject({ tags: [text], text, at: text })
      expect(await client.put('/body', { json: text })).toMatchObject({ body: text })
      expect(await client.get('/same', { query: { text } })).toBe(text)
    }
  })

  it('has no option that does not exist, and names the nearest that does', async () => {
    // @ts-expect-error It is misspelt.
    expect(() => createClient<typeof routes>('http://localhost', { header: {} })).toThrow(
      'createClient has no option "header". Did you mean headers?',
    )
    const client = await start()
    // @ts-expect-error It is misspelt.
    expect(() => client.get('/query', { querry: {} })).toThrow('GET /query has no option "querry". Did you mean query?')
    expect(() => {
      // @ts-expect-error It is the client's.
      client.get('/endless', { credentials: 'omit' })
    }).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  it('takes what its client has for an option that is undefined', async () => {
    const opened: string[] = []
    const client = await start({ retry: false, onOpen: () => opened.push('client') })
    const options = { onOpen: undefined, retry: undefined, signal: undefined, lastEventId: undefined }
    for await (const _event of client.get('/endless', options)) break
    expect(opened).toEqual(['client'])
  })

  it('has the headers of the client and, over them, those of the call', async () => {
    const client = await start({ headers: { Authorization: 'a', 'x-extra': 'b' } })
    expect(await client.get('/headers')).toMatchObject({ authorization: 'a', extra: 'b' })
    const own = { authorization: 'c', 'x-extra': undefined }
    expect(await client.get('/headers', { headers: own })).toMatchObject({ authorization: 'c', extra: 'b' })
  })

  it('asks a function for headers once more after a 401, and no further', async () => {
    const asked: object[] = []
    const client = await start({
      headers: (request) => {
        asked.push(request)
        return { authorization: request.isUnauthorized ? 'new' : 'old' }
      },
    })
    expect(await client.get('/headers')).toMatchObject({ authorization: 'new' })
    expect(asked).toEqual([
      { attempt: 0, isUnauthorized: false },
      { attempt: 1, isUnauthorized: true },
    ])
    const stubborn = await start({ headers: () => ({ authorization: 'old' }) })
    expect(await failureOf(stubborn.get('/headers'))).toMatchObject({ status: 401 })
    expect(seen).toEqual(['old', 'old'])
  })

  it('goes below the path of the base, with or without slashes at its end', async () => {
    const { url } = await run([
      { path: '/api/v1', children: [defineRoute({ method: 'GET', path: '/x', handler: () => 'x' })] },
    ])
    const below = defineRoutes([defineRoute({ method: 'GET', path: '/x', handler: () => 'x' })])
    for (const base of ['api/v1', 'api/v1/', 'api/v1//'].map((path) => new URL(path, url))) {
      expect(await createClient<typeof below>(base).get('/x')).toBe('x')
    }
    expect(() => createClient<typeof below>('http://localhost/?a=1')).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION' }),
    )
  })

  it('goes through the fetch that is given', async () => {
    const client = createClient<typeof routes>('/api', { fetch: async (url) => Response.json({ search: url }) })
    expect(await client.get('/query', { query: { a: 1 } })).toEqual({ search: '/api/query?a=1' })
  })
})

describe('an answer', () => {
  it('is its JSON, its text, or undefined for nothing', async () => {
    const client = await start()
    expect(await client.delete('/nothing')).toBeUndefined()
    expect(await client.patch('/null')).toBeNull()
    expect(await client.get('/text')).toBe('42')
    expect(await client.head('/text')).toBeUndefined()
    expect(await client.options('/text')).toEqual({ answered: 'by the route' })
  })

  it('is the Response where the call says so', async () => {
    const response = await (await start()).get('/response', { as: 'response' })
    expect(response).toBeInstanceOf(Response)
    expect(response.headers.get('x-made')).toBe('by hand')
    expect(await response.json()).toEqual({ a: 1 })
  })

  it('is the Response of any route where the call says so, one that streams as well', async () => {
    const client = await start()
    const plain = await client.get('/query', { as: 'response' })
    expect(await plain.json()).toEqual({ search: '' })
    const streaming = await client.get('/endless', { as: 'response' })
    expect(streaming.headers.get('content-type')).toMatch(/^text\/event-stream/)
    await streaming.body?.cancel()
    // A route that streams may answer once, as those of language models do for `stream: false`.
    const once = createClient<typeof routes>('http://localhost', { fetch: async () => Response.json({ whole: true }) })
    const answer = await once.post('/chat', { json: { words: [] }, as: 'response' })
    expect(await answer.json()).toEqual({ whole: true })
  })

  it('is a ResponseError with the status and the JSON of one that failed', async () => {
    const error = await failureOf((await start()).get('/fails/:status', { params: { status: 404 }, as: 'response' }))
    expect(error).toBeInstanceOf(ResponseError)
    expect(error).toMatchObject({
      code: 'ERR_RESPONSE',
      status: 404,
      body: { code: 404, message: 'no such task', task: 7 },
    })
    expect(String(error)).toMatch(/^ResponseError: The answer of http:\S+\/fails\/404 is 404: no such task$/)
    expect(isValidationError(error)).toBe(false)
  })

  it('that failed is read up to 64 KiB', async () => {
    const error = await failureOf((await start()).get('/fails/:status', { params: { status: 502 }, as: 'response' }))
    expect(error).toMatchObject({ status: 502, body: 'x'.repeat(64 * 1024) })
  })

  it('tells what does not fit the schema of its route', async () => {
    // @ts-expect-error Not a number.
    const wrong = (await start()).post('/orders', { query: { size: 'big', tags: ['a'] }, json: { text: 'x' } })
    const error = await failureOf(wrong)
    if (!isValidationError(error)) throw error
    expect(error.body.errors).toEqual([{ in: 'query', path: '/size', message: expect.any(String) }])
  })

  it('that is no JSON although it says so is an error with its text', async () => {
    const headers = { 'content-type': 'application/json' }
    const fetch = async (): Promise<Response> => new Response('{"a":', { headers })
    const client = createClient<typeof routes>('http://localhost', { fetch })
    expect(await failureOf(client.get('/query'))).toMatchObject({ code: 'ERR_RESPONSE', body: '{"a":' })
  })

  it('is given up with its signal', async () => {
    const client = await start()
    const reason = new Error('enough')
    const slow = client.get('/slow', { signal: AbortSignal.abort(reason) })
    expect(await failureOf(slow)).toBe(reason)
  })
})

describe('a stream', () => {
  it('is read with the names and the data of its events, text where the call says so', async () => {
    const client = await start()
    const stream = client.get('/rooms/:room/events', { params: { room: 'a b' }, as: { token: 'text' } })
    expect([stream.status, stream.lastEventId]).toEqual([0, ''])
    const events: object[] = []
    for await (const { event, data } of stream) events.push({ event, data })
    expect(events).toEqual([
      { event: 'status', data: { room: 'fresh' } },
      { event: 'message', data: 42 },
      { event: 'token', data: ' 2024' },
    ])
    expect(seen).toEqual(['/rooms/a%20b/events'])
    expect([stream.status, stream.lastEventId]).toEqual([200, '3'])
  })

  it('keeps literals that look like JSON as text where the call says so, which the types require', async () => {
    const client = await start()
    const data: unknown[] = []
    for await (const event of client.get('/literals', { as: { message: 'text', word: 'text' } })) data.push(event.data)
    expect(data).toEqual(['1', 'true', 1])
    // @ts-expect-error On the wire they are the same as the number and the boolean.
    void client.get('/literals')
  })

  it('goes on from a position', async () => {
    const stream = (await start()).get('/rooms/:room/events', {
      params: { room: 'a' },
      as: { token: 'text' },
      lastEventId: '7',
    })
    expect(stream.lastEventId).toBe('7')
    for await (const event of stream) {
      if (event.event === 'status') expect(event.data.room).toBe('7')
    }
  })

  it('is asked for with a body and the headers of the client', async () => {
    const client = await start({ headers: async () => ({ authorization: 'token' }) })
    const words: string[] = []
    for await (const { data } of client.post('/chat', { json: { words: ['a', 'b'] } })) words.push(data.word)
    expect(words).toEqual(['a', 'b'])
    expect(seen).toEqual(['chat token'])
  })

  it('throws what the server answers or fails with', async () => {
    const client = await start()
    const read = async (words: unknown): Promise<void> => {
      // @ts-expect-error Anything.
      for await (const _event of client.post('/chat', { json: { words } }));
    }
    const refused = await failureOf(read('none'))
    expect(isValidationError(refused)).toBe(true)
    expect(await failureOf(read([]))).toMatchObject({ status: 409 })
    expect(await failureOf(read(['a']))).toBeUndefined()
  })

  it('ends when it is closed, and the server notices', async () => {
    const stream = (await start()).get('/endless')
    for await (const { data } of stream) if (data.n === 2) stream.close()
    await expect.poll(() => seen).toEqual(['left'])
  })

  it('ends when its loop is left', async () => {
    for await (const { data } of (await start()).get('/endless')) if (data.n === 1) break
    await expect.poll(() => seen).toEqual(['left'])
  })

  it('ends when its loop is left, also where some of its events are text', async () => {
    const stream = (await start()).get('/endless/text', { as: { message: 'text' } })
    for await (const { data } of stream) if (data === '1') break
    await expect.poll(() => seen).toEqual(['left'])
  })

  it('can be handed out of an async function, which awaits it', async () => {
    const client = await start()
    const open = async (words: string[]) => client.post('/chat', { json: { words } })
    const stream = await open(['a', 'b'])
    const words: string[] = []
    for await (const { data } of stream) words.push(data.word)
    expect(words).toEqual(['a', 'b'])
    expect(seen).toEqual(['chat '])
  })

  it('that was handed out can be closed unread', async () => {
    const client = await start()
    const open = async () => client.get('/endless')
    const stream = await open()
    stream.close()
    await expect.poll(() => seen).toEqual(['left'])
  })
})

describe('a call that nobody uses', () => {
  it('requests nothing', async () => {
    let requests = 0
    const fetch = async (): Promise<Response> => {
      requests += 1
      return Response.json({ search: '' })
    }
    const client = createClient<typeof routes>('http://localhost', { fetch })
    const query = client.get('/query')
    client.get('/endless').close()
    client.post('/chat', { json: { words: [] } })
    expect(requests).toBe(0)
    await Promise.all([query, query])
    expect(requests).toBe(1)
  })

  it('leaves no unhandled rejection', async () => {
    const unhandled = await unhandledDuring(async () => {
      const client = createClient<typeof routes>('http://localhost', { fetch: () => Promise.reject(new Error('down')) })
      void client.get('/query')
      client.get('/endless')
      await client.get('/query').catch(() => {})
      await client
        .get('/query')
        .finally(() => {})
        .catch(() => {})
    })
    expect(unhandled).toEqual([])
  })
})
