// Values that are nested more deeply than the recursion of a schema, a copy or JSON.stringify can go.
import { expect, test } from 'vitest'
import { Type } from 'typebox'
import { z } from 'zod'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { defineRoute, type AnyRoute } from '../../src/server/index.ts'
import { listen } from '../support/server/listening.ts'
import { make, unhandledDuring, untyped } from '../support/server/asking.ts'

const tree = Type.Cyclic({ Tree: Type.Object({ a: Type.Optional(Type.Ref('Tree')) }) }, 'Tree')
const filled = Type.Cyclic(
  { Tree: Type.Object({ a: Type.Optional(Type.Ref('Tree')), n: Type.Number({ default: 1 }) }) },
  'Tree',
)
const list = Type.Cyclic({ List: Type.Array(Type.Ref('List')) }, 'List')
type Tree = { readonly a?: Tree | undefined }
const zodTree: z.ZodType<Tree> = z.lazy(() => z.object({ a: zodTree.optional() }))
const zodList: z.ZodType = z.lazy(() => z.array(zodList))

/** `{"a":{"a":...}}` of so many levels, with `leaf` in place of the last. */
const objects = (levels: number, leaf = '{}'): string => `${'{"a":'.repeat(levels - 1)}${leaf}${'}'.repeat(levels - 1)}`
const lists = (levels: number, leaf = '[]'): string => `${'['.repeat(levels - 1)}${leaf}${']'.repeat(levels - 1)}`

const route = (schema: object): AnyRoute =>
  untyped({ method: 'POST', path: '/x', ...schema, handler: ({ body }: { body: unknown }) => body })
const post = (body: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body,
})

const schemas: readonly [string, object, (levels: number, leaf?: string) => string][] = [
  ['no schema, and objects', {}, objects],
  ['no schema, and lists', {}, lists],
  ['a recursive TypeBox object', { schema: { body: tree } }, objects],
  ['one with defaults', { schema: { body: filled } }, objects],
  ['a recursive TypeBox list', { schema: { body: list } }, lists],
  ['anything in a TypeBox object', { schema: { body: Type.Object({ a: Type.Unknown() }) } }, objects],
  ['items that have to be unique', { schema: { body: Type.Array(Type.Unknown(), { uniqueItems: true }) } }, lists],
  ['a lazy zod object', { schema: { body: zodTree } }, objects],
  ['a lazy zod list', { schema: { body: zodList } }, lists],
]

test.each(schemas)('a body with 500 levels is taken, and one with more is a 400: %s', async (_, schema, nest) => {
  const { ask, errors } = make([route(schema)])
  expect((await ask('/x', post(nest(500)))).status).toBe(200)
  for (const levels of [501, 5000, 100_000]) {
    const response = await ask('/x', post(nest(levels)))
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code: 400, message: 'The body is nested deeper than 500 levels.' })
  }
  expect(errors).toEqual([])
})

test.each(schemas.filter(([, { schema }]: readonly [string, { schema?: unknown }, unknown]) => schema !== undefined))(
  'what is wrong at the bottom of 500 levels is found, without an overflow: %s',
  async (_, schema, nest) => {
    const { ask, errors } = make([route(schema)])
    const response = await ask('/x', post(nest(500, '"x"')))
    // Where anything may be inside, a string at the bottom is fine.
    expect([200, 400]).toContain(response.status)
    expect(errors).toEqual([])
  },
)

test('many brackets in a row, or in a string, are no depth', async () => {
  const { ask } = make([route({})])
  const wide = `[${'[],'.repeat(2000)}"${'['.repeat(2000)}\\"["]`
  expect((await ask('/x', post(wide))).status).toBe(200)
})

test('what a body parser before us has made of deep JSON is a 400 as well', async () => {
  const handler = toNodeHandler(new Server([route({ schema: { body: tree } })]))
  const { url } = await listen((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
    request.on('end', () => {
      Object.assign(request, { body: JSON.parse(text) })
      handler(request, response)
    })
  })
  expect((await fetch(`${url}/x`, post(objects(500)))).status).toBe(200)
  expect((await fetch(`${url}/x`, post(objects(50_000)))).status).toBe(400)
})

test('an answer that is nested too deeply says so, once or as an event', async () => {
  const deep: unknown = JSON.parse(lists(100_000))
  const message = /^GET \/\w+: \[object Array\] cannot be sent: it is nested too deeply/
  const { ask, errors } = make([
    defineRoute({ method: 'GET', path: '/once', handler: () => deep }),
    defineRoute({
      method: 'GET',
      path: '/stream',
      sse: true,
      handler: async function* () {
        yield 'first'
        yield deep
      },
    }),
  ])
  const unhandled = await unhandledDuring(async () => {
    expect((await ask('/once')).status).toBe(500)
    const data = /^data: first\n\nevent: error\ndata: (.*)\n\n$/.exec(await (await ask('/stream')).text())?.[1]
    expect(JSON.parse(data ?? '')).toEqual({ error: expect.stringMatching(message) })
  })
  expect(unhandled).toEqual([])
  expect(errors.map((error) => (error instanceof Error ? error.message : ''))).toEqual([
    expect.stringMatching(message),
    expect.stringMatching(message),
  ])
})

test('an event that is nested more deeply than its schema can go says so', async () => {
  const { ask, errors } = make([
    untyped({
      method: 'GET',
      path: '/x',
      sse: { validateEvents: true },
      schema: { event: zodList },
      handler: async function* () {
        yield JSON.parse(lists(100_000))
      },
    }),
  ])
  expect((await ask('/x')).status).toBe(500)
  expect(errors).toEqual([
    expect.objectContaining({
      code: 'ERR_EVENT_INVALID',
      message: 'GET /x: the event message does not fit schema.event: its data is nested too deeply.',
    }),
  ])
})
