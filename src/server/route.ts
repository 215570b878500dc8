// Routes: how they are declared, and the types that a declaration carries to handlers and clients.
import type { BodyOptions } from './body.ts'
import type { Input, Output, PathParams, Returns, Route, Schema, Streams } from '../schema/index.ts'
import type { Hint, SseEvent } from '../sse/index.ts'
import type { Context, Strings } from './context.ts'
import type { EventsOf, EventSchemas, Mismatched } from './event-schema.ts'
import type { SseOptions } from './policy.ts'

/** The methods that a route can have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

/** A function that runs around a handler. Returns a response of its own, or the one of `next()`, changed or not. */
export type Middleware = (ctx: Context, next: () => Promise<Response>) => Response | Promise<Response>

declare const mistake: unique symbol
/** A compile-time error: the type that the compiler prints for an invalid route. No value has this type. */
export interface Mistake<Message extends string, Found = never> {
  readonly [mistake]: [Message, Found]
}

/**
 * The type of the values that a handler yields. Not the inferred `Yield`: for a union of iterables that is only one of
 * them.
 */
type YieldOf<Result> = Awaited<Result> extends AsyncIterable<infer Yield> ? Yield : never
type DataOf<Yield> = Yield extends SseEvent<string, infer Data> ? Data : Yield
/**
 * Values that JSON cannot hold or turns into `{}`. Matched by shape, so that `ReadonlyMap`, `Buffer` and iterators
 * match.
 */
type NotJsonShape =
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
/** `Data` where it is an error. Recognised by `stack` and `cause`: `name` and `message` alone may be ordinary data. */
type ErrorIn<Data> = Data extends { readonly name: string; readonly message: string; readonly toJSON?: never }
  ? 'stack' | 'cause' extends keyof Data
    ? Data
    : never
  : never
type NotJson<Data> = Extract<Data, NotJsonShape> | ErrorIn<Data>
type Empty = undefined | void
type Iterates = AsyncIterable<unknown> | Generator<unknown, unknown, never>
/** In tuples: a bare conditional on the compiler's error type is that error type again, which hides the next error. */
type IsUnknown<T> = [unknown] extends [T] ? true : false

/**
 * `unknown` for a handler that fits its `sse` (and while its type is not inferred), else a {@link Mistake} by property.
 */
type Verdict<Sse, Yield, Result, Events> = [Sse] extends [false]
  ? [Events] extends [Unset]
    ? AnswerVerdict<Yield, Awaited<Result>>
    : { readonly schema: Mistake<'`event` is for routes with `sse: true`'> }
  : Awaited<Result> extends AsyncIterable<unknown>
    ? [Events] extends [Unset]
      ? StreamVerdict<DataOf<YieldOf<Result>>>
      : StreamVerdict<DataOf<YieldOf<Result>>> & EventVerdict<YieldOf<Result>, Events>
    : { readonly sse: Mistake<'needs a handler that is an `async function*`, or that returns an AsyncIterable'> }

type StreamVerdict<Data> =
  IsUnknown<Data> extends true
    ? unknown
    : [NotJson<Data> | Extract<Data, Empty>] extends [never]
      ? unknown
      : {
          readonly handler: Mistake<'JSON cannot hold what this handler yields', NotJson<Data> | Extract<Data, Empty>>
        }

type EventVerdict<Yield, Events> =
  IsUnknown<Yield> extends true
    ? unknown
    : [Mismatched<Yield, Events>] extends [never]
      ? unknown
      : { readonly handler: Mistake<'this yield does not fit `schema.event`', Mismatched<Yield, Events>> }

/**
 * For routes without `sse`. A handler that returns an iterable or a value by case has the iterable in `Yield` alone.
 */
type AnswerVerdict<Yield, Value> =
  IsUnknown<Value> extends true
    ? unknown
    : [Yield | Extract<Value, Iterates>] extends [never]
      ? [NotJson<Value>] extends [never]
        ? unknown
        : { readonly handler: Mistake<'JSON cannot hold what this handler returns', NotJson<Value>> }
      : { readonly handler: Mistake<'a handler that streams needs `sse: true`'> }

