// Routes: how they are declared, and the types that a declaration carries to handlers and clients.
import type { Input, Output, PathParams, Returns, Route, Schema, Streams } from '../schema/index.ts'
import type { Hint, SseEvent } from '../sse/index.ts'
import type { Context, Strings } from './context.ts'
import type { EventsOf, EventSchemas, Stray } from './event-schema.ts'
import type { SseOptions } from './policy.ts'

/** The methods that a route can have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

/** Runs around a handler. Answers by itself, or passes on what `next()` gives, changed or not. */
export type Middleware = (ctx: Context, next: () => Promise<Response>) => Response | Promise<Response>

declare const mistake: unique symbol
/** Never built. It is what the compiler prints when a route is wrong. */
export interface Mistake<Message extends string, Found = never> {
  readonly [mistake]: [Message, Found]
}

/** Not the inferred `Yield`: of an iterable of this or an iterable of that, it is only one. */
type YieldOf<Result> = Awaited<Result> extends AsyncIterable<infer Yield> ? Yield : never
type DataOf<Yield> = Yield extends SseEvent<string, infer Data> ? Data : Yield
/** What JSON cannot hold, or makes `{}` of. By shape, so that `ReadonlyMap`, `Buffer` and iterators are meant too. */
type Unfit =
  | bigint
  | symbol
  | ((...args: never[]) => unknown)
  | { readonly size: number; has(key: never): boolean; forEach(visit: never): void; readonly toJSON?: never }
  | { next(...args: never[]): unknown; [Symbol.iterator](): unknown; readonly toJSON?: never }
  | { readonly byteLength: number; slice(start: number): unknown }
  | ArrayBufferView
  | (RegExp & { readonly toJSON?: never })
  | AsyncIterable<unknown>
  | PromiseLike<unknown>
/** An error is told by `stack` and `cause`: `name` and `message` alone may well be somebody's data. */
type ErrorIn<Data> = Data extends { readonly name: string; readonly message: string; readonly toJSON?: never }
  ? 'stack' | 'cause' extends keyof Data
    ? Data
    : never
  : never
type NotJson<Data> = Extract<Data, Unfit> | ErrorIn<Data>
type Nothing = undefined | void
type Generating = AsyncIterable<unknown> | Generator<unknown, unknown, never>
/** In tuples on purpose: a bare conditional on the compiler's error type is the error type and hides the next error. */
type IsUnknown<T> = [unknown] extends [T] ? true : false

/** `unknown` for a handler that fits its `sse` (and for one of which nothing is known yet), else the property that is wrong. */
type Verdict<Sse, Yield, Result, Events> = [Sse] extends [false]
  ? [Events] extends [Unset]
    ? AnswerVerdict<Yield, Awaited<Result>>
    : { readonly schema: Mistake<'`event` is for routes with `sse: true`'> }
  : Awaited<Result> extends AsyncIterable<unknown>
    ? [Events] extends [Unset]
      ? StreamVerdict<DataOf<YieldOf<Result>>>
      : StreamVerdict<DataOf<YieldOf<Result>>> & StrayVerdict<YieldOf<Result>, Events>
    : { readonly sse: Mistake<'needs a handler that is an `async function*`, or that returns an AsyncIterable'> }

type StreamVerdict<Data> =
  IsUnknown<Data> extends true
    ? unknown
    : [NotJson<Data> | Extract<Data, Nothing>] extends [never]
      ? unknown
      : {
          readonly handler: Mistake<'JSON cannot hold what this handler yields', NotJson<Data> | Extract<Data, Nothing>>
        }

type StrayVerdict<Yield, Events> =
  IsUnknown<Yield> extends true
    ? unknown
    : [Stray<Yield, Events>] extends [never]
      ? unknown
      : { readonly handler: Mistake<'this yield does not fit `schema.event`', Stray<Yield, Events>> }

/** Where a handler returns an iterable in one case and a value in another, the iterable is seen in `Yield` alone. */
type AnswerVerdict<Yield, Value> =
  IsUnknown<Value> extends true
    ? unknown
    : [Yield | Extract<Value, Generating>] extends [never]
      ? [NotJson<Value>] extends [never]
        ? unknown
        : { readonly handler: Mistake<'JSON cannot hold what this handler returns', NotJson<Value>> }
      : { readonly handler: Mistake<'a handler that streams needs `sse: true`'> }

/** A hint that keeps the literals in what is yielded or returned; with `{}` it lets `unknown` pass as well. */
type Anything = Hint | {}
type Unset = undefined
type Given<S, Otherwise> = S extends Schema ? Output<S> : Otherwise
type Sent<S> = S extends Schema ? Input<S> : Unset
type ParamsIn<Path extends string, S> = S extends Schema ? Input<S> : PathParams<Path>
/** By its global name: the class that a runtime's types have behind it cannot be named in a declaration file. */
type AnswerOf<Value> = Value extends Response ? Response : Value
type ResultOf<Sse, Result, Events> = [Sse] extends [false]
  ? Returns<AnswerOf<Awaited<Result>>>
  : [Events] extends [Unset]
    ? Streams<YieldOf<Result>>
    : Streams<EventsOf<YieldOf<Result>, Events>>

