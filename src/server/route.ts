// Routes: how they are declared, and the types that a declaration carries to handlers and clients.
import type { Mistake, OptionNames } from '../base/index.ts'
import type { BodyOptions } from './body.ts'
import type { Input, Output, PathParams, Returns, Route, Schema, Streams } from '../schema/index.ts'
import type { Hint } from '../sse/index.ts'
import type { Context, State, Strings } from './context.ts'
import type { EventsOf, EventSchemas } from './event-schema.ts'
import type { Middleware, StateOf } from './middleware.ts'
import type { SseOptions } from './policy.ts'
import type { Unset, Verdict, YieldOf } from './route-verdict.ts'

export type { Middleware } from './middleware.ts'

/** The methods that a route can have. */
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'

/** A constraint that keeps literal types in the inferred yield or result; `{}` makes it accept `unknown` as well. */
type InferLiterals = Hint | {}
type OutputOf<S, Otherwise> = S extends Schema ? Output<S> : Otherwise
type InputOf<S> = S extends Schema ? Input<S> : Unset
type ParamsIn<Path extends string, S> = S extends Schema ? Input<S> : PathParams<Path>
/**
 * Any response as the global `Response`: the class that a runtime's types declare cannot be named in a `.d.ts` file.
 */
type AnswerOf<Value> = Value extends Response ? Response : Value
type ResultOf<Sse, Yield, Result, Events> = [Sse] extends [false]
  ? Returns<AnswerOf<Awaited<Result>>>
  : [Events] extends [Unset]
    ? Streams<YieldOf<Result, Yield>>
    : Streams<EventsOf<YieldOf<Result, Yield>, Events>>

declare const given: unique symbol
/**
 * The options of a route's stream, as they are written in place. The second part is for inference alone: the compiler
 * judges the handler once before it has read the functions among the options (`expiresAt: (ctx) => ...`), and knows no more
 * of such an object than its names. They are none of `Sse`, which thus becomes its constraint, and not `false`.
 */
type StreamOptions<Held, Sse> = NoInfer<SseOptions<Held>> & { readonly [Name in Sse & symbol]?: unknown }

/** The parts of a request and the events that a route declares schemas for. */
interface SchemasOf<Params, Query, Body, Headers, Cookies, Events> {
  readonly params?: Params
  readonly query?: Query
  readonly body?: Body
  readonly headers?: Headers
  readonly cookies?: Cookies
  /** What the handler may yield: one schema, or one for each event name (`message` for values without `sse()`). */
  readonly event?: Events
}

/**
 * The `ctx.state` of a handler behind `Guards`. A route without any has a list of unknown length; `never` stands for a
 * list that is not inferred yet.
 */
export type HeldBy<Guards> = [Guards] extends [readonly [unknown, ...unknown[]]]
  ? [Guards] extends [never]
    ? State
    : State & StateOf<Guards>
  : State

/**
 * A route as it is declared. `Own` is the route's middleware, and `Held` what that and the middleware of
 * `defineRoute.behind()` add to `ctx.state`.
 */
export interface RouteDefinition<
  M,
  Path extends string,
  Own,
  Held,
  Sse,
  ParamsSchema,
  QuerySchema,
  BodySchema,
  HeadersSchema,
  CookiesSchema,
  Events,
  Yield,
  Result,
> {
  readonly method: M
  readonly path: Path
  /** `true`, or options: streams what the handler yields. (With options `Sse` is inferred as its constraint.) */
  readonly sse?: (Sse & boolean) | StreamOptions<Held, Sse> | undefined
  readonly schema?: SchemasOf<ParamsSchema, QuerySchema, BodySchema, HeadersSchema, CookiesSchema, Events> | undefined
  /** What runs around the handler, from the outside in. What it adds to `ctx.state` is typed in the handler. */
  readonly middleware?: Own | undefined
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
        OutputOf<CookiesSchema, Strings>,
        Held
      >
    >,
  ) => AsyncIterable<Yield> | Promise<AsyncIterable<Yield>> | Result
}

/** The names of all properties of a route. */
export const routeNames: OptionNames<AnyDefinition> = {
  method: true,
  path: true,
  sse: true,
  schema: true,
  middleware: true,
  body: true,
  handler: true,
}
/** The names of all parts of a route's `schema`. */
export const schemaNames: OptionNames<NonNullable<AnyDefinition['schema']>> = {
  params: true,
  query: true,
  body: true,
  headers: true,
  cookies: true,
  event: true,
}
type AnyDefinition = Parameters<DefineRoute>[0]

/** What `behind` takes, and a list, which only {@link GuardsOf} refuses: so the message is ours. */
type Guard = Middleware | readonly unknown[]
type GuardsOf<Before> = {
  [Index in keyof Before]: Before[Index] extends readonly unknown[]
    ? Mistake<'`behind` takes guards one by one, not a list: write `behind(...guards)`'>
    : Before[Index]
}

