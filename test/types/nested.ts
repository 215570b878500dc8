// Properties of what a handler sends, and elements of lists: those that JSON cannot hold do not compile.
import { defineRoute, json, sse, type SseEvent } from 'tidings'
import { createChannels } from 'tidings/channel'
import { same, type Yielded } from './same.ts'

const path = '/a'
declare const isLive: boolean
// oxlint-disable-next-line typescript/no-explicit-any -- what JavaScript hands over
declare const loose: any
declare const unsure: unknown
interface Order {
  id: number
  at: Date
  note?: string | undefined
  lines: readonly { sku: string; extra: Map<string, number> }[]
  readonly other: Order | null
  [Symbol.iterator]?: never
}
interface Broken extends Order {
  tags: Set<string>
}
class Money {
  readonly amount = 1
  toJSON(): number {
    return this.amount
  }
}
class Account {
  readonly owner = 'Ann'
  greet(): string {
    return this.owner
  }
}
declare const order: Order
declare const orders: AsyncIterable<SseEvent<'order', Order> | Order>
declare const broken: Broken

// --- what compiles
export const fine = [
  defineRoute({ method: 'GET', path, handler: () => order }),
  defineRoute({ method: 'GET', path, handler: async () => (isLive ? [order] : undefined) }),
  defineRoute({ method: 'GET', path, sse: true, handler: () => orders }),
  defineRoute({ method: 'GET', path, handler: () => ({ a: loose, b: unsure, c: [loose], d: new Money() }) }),
  defineRoute({ method: 'GET', path, handler: () => [loose, unsure, new URL('http://localhost'), new Money()] }),
  // Deeper levels are left alone.
  defineRoute({ method: 'GET', path, handler: () => ({ a: { b: new Map(), c: 1n }, d: [new Set()] }) }),
  defineRoute({ method: 'GET', path, handler: () => [[() => 1], { a: Symbol('x') }] as const }),
  // What only looks like it.
  defineRoute({ method: 'GET', path, handler: () => ({ error: { name: 'E', message: 'text' }, size: 1, has: 2 }) }),
  defineRoute({ method: 'GET', path, handler: () => (isLive ? new Response('x') : { a: 1 }) }),
  defineRoute({ method: 'GET', path, handler: (): object => ({}) }),
  defineRoute({ method: 'GET', path, handler: (): Record<string, unknown> => ({}) }),
]
export function generic<Row, Key extends string>(rows: AsyncIterable<Row>, key: Key) {
  return defineRoute({
    method: 'GET',
    path,
    sse: true,
    handler: async function* () {
      for await (const row of rows) yield { row, key, list: [row], optional: isLive ? row : undefined }
    },
  })
}
same<Yielded<ReturnType<typeof generic<Date, 'a'>>>['row'], Date>()
export function listed<Row extends { id: number }>(rows: Row[]) {
  return [
    defineRoute({ method: 'GET', path, handler: () => rows }),
    defineRoute({ method: 'GET', path, handler: () => ({ rows, first: rows[0] }) }),
  ]
}

