import { Type } from 'typebox'
import { describe, expect, it, test } from 'vitest'
import { z } from 'zod'
import { chatRoutes } from '../../src/ai/index.ts'
import { openapi } from '../../src/openapi/index.ts'
import { defineRoute } from '../../src/server/index.ts'
import { create, progress, taskRoutes } from '../support/openapi/task-routes.ts'
import { at, documentOf, faultsOf } from '../support/openapi/validate.ts'

const pathsOf = (document: object): unknown => Object.keys(Object(at(document, 'paths')))
const get = (path: string) => defineRoute({ method: 'GET', path, handler: () => 'x' })

describe.each(['3.2', '3.1'] as const)('a document of OpenAPI %s', (version) => {
  it.each(['contentSchema', 'schema'] as const)('is valid with data by %s', async (data) => {
    const document = documentOf(taskRoutes, {
      version,
      data,
      servers: [{ url: 'https://tasks.example' }],
      tags: [{ name: 'tasks' }],
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'session' } },
      security: [{ session: [] }],
    })
    expect(await faultsOf(document)).toEqual([])
    expect(document.openapi.startsWith(version)).toBe(true)
  })

  it('is valid with chat routes, of whose protocols it says nothing', async () => {
    const chat = chatRoutes({
      path: '/chat',
      handler: async function* () {
        yield 'Hello'
      },
    })
    const document = documentOf([chat], { version })
    expect(await faultsOf(document)).toEqual([])
    expect(at(document, 'paths', '/chat', 'post', 'responses')).toEqual({
      default: { description: expect.any(String), content: { '*/*': { schema: { description: expect.any(String) } } } },
    })
  })
})

test('the validators find what is wrong with a document', async () => {
  const document = documentOf([get('/x')])
  const wrong = {
    ...document,
    paths: { '/x/{id}': { get: { responses: { 200: { $ref: '#/components/responses/No' } } } } },
  }
  const faults = (await faultsOf(wrong)).join('\n')
  expect(faults).toContain('path-parameters-defined')
  expect(faults).toContain('no-unresolved-refs')
})

describe('a stream', () => {
  const response = ['paths', '/{id}/progress', 'get', 'responses', 200] as const

  it('has a schema for each event in `itemSchema`, with its data as text that holds JSON', () => {
    const content = at(documentOf([progress]), ...response, 'content')
    const [message, token] = at(content, 'text/event-stream', 'itemSchema', 'anyOf') as unknown[]
    expect(at(message, 'properties', 'event')).toEqual({ type: 'string', const: 'message' })
    expect(at(message, 'required')).toEqual(['data'])
    expect(at(message, 'properties', 'data')).toEqual({
      type: 'string',
      contentMediaType: 'application/json',
      contentSchema: { $ref: '#/components/schemas/Progress' },
    })
    expect(at(token, 'required')).toEqual(['event', 'data'])
    expect(at(token, 'properties', 'data')).toEqual({ type: 'string' })
  })

  it('has the schema of its events in `schema` for 3.1, with their data as it is', () => {
    const content = at(documentOf([progress], { version: '3.1' }), ...response, 'content')
    expect(at(content, 'text/event-stream', 'schema', 'anyOf', 0, 'properties', 'data')).toEqual({
      $ref: '#/components/schemas/Progress',
    })
  })

  it('has lines of JSON with the data of events alone', () => {
    const lines = at(documentOf([progress]), ...response, 'content', 'application/x-ndjson', 'itemSchema')
    expect(at(lines, 'anyOf')).toEqual([
      { $ref: '#/components/schemas/Progress' },
      { type: 'string' },
      { $ref: '#/components/schemas/getIdProgress.comment' },
      { $ref: '#/components/schemas/Step' },
      { $ref: '#/components/schemas/StreamError' },
    ])
  })

  it('says that its events may have any name where one schema is for all', () => {
    const route = defineRoute({
      method: 'POST',
      path: '/x',
      sse: true,
      schema: { event: Type.Number() },
      handler: async function* () {
        yield 1
      },
    })
    const operation = at(documentOf([route]), 'paths', '/x', 'post')
    const events = at(operation, 'responses', 200, 'content', 'text/event-stream', 'itemSchema', 'anyOf') as unknown[]
    expect(at(events[0], 'properties', 'event')).toEqual({ type: 'string' })
    expect(events).toHaveLength(2)
    expect(Object.keys(Object(at(operation, 'responses')))).toEqual(['200', 'default'])
  })

  it('takes the id of the last event, and ends with 204', () => {
    const operation = at(documentOf([progress]), 'paths', '/{id}/progress', 'get')
    const parameters = at(operation, 'parameters') as object[]
    expect(parameters.at(-1)).toMatchObject({ name: 'Last-Event-ID', in: 'header', required: false })
    expect(Object.keys(Object(at(operation, 'responses')))).toEqual(['200', '204', '400', 'default'])
  })
})

