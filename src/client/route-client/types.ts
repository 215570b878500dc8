// The types of a client, derived from those of a server's routes. Types only: a client imports no code of the server.
import type { PathParams, Returns, Route, Streams } from '../../schema/index.ts'
import type { Mistake } from '../../base/index.ts'
import type { SseEvent } from '../../sse/index.ts'
import type { Json } from './json.ts'
import type { RequestBody } from '../http/fetch-types.ts'
import type { UrlValue } from './path.ts'
import type { ServerEvent } from '../stream/server-event.ts'
import type { EventStream } from '../stream/events.ts'
import type { StreamOptions } from '../stream/options.ts'

/** The routes of a server, as `defineRoutes` returns them. */
export interface RouteList {
  readonly routes: readonly unknown[]
}

/** A client: one function for each HTTP method of the routes, as in `client.get('/tasks/:id', { params: { id } })`. */
export type Client<List extends RouteList> = ClientOf<TableOf<Flat<List['routes'][number]>>>
type ClientOf<Table> = { readonly [Method in keyof Table as Lowercase<Method & string>]: Ask<Table[Method]> }

/**
 * Calls the route of a path. `Found`, the route, and `As` are type parameters only for speed and inference, and never given:
 * the compiler goes through all routes each time that a signature names `Paths[Path]` (200 routes, a call of each: 1.3 M
 * instantiations, now 0.5 M).
 */
export interface Ask<Paths> {
  <Path extends keyof Paths, const As = unknown, Found = Paths[Path]>(
    path: Path,
    ...options: Arguments<CallOf<Found>, As>
  ): [As] extends ['response'] ? Promise<Response> : ReplyOf<Found>
  /** No call: what the compiler says of a call that lacks options, or of one without options whose path no route has. */
  <Path extends string>(path: Path extends keyof Paths ? Path & Incomplete<CallOf<Paths[Path]>> : keyof Paths): never
}
type Arguments<Call, As> = {} extends Call
  ? [options?: Call & { readonly as?: As }]
  : [options: Call & { readonly as?: As }]
/** What the compiler prints of a call without options: the names of those that it must have. */
type Incomplete<Call> = {} extends Call
  ? never
  : Mistake<'the call of this path needs these options', RequiredName<Call>>
type RequiredName<Call> = keyof { [Name in keyof Call as {} extends Pick<Call, Name> ? never : Name]: Name }

/** All routes as a union, each with its full path. A tuple would run into the compiler's depth limit. */
type Flat<Entry, Prefix extends string = ''> = Entry extends {
  readonly path: infer Path extends string
  readonly children: infer Children extends readonly unknown[]
}
  ? Flat<Children[number], `${Prefix}${WithoutSlash<Path>}`>
  : Entry extends Route<
        infer Method,
        infer Path,
        infer Params,
        infer Query,
        infer Body,
        infer Headers,
        infer Cookies,
        infer Result
      >
    ? Prefix extends ''
      ? Entry
      : Route<Method, `${Prefix}${Path}`, PathParams<Prefix> & Params, Query, Body, Headers, Cookies, Result>
    : never

/** The path of a group as its routes have it: the slash at its end is that at their beginning. */
type WithoutSlash<Path extends string> = Path extends `${infer Start}/` ? Start : Path

/** Method -> path -> route: two look-ups for a call. With keys like `GET /x` each call would go through all routes. */
type TableOf<Union> = { [Method in MethodOf<Union>]: PathsOf<Extract<Union, { readonly method: Method }>> }
type PathsOf<Union> = { [R in Union as PathOf<R>]: R }
type MethodOf<R> = R extends { readonly method: infer Method extends string } ? Method : never
type PathOf<R> = R extends { readonly path: infer Path extends string } ? Path : never

/** Options of every call. */
export interface CallOptions {
  /** Aborts the request, or the stream. */
  readonly signal?: AbortSignal | undefined
}

/** Options of a call of a route that streams; the same as for `stream()`. */
export interface StreamCallOptions
  extends
    CallOptions,
    Pick<
      StreamOptions,
      'lastEventId' | 'retry' | 'idleTimeoutMs' | 'eventTimeoutMs' | 'maxEventBytes' | 'onOpen' | 'onRetry'
    > {}

