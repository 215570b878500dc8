// `schema.event`: what a handler may yield, and what is left of it for clients.
import { type as ark } from 'arktype'
import { defineRoute, sse, Type, type SseEvent } from 'tidings'
import { z } from 'zod'
import { same, type Yielded } from './same.ts'

declare const texts: AsyncIterable<{ text: string }>
declare const changes: AsyncIterable<SseEvent<'created' | 'deleted', { id: number }>>
declare const name: string
// oxlint-disable-next-line typescript/no-explicit-any -- what JavaScript hands over
declare const loose: any

// A schema for each name; `message` for what is yielded bare.
export const named = defineRoute({
  method: 'GET',
  path: '/named',
  sse: true,
  schema: {
    query: Type.Object({ n: Type.Number() }),
    event: {
      status: Type.Object({ online: Type.Boolean(), kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) }),
      message: z.object({ text: z.string(), at: z.date().optional() }),
      end: Type.Null(),
      tags: ark('string[]'),
    },
  },
  handler: async function* ({ query }) {
    same<typeof query.n, number>()
    yield { text: 'x' }
    yield sse({ id: '1' }, { text: 'y', at: new Date() })
    yield* texts
    yield sse({ event: 'status', id: '1' }, { online: true, kind: 'a' })
    yield sse({ event: 'tags' }, ['a', 'b'])
    yield sse({ event: 'end' }, null)
  },
})
same<
  Yielded<typeof named>,
  | SseEvent<'status', { online: boolean; kind: 'a' | 'b' }>
  | SseEvent<'message', { text: string; at?: Date | undefined }>
  | SseEvent<'end', null>
  | SseEvent<'tags', string[]>
>()

// One schema for all: the yields say which names there are.
export const one = defineRoute({
  method: 'GET',
  path: '/one',
  sse: { heartbeatMs: false, validateEvents: true },
  schema: {
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('a') }),
      z.object({ type: z.literal('b'), n: z.number() }),
    ]),
  },
  handler: async function* () {
    yield { type: 'a' }
    yield sse({ event: 'tick' }, { type: 'b', n: 1 })
  },
})
same<Yielded<typeof one>, SseEvent<'message' | 'tick', { type: 'a' } | { type: 'b'; n: number }>>()

// What is sent is a schema's input: nothing is decoded or filled in on its way out.
const day = Type.Codec(Type.String())
  .Decode((text) => new Date(text))
  .Encode((date) => date.toISOString())
export const codec = defineRoute({
  method: 'GET',
  path: '/codec',
  sse: true,
  schema: { event: { message: Type.Object({ day }), counted: z.object({ n: z.number().default(0) }) } },
  handler: async function* () {
    yield { day: '2026-11-21' }
    yield sse({ event: 'counted' }, {})
  },
})
same<Yielded<typeof codec>, SseEvent<'message', { day: string }> | SseEvent<'counted', { n?: number | undefined }>>()

// Iterables that were made elsewhere, and what nobody knows.
export const iterable = defineRoute({
  method: 'GET',
  path: '/iterable',
  sse: true,
  schema: { event: { created: Type.Object({ id: Type.Number() }), deleted: Type.Object({ id: Type.Number() }) } },
  handler: () => changes,
})
export const untyped = [
  defineRoute({
    method: 'GET',
    path: '/any',
    sse: true,
    schema: { event: Type.String() },
    handler: async function* () {
      yield loose
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/any',
    sse: true,
    schema: { event: Type.String() },
    handler: () => loose as AsyncIterable<unknown>,
  }),
  defineRoute({
    method: 'GET',
    path: '/never',
    sse: true,
    schema: { event: Type.String() },
    handler: async function* () {},
  }),
  defineRoute({ method: 'GET', path: '/none', sse: true, schema: { event: undefined }, handler: () => texts }),
]

// --- what must not compile
const event = { status: Type.Object({ online: Type.Boolean() }), message: z.object({ text: z.string() }) }
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event },
  // @ts-expect-error A bare yield that is no message.
  handler: async function* () {
    yield { text: 'x' }
    yield { txt: 'x' }
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event },
  // @ts-expect-error The data of another event.
  handler: async function* () {
    yield sse({ event: 'status' }, { text: 'x' })
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event },
  // @ts-expect-error There is no such event.
  handler: async function* () {
    yield sse({ event: 'stats' }, { online: true })
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event },
  // @ts-expect-error An event of any name.
  handler: async function* () {
    yield sse({ event: name }, { online: true })
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event: { status: event.status } },
  // @ts-expect-error Nothing is declared for what is yielded bare.
  handler: async function* () {
    yield { online: true }
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event: event.status },
  // @ts-expect-error One schema is for named events as well.
  handler: async function* () {
    yield { online: true }
    yield sse({ event: 'x' }, { online: 1 })
  },
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  schema: { event },
  // @ts-expect-error An iterable of something else.
  handler: () => changes,
})
defineRoute({
  method: 'GET',
  path: '/a',
  // @ts-expect-error A route that answers once has no events.
  schema: { event },
  handler: () => 'x',
})
defineRoute({
  method: 'GET',
  path: '/a',
  sse: true,
  // @ts-expect-error A name that has no schema.
  schema: { event: { status: event.status, message: 'text' } },
  // @ts-expect-error And so nothing fits them.
  handler: async function* () {
    yield sse({ event: 'status' }, { online: true })
  },
})