// --- what does not
// @ts-expect-error A Map.
defineRoute({ method: 'GET', path, handler: () => ({ counts: new Map([['a', 1]]) }) })
// @ts-expect-error A Set, in one case.
defineRoute({ method: 'GET', path, handler: () => ({ id: 1, tags: isLive ? new Set(['a']) : null }) })
// @ts-expect-error A WeakMap.
defineRoute({ method: 'GET', path, handler: () => ({ seen: new WeakMap() }) })
// @ts-expect-error Headers, of which JSON keeps nothing.
defineRoute({ method: 'GET', path, handler: () => ({ headers: new Headers() }) })
// @ts-expect-error A form.
defineRoute({ method: 'GET', path, handler: () => [new FormData()] })
// @ts-expect-error An Error, in one of two objects.
defineRoute({ method: 'GET', path, handler: async () => (isLive ? { ok: true } : { error: new TypeError('x') }) })
// @ts-expect-error Bytes.
defineRoute({ method: 'GET', path, handler: () => ({ bytes: new Uint8Array(1) }) })
// @ts-expect-error A Buffer.
defineRoute({ method: 'GET', path, handler: () => ({ bytes: Buffer.from('a') }) })
// @ts-expect-error What lies below them.
defineRoute({ method: 'GET', path, handler: () => ({ bytes: new ArrayBuffer(1) }) })
// @ts-expect-error A bigint.
defineRoute({ method: 'GET', path, handler: () => ({ balance: 1n }) })
// @ts-expect-error A symbol.
defineRoute({ method: 'GET', path, handler: () => ({ kind: Symbol('x') }) })
// @ts-expect-error A function.
defineRoute({ method: 'GET', path, handler: () => ({ call: () => 1 }) })
// @ts-expect-error A promise that nobody awaited.
defineRoute({ method: 'GET', path, handler: () => ({ user: Promise.resolve({ id: 1 }) }) })
// @ts-expect-error Optional.
defineRoute({ method: 'GET', path, handler: (): { at?: Map<string, string> } => ({}) })
// @ts-expect-error Any property.
defineRoute({ method: 'GET', path, handler: (): Record<string, Set<string>> => ({}) })
// @ts-expect-error Beside what nobody knows.
defineRoute({ method: 'GET', path, handler: () => ({ a: loose, b: unsure, c: new Map() }) })
// @ts-expect-error An interface.
defineRoute({ method: 'GET', path, handler: () => broken })
// @ts-expect-error The methods of a class are not sent: spread it, or give it a toJSON.
defineRoute({ method: 'GET', path, handler: () => new Account() })
// @ts-expect-error An element.
defineRoute({ method: 'GET', path, handler: () => [1, 2n] })
// @ts-expect-error Elements that are promises.
defineRoute({ method: 'GET', path, handler: () => ['a', 'b'].map(async (id) => id) })
// @ts-expect-error Of a tuple.
defineRoute({ method: 'GET', path, handler: () => ['a', new Map()] as const })
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error In one of two events.
  handler: async function* () {
    yield { type: 'start' }
    yield { type: 'end', counts: new Map([['a', 1]]) }
  },
})
defineRoute({
  method: 'GET',
  path,
  sse: true,
  // @ts-expect-error Inside an event.
  handler: async function* ({ params }) {
    yield sse({ event: 'x' }, { params, sent: new Set<string>() })
  },
})
// @ts-expect-error An iterable that was made elsewhere.
defineRoute({ method: 'GET', path, sse: true, handler: (): AsyncIterable<Broken[] | { a: bigint }> => loose })

// --- json()
export const answers = [
  json(order),
  json([loose, unsure], { status: 201 }),
  json('text'),
  json({ a: { b: new Map() } }),
  ...['a'].map((text) => json({ text })),
]
export function created<Row extends object>(row: Row, list: readonly Row[]) {
  return [json(row, { status: 201 }), json({ row }), json(list)]
}
// @ts-expect-error What json() is given, as what a handler returns itself.
json({ counts: new Map([['a', 1]]) })
// @ts-expect-error An element.
json([1n])

// --- topics
const channels = createChannels()
export const topics = [
  channels.topic<Order>('orders'),
  channels.topic<any>('any'), // oxlint-disable-line typescript/no-explicit-any -- left alone
  channels.topic('unknown'),
  channels.topic<{ a: unknown; b: { c: bigint } }>('deeper'),
]
// @ts-expect-error The data of a topic.
channels.topic<{ counts: Map<string, number> }>('maps')
export function topicOf<Data extends object>(name: string) {
  return channels.topic<Data>(name)
}
export function pairOf<Data>(name: string) {
  return channels.topic<{ before: Data; after: Data }>(name)
}