/** The type of {@link defineRoute}. */
export interface DefineRoute {
  /** Declares one route. */
  <
    const M extends Method,
    const Path extends string,
    // Without a default: with one, the compiler would give it to functions in the list as their type.
    const Own extends readonly Middleware[],
    Sse extends boolean | typeof given = false,
    ParamsSchema extends Schema | Unset = Unset,
    QuerySchema extends Schema | Unset = Unset,
    BodySchema extends Schema | Unset = Unset,
    HeadersSchema extends Schema | Unset = Unset,
    CookiesSchema extends Schema | Unset = Unset,
    Events extends EventSchemas | Unset = Unset,
    Yield extends InferLiterals = never,
    // A handler is not to blame for what it returns before that is known, where another property is wrong.
    // oxlint-disable-next-line typescript/no-explicit-any -- of all types only this one is refused nowhere
    Result extends InferLiterals = any,
  >(
    route: RouteDefinition<
      M,
      Path,
      Own,
      HeldBy<Own>,
      Sse,
      ParamsSchema,
      QuerySchema,
      BodySchema,
      HeadersSchema,
      CookiesSchema,
      Events,
      Yield,
      Result
    > &
      Verdict<Sse, Yield, Result, Events>,
  ): Route<
    M,
    Path,
    ParamsIn<Path, ParamsSchema>,
    InputOf<QuerySchema>,
    InputOf<BodySchema>,
    InputOf<HeadersSchema>,
    InputOf<CookiesSchema>,
    ResultOf<Sse, Yield, Result, Events>
  >

  /**
   * A `defineRoute` whose routes stand behind `middleware`, before the middleware of their own.
   *
   * @example
   * import { defineMiddleware, defineRoute, err } from 'tidings'
   *
   * const auth = defineMiddleware<{ user: string }>((ctx, next) => {
   *   if (ctx.cookies.session !== 'secret') throw err.unauthorized('Log in first.')
   *   return next({ user: 'Ann' })
   * })
   * const defineUserRoute = defineRoute.behind(auth)
   *
   * const hello = defineUserRoute({ method: 'GET', path: '/hello', handler: ({ state }) => `Hello, ${state.user}` })
   */
  behind<const Before extends readonly Guard[]>(...middleware: GuardsOf<Before>): DefineRouteBehind<Before>
}

/**
 * The type of a `defineRoute` whose routes stand behind the middleware `Before`. A type of its own, though the signature
 * is the same: a type parameter around that of {@link DefineRoute} would cost each route 100 instantiations more.
 */
export interface DefineRouteBehind<Before extends readonly Guard[]> {
  /** Declares one route. */
  <
    const M extends Method,
    const Path extends string,
    // Without a default: with one, the compiler would give it to functions in the list as their type.
    const Own extends readonly Middleware[],
    Sse extends boolean | typeof given = false,
    ParamsSchema extends Schema | Unset = Unset,
    QuerySchema extends Schema | Unset = Unset,
    BodySchema extends Schema | Unset = Unset,
    HeadersSchema extends Schema | Unset = Unset,
    CookiesSchema extends Schema | Unset = Unset,
    Events extends EventSchemas | Unset = Unset,
    Yield extends InferLiterals = never,
    // A handler is not to blame for what it returns before that is known, where another property is wrong.
    // oxlint-disable-next-line typescript/no-explicit-any -- of all types only this one is refused nowhere
    Result extends InferLiterals = any,
  >(
    route: RouteDefinition<
      M,
      Path,
      Own,
      HeldBy<Before> & HeldBy<Own>,
      Sse,
      ParamsSchema,
      QuerySchema,
      BodySchema,
      HeadersSchema,
      CookiesSchema,
      Events,
      Yield,
      Result
    > &
      Verdict<Sse, Yield, Result, Events>,
  ): Route<
    M,
    Path,
    ParamsIn<Path, ParamsSchema>,
    InputOf<QuerySchema>,
    InputOf<BodySchema>,
    InputOf<HeadersSchema>,
    InputOf<CookiesSchema>,
    ResultOf<Sse, Yield, Result, Events>
  >

  /** The same, behind more middleware. */
  behind<const More extends readonly Guard[]>(
    ...middleware: GuardsOf<More>
  ): DefineRouteBehind<readonly [...Before, ...More]>
}

/**
 * Declares a route. `ctx` is typed by the schema, by the path (`ctx.params` without a schema) and by the route's
 * middleware (`ctx.state`). With `sse: true` (or options) the handler is an `async function*`, or returns an
 * `AsyncIterable`, and each value that it yields is sent as an event. Without `sse` it answers once, with what it
 * returns: an object, a string, a `Response`, or `undefined` (204). `defineRoute.behind(auth)` declares routes that all
 * stand behind the same middleware.
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
export const defineRoute: DefineRoute = /* @__PURE__ */ createDefineRoute([])

function createDefineRoute<Before extends readonly Middleware[]>(
  before: Before,
): DefineRoute & DefineRouteBehind<Before>
function createDefineRoute(before: readonly Middleware[]): object {
  const define = (route: Guarded): Guarded =>
    before.length === 0 ? route : { ...route, middleware: [...before, ...(route.middleware ?? [])] }
  return Object.assign(define, { behind: (...more: readonly Middleware[]) => createDefineRoute([...before, ...more]) })
}

interface Guarded extends AnyRoute {
  readonly middleware?: readonly Middleware[] | undefined
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

/** The names of all properties of a {@link RouteGroup}. */
export const groupNames: OptionNames<RouteGroup> = { path: true, middleware: true, children: true }

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