/** Headers of one call. Those in the route's schema are optional, because the client's own headers may contain them. */
type HeadersSlot<Headers> = {
  readonly headers?: ([Headers] extends [undefined] ? unknown : Partial<Headers>) & ExtraHeaders
}
type ExtraHeaders = Readonly<Record<string, UrlValue>>
/** A query without a schema. An interface, because the compiler shows its name and not its definition. */
interface AnyQuery {
  readonly [name: string]: UrlValue | readonly UrlValue[]
}

type CallOf<R> =
  R extends Route<infer Method, string, infer Params, infer Query, infer Body, infer Headers, unknown, infer Result>
    ? ParamsSlot<Params> & QuerySlot<Query> & BodySlot<Method, Body> & HeadersSlot<Headers> & ResultSlot<Result>
    : never
type ParamsSlot<Params> = keyof Params extends never ? {} : Slot<'params', Params>
type QuerySlot<Query> = [Query] extends [undefined] ? { readonly query?: AnyQuery } : Slot<'query', Query>
/** With a schema the body is JSON; without one it may also be whatever `fetch` takes. */
type BodySlot<Method, Body> = [Body] extends [undefined]
  ? Method extends 'GET' | 'HEAD'
    ? {}
    : { readonly json?: unknown; readonly body?: RequestBody }
  : Slot<'json', Body>
type Slot<Name extends string, Value> = {} extends Value
  ? { readonly [N in Name]?: Value }
  : { readonly [N in Name]: Value }

type ResultSlot<Result> =
  Result extends Streams<infer Yield>
    ? StreamCallOptions & TextSlot<TextName<Yield>>
    : Result extends Returns<infer Value>
      ? CallOptions & ([Extract<Value, Response>] extends [never] ? ResponseSlot : { readonly as: 'response' })
      : CallOptions
/** The option `as: 'response'`, which asks any route for the `Response` itself. */
interface ResponseSlot {
  readonly as?: 'response'
}
/** The option `as`, which names the events whose data is text: on the wire the text `42` and the number look alike. */
type TextSlot<Name extends string> = [Name] extends [never]
  ? ResponseSlot
  : { readonly as: { readonly [N in Name]: 'text' } | 'response' }
/** The names of events whose data is of type `string`. */
type TextName<Yield> =
  Yield extends SseEvent<infer Name, infer Data>
    ? string extends Name
      ? never
      : IsText<Data> extends true
        ? Name
        : never
    : IsText<Yield> extends true
      ? 'message'
      : never
/** Whether some of the data is text that a reader of the wire could take for JSON: any string, or a literal such as `'1'`. */
type IsText<Data> = unknown extends Data
  ? false
  : true extends (Data extends string ? (string extends Data ? true : Data extends LikeJson ? true : false) : false)
    ? true
    : false
type LikeJson = `${number}` | `${'true' | 'false' | 'null'}${Space | ''}` | `${Space | '{' | '[' | '"'}${string}`
type Space = ' ' | '\t' | '\n' | '\r'

/** An event with a given name and the type of its data. */
export interface NamedEvent<Name extends string, Data> extends ServerEvent<Data> {
  readonly event: Name
}

type EventOf<Yield, Text> = unknown extends Yield
  ? ServerEvent
  : Yield extends SseEvent<infer Name, infer Data>
    ? NamedEvent<Name, DataOf<Name, Data, Text>>
    : NamedEvent<'message', DataOf<'message', Yield, Text>>
type DataOf<Name, Data, Text> = string extends Name
  ? IsText<Data> extends true
    ? unknown
    : Json<Data>
  : Name extends Text
    ? Data extends string
      ? Data
      : string
    : Json<Data>

type ReplyOf<R> =
  R extends Route<infer Method, string, unknown, unknown, unknown, unknown, unknown, infer Result>
    ? Result extends Streams<infer Yield>
      ? EventStream<EventOf<Yield, TextName<Yield>>>
      : Result extends Returns<infer Value>
        ? Promise<Answer<Method, Value>>
        : never
    : never
type Answer<Method, Value> = [Extract<Value, Response>] extends [never]
  ? Method extends 'HEAD'
    ? undefined
    : Sent<Value>
  : Response
/** The type of a response's value; a handler that returns nothing answers 204, and the value is `undefined`. */
type Sent<Value> = unknown extends Value ? Value : Value extends undefined | void ? undefined : Json<Value>