/**
 * Declares a route. `ctx` is typed from the schema, `ctx.params` from the path when there is no schema.
 * With `sse: true` (or options) the handler is an `async function*`, or returns an `AsyncIterable`, and what it yields is
 * streamed; without, it answers once with what it returns: an object, a string, a `Response`, or nothing (204).
 *
 * @example
 * import { defineRoute } from 'tidings'
 *
 * const progress = defineRoute({
 *   method: 'GET',
 *   path: '/tasks/:id/progress',
 *   sse: true,
 *   handler: async function* ({ params }) {
 *     for (let percent = 0; percent <= 100; percent += 10) yield { task: params.id, percent }
 *   },
 * })
 */
export function defineRoute<
  const M extends Method,
  const Path extends string,
  Sse extends boolean = false,
  ParamsSchema extends Schema | Unset = Unset,
  QuerySchema extends Schema | Unset = Unset,
  BodySchema extends Schema | Unset = Unset,
  HeadersSchema extends Schema | Unset = Unset,
  CookiesSchema extends Schema | Unset = Unset,
  Events extends EventSchemas | Unset = Unset,
  Yield extends Anything = never,
  Result extends Anything = never,
>(
  route: {
    readonly method: M
    readonly path: Path
    /** Streams what the handler yields. `Sse` is `boolean` when options are given: they fit no candidate. */
    readonly sse?: Sse | SseOptions | undefined
    readonly schema?:
      | {
          readonly params?: ParamsSchema
          readonly query?: QuerySchema
          readonly body?: BodySchema
          readonly headers?: HeadersSchema
          readonly cookies?: CookiesSchema
          /** What the handler may yield: one schema, or one for each event name (`message` for what is yielded bare). */
          readonly event?: Events
        }
      | undefined
    readonly middleware?: readonly Middleware[] | undefined
    // Under NoInfer: inference that walks into TypeBox's Static while a schema is open costs a million instantiations.
    readonly handler: (
      ctx: NoInfer<
        Context<
          Given<ParamsSchema, PathParams<Path>>,
          Given<QuerySchema, Strings>,
          Given<BodySchema, unknown>,
          Given<HeadersSchema, Strings>,
          Given<CookiesSchema, Strings>
        >
      >,
    ) => AsyncIterable<Yield> | Promise<AsyncIterable<Yield>> | Result
  } & Verdict<Sse, Yield, Result, Events>,
): Route<
  M,
  Path,
  ParamsIn<Path, ParamsSchema>,
  Sent<QuerySchema>,
  Sent<BodySchema>,
  Sent<HeadersSchema>,
  Sent<CookiesSchema>,
  ResultOf<Sse, Result, Events>
> {
  return route
}

/** A route whatever its types. */
export interface AnyRoute {
  readonly method: string
  readonly path: string
}

/** Routes below a common path, with middleware of their own. */
export interface RouteGroup {
  readonly path: string
  readonly middleware?: readonly Middleware[] | undefined
  readonly children: readonly (AnyRoute | RouteGroup)[]
}

/** A server's routes, with the type of each. */
export interface Routes<List extends readonly unknown[] = readonly (AnyRoute | RouteGroup)[]> {
  readonly routes: List
}

/** A misspelt `middleware` would leave a whole group unguarded, and a bare object's handler is checked by nothing. */
type Flaw<Entry> = Entry extends { readonly children: readonly (infer Child)[] }
  ? [RouteGroup] extends [Entry]
    ? never
    : Exclude<keyof Entry, keyof RouteGroup> | Flaw<Child>
  : Entry extends { readonly handler: unknown }
    ? 'handler'
    : never
type ListVerdict<Entry> = [Flaw<Entry>] extends [never]
  ? unknown
  : Mistake<'a route is made by `defineRoute`; a group has `path`, `middleware` and `children`', Flaw<Entry>>

/** Without the groups' middleware: its types are nobody's business, and may not be nameable in a declaration file. */
type Listed<List> = { readonly [Index in keyof List]: ListedEntry<List[Index]> }
type ListedEntry<Entry> = Entry extends { readonly path: infer Path extends string; readonly children: infer Children }
  ? { readonly path: Path; readonly children: Listed<Children> }
  : Entry

/** Collects routes and groups of routes (`{ path, middleware, children }`) for a server, and for the type of a client. */
export function defineRoutes<const List extends readonly (AnyRoute | RouteGroup)[]>(
  routes: List & ListVerdict<List[number]>,
): Routes<Listed<List>>
export function defineRoutes(routes: readonly (AnyRoute | RouteGroup)[]): Routes {
  return { routes }
}