describe('a request', () => {
  it('has parameters of path and query, as its schemas take them', () => {
    const parameters = at(documentOf([progress]), 'paths', '/{id}/progress', 'get', 'parameters') as object[]
    expect(parameters.slice(0, 3)).toEqual([
      { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'since', in: 'query', required: false, schema: { type: 'number' } },
      { name: 'tag', in: 'query', required: true, schema: { type: 'array', items: { type: 'string' } } },
    ])
  })

  it('has headers, cookies, and a body of each media type that its route takes', () => {
    const operation = at(documentOf([create]), 'paths', '/', 'post')
    expect(at(operation, 'parameters')).toEqual([
      { name: 'x-tenant', in: 'header', required: true, schema: { type: 'string' } },
      { name: 'session', in: 'cookie', required: false, schema: { type: 'string' } },
    ])
    const content = at(operation, 'requestBody', 'content')
    expect(Object.keys(Object(content))).toEqual([
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain',
    ])
    expect(at(content, 'application/json', 'schema')).toMatchObject({
      type: 'object',
      required: ['title'],
      properties: { title: { type: 'string' }, note: { type: 'string' } },
    })
  })

  it('has the properties of alternatives, required where all of them require it', () => {
    const query = z.union([z.object({ a: z.string(), b: z.string() }), z.object({ a: z.number() })])
    const route = defineRoute({ method: 'GET', path: '/x', schema: { query }, handler: () => 'x' })
    expect(at(documentOf([route]), 'paths', '/x', 'get', 'parameters')).toEqual([
      { name: 'a', in: 'query', required: true, schema: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
      { name: 'b', in: 'query', required: false, schema: { type: 'string' } },
    ])
  })
})

describe('paths', () => {
  it('are one where routes name the parameter differently', async () => {
    const remove = defineRoute({ method: 'DELETE', path: '/x/:key', handler: () => undefined })
    const document = documentOf([get('/x/:id'), remove])
    expect(pathsOf(document)).toEqual(['/x/{id}'])
    expect(at(document, 'paths', '/x/{id}', 'delete', 'parameters', 0, 'name')).toBe('id')
    expect(await faultsOf(document)).toEqual([])
  })

  it('leave a route its own path where another has an optional part', () => {
    const document = documentOf([get('/x/:id?'), get('/x')], {
      describe: ({ path }) => ({ operationId: path === '/x' ? 'own' : 'optional' }),
    })
    expect(pathsOf(document)).toEqual(['/x/{id}', '/x'])
    expect(at(document, 'paths', '/x', 'get', 'operationId')).toBe('own')
  })

  it('have no HEAD, and no route that `include` leaves out', () => {
    const head = defineRoute({ method: 'HEAD', path: '/head', handler: () => undefined })
    const routes = [head, get('/admin'), get('/x')]
    expect(pathsOf(documentOf(routes, { include: ({ path }) => path !== '/admin' }))).toEqual(['/x'])
  })
})

describe('describe', () => {
  it('says more of a route, and what it answers', () => {
    const responses = { 200: { description: 'A text.', content: { 'text/plain': { schema: { type: 'string' } } } } }
    const said = { operationId: 'readX', summary: 'Reads x.', tags: ['x'], deprecated: true, security: [], responses }
    const operation = at(documentOf([get('/x')], { describe: () => said }), 'paths', '/x', 'get')
    const { responses: _responses, ...texts } = said
    expect(operation).toMatchObject({ ...texts, responses: { ...responses, default: {} } })
  })

  it('must not name two routes alike, or say what does not exist', () => {
    const both = [get('/x'), get('/y')]
    expect(() => documentOf(both, { describe: () => ({ operationId: 'one' }) })).toThrow(
      'GET /y: another route has the operationId one.',
    )
    const misspelt = { describe: () => ({ sumary: 'x' }) as object }
    expect(() => documentOf(both, misspelt)).toThrow('Did you mean summary?')
  })
})

test('operations that would have one name get different ones', () => {
  const document = documentOf([get('/a/b'), get('/a-b')])
  expect(at(document, 'paths', '/a-b', 'get', 'operationId')).toBe('getAB2')
})

test('what is no server, and options that cannot work, are refused', () => {
  const info = { title: 'x', version: '1' }
  expect(() => openapi({ fetch: async () => new Response() }, { info })).toThrow('openapi() takes a `Server`')
  expect(() => documentOf([], { info: { title: 'x' } as typeof info })).toThrow('info.version is missing.')
  expect(() => documentOf([], { version: '3.0' as '3.1' })).toThrow('version must be one of "3.1", "3.2"')
  expect(() => documentOf([], { servers: ['x'] as unknown as [] })).toThrow('servers[0] must be an object')
})
