// Routes: how they are declared, and the types that a declaration carries to handlers and clients.
import type { Input, Output, Schema } from '../schema/index.ts'
import type { Hint, SseEvent } from '../sse/index.ts'
import type { Context, Strings } from './context.ts'
import type { PathParams } from './path.ts'
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

type DataOf<Yield> = Yield extends SseEvent<string, infer Data> ? Data : Yield
type NotJson<Yield> = Extract<DataOf<Yield>, bigint | symbol | undefined | void | ((...args: never[]) => unknown)>
/** In tuples on purpose: a bare conditional on the compiler's error type is the error type and hides the next error. */
type IsUnknown<T> = [unknown] extends [T] ? true : false
type Generating =
  | { next(...args: never[]): unknown; [Symbol.asyncIterator](): unknown }
  | Generator<unknown, unknown, never>

/** `unknown` while nothing is known of the handler (`Result` is its default), else the property that is wrong. */
type Verdict<Sse, Yield, Result> = [Result] extends [never]
  ? unknown
  : [Sse] extends [false]
    ? Awaited<Result> extends Generating
      ? { readonly handler: Mistake<'a generator handler needs `sse: true`'> }
      : unknown
    : Awaited<Result> extends AsyncIterable<unknown>
      ? IsUnknown<Yield> extends true
        ? unknown
        : [NotJson<Yield>] extends [never]
          ? unknown
          : { readonly handler: Mistake<'JSON cannot hold what this handler yields', NotJson<Yield>> }
      : { readonly sse: Mistake<'needs a handler that is an `async function*`, or that returns an AsyncIterable'> }

declare const types: unique symbol
/** A declared route. Its types are plain: no schema and nothing of TypeBox, so that a client needs neither. */
export interface Route<M extends string, Path extends string, Params, Query, Body, Headers, Cookies, Result> {
  readonly method: M
  readonly path: Path
  readonly [types]?: { params: Params; query: Query; body: Body; headers: Headers; cookies: Cookies; result: Result }
}

/** The result type of a route that streams `Yield`. */
export interface Streams<Yield> {
  readonly stream: Yield
}

/** The result type of a route that answers `Value` once. */
export interface Returns<Value> {
  readonly value: Value
}

type Unset = undefined
type Given<S, Otherwise> = S extends Schema ? Output<S> : Otherwise
type Incoming<S> = S extends Schema ? Input<S> : Unset
type ParamsIn<Path extends string, S> = S extends Schema ? Input<S> : PathParams<Path>
type Outcome<Sse, Yield, Result> = [Sse] extends [false] ? Returns<Awaited<Result>> : Streams<Yield>

/**
 * Declares a route. `ctx` is typed from the schema, `ctx.params` from the path when there is no schema.
 * With `sse: true` (or options) the handler is an `async function*`, or returns an `AsyncIterable`, and what it yields is
 * streamed; without, it answers once with what it returns: an object, a string, a `Response`, or nothing (204).
 *
 * @example
 * defineRoute({
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
  Yield extends Hint = never,
  Result extends Hint = never,
>(
  route: {
    readonly method: M
    readonly path: Path
    /** Streams what the handler yields. `Sse` is `boolean` when options are given: they fit no candidate. */
    readonly sse?: Sse | SseOptions
    readonly schema?: {
      readonly params?: ParamsSchema
      readonly query?: QuerySchema
      readonly body?: BodySchema
      readonly headers?: HeadersSchema
      readonly cookies?: CookiesSchema
    }
    readonly middleware?: readonly Middleware[]
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
  } & Verdict<Sse, Yield, Result>,
): Route<
  M,
  Path,
  ParamsIn<Path, ParamsSchema>,
  Incoming<QuerySchema>,
  Incoming<BodySchema>,
  Incoming<HeadersSchema>,
  Incoming<CookiesSchema>,
  Outcome<Sse, Yield, Result>
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
  readonly middleware?: readonly Middleware[]
  readonly children: readonly (AnyRoute | RouteGroup)[]
}

/** A server's routes, with the type of each. */
export interface Routes<List extends readonly unknown[] = readonly (AnyRoute | RouteGroup)[]> {
  readonly routes: List
}

/** Collects routes and groups of routes (`{ path, middleware, children }`) for a server, and for the type of a client. */
export function defineRoutes<const List extends readonly (AnyRoute | RouteGroup)[]>(routes: List): Routes<List> {
  return { routes }
}