/** A constraint that keeps literal types in the inferred yield or result; `{}` makes it accept `unknown` as well. */
type InferLiterals = Hint | {}
type Unset = undefined
type OutputOf<S, Otherwise> = S extends Schema ? Output<S> : Otherwise
type InputOf<S> = S extends Schema ? Input<S> : Unset
type ParamsIn<Path extends string, S> = S extends Schema ? Input<S> : PathParams<Path>
/**
 * Any response as the global `Response`: the class that a runtime's types declare cannot be named in a `.d.ts` file.
 */
type AnswerOf<Value> = Value extends Response ? Response : Value
type ResultOf<Sse, Result, Events> = [Sse] extends [false]
  ? Returns<AnswerOf<Awaited<Result>>>
  : [Events] extends [Unset]
    ? Streams<YieldOf<Result>>
    : Streams<EventsOf<YieldOf<Result>, Events>>

/**
 * Declares a route. `ctx` is typed by the schema; without one, `ctx.params` is typed by the path. With `sse: true` (or
 * options) the handler is an `async function*`, or returns an `AsyncIterable`, and each value that it yields is sent as
 * an event. Without `sse` it answers once, with what it returns: an object, a string, a `Response`, or `undefined`
 * (204).
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
  Yield extends InferLiterals = never,
  Result extends InferLiterals = never,
>(
  route: {
    readonly method: M
    readonly path: Path
    /** `true`, or options: streams what the handler yields. (With options `Sse` is inferred as `boolean`.) */
    readonly sse?: Sse | SseOptions | undefined
    readonly schema?:
      | {
          readonly params?: ParamsSchema
          readonly query?: QuerySchema
          readonly body?: BodySchema
          readonly headers?: HeadersSchema
          readonly cookies?: CookiesSchema
          /**
           * What the handler may yield: one schema, or one for each event name (`message` for values without `sse()`).
           */
          readonly event?: Events
        }
      | undefined
    readonly middleware?: readonly Middleware[] | undefined
    /** Which kinds of body the route takes, and how large. Default: JSON, up to the server's `maxBodyBytes`. */
    readonly body?: BodyOptions | undefined
    // NoInfer: inferring through TypeBox's `Static` before the schema is known costs a million instantiations.
    readonly handler: (
      ctx: NoInfer<
        Context<
          OutputOf<ParamsSchema, PathParams<Path>>,
          OutputOf<QuerySchema, Strings>,
          OutputOf<BodySchema, unknown>,
          OutputOf<HeadersSchema, Strings>,
          OutputOf<CookiesSchema, Strings>
        >
      >,
    ) => AsyncIterable<Yield> | Promise<AsyncIterable<Yield>> | Result
  } & Verdict<Sse, Yield, Result, Events>,
): Route<
  M,
  Path,
  ParamsIn<Path, ParamsSchema>,
  InputOf<QuerySchema>,
  InputOf<BodySchema>,
  InputOf<HeadersSchema>,
  InputOf<CookiesSchema>,
  ResultOf<Sse, Result, Events>
> {
  return route
}

/** A route of any types. */
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

/**
 * The wrong property of an entry: an unknown one of a group (a misspelt `middleware` would leave all its routes
 * unguarded), or the `handler` of an object that did not go through `defineRoute`, which nothing has checked.
 */
type WrongKey<Entry> = Entry extends { readonly children: readonly (infer Child)[] }
  ? [RouteGroup] extends [Entry]
    ? never
    : Exclude<keyof Entry, keyof RouteGroup> | WrongKey<Child>
  : Entry extends { readonly handler: unknown }
    ? 'handler'
    : never
type ListVerdict<Entry> = [WrongKey<Entry>] extends [never]
  ? unknown
  : Mistake<'a route is made by `defineRoute`; a group has `path`, `middleware` and `children`', WrongKey<Entry>>

/**
 * The list without the groups' middleware: clients do not need its types, and a `.d.ts` file may not be able to name
 * them.
 */
type Listed<List> = { readonly [Index in keyof List]: ListedEntry<List[Index]> }
type ListedEntry<Entry> = Entry extends { readonly path: infer Path extends string; readonly children: infer Children }
  ? { readonly path: Path; readonly children: Listed<Children> }
  : Entry

/**
 * Collects routes and groups of routes (`{ path, middleware, children }`) for a server; a client is typed by the
 * result.
 */
export function defineRoutes<const List extends readonly (AnyRoute | RouteGroup)[]>(
  routes: List & ListVerdict<List[number]>,
): Routes<Listed<List>>
export function defineRoutes(routes: readonly (AnyRoute | RouteGroup)[]): Routes {
  return { routes }
}
