// Compiles the routes of a server at start-up: flattens groups, compiles schemas, and reports mistakes.
import { checkNames, describeValue, options as optionsOf, TidingsError } from '../base/index.ts'
import { namesOf } from '../schema/index.ts'
import { createBodyPolicy, type BodyOptions } from './body.ts'
import { inRoute } from './mistake.ts'
import type { RequestContext } from './request-context.ts'
import { faceOf, type RouteFace } from './face.ts'
import { createEventCheck, refuseInvalidSchema, type CheckEvent } from './event-schema.ts'
import { createPolicy, sseChecks, type SseOptions, type StreamPolicy } from './policy.ts'
import {
  groupNames,
  routeNames,
  schemaNames,
  type AnyRoute,
  type Method,
  type Middleware,
  type RouteGroup,
} from './route.ts'
import { paramNames, Router } from './router.ts'
import {
  createRequestValidation,
  type RequestSchema,
  type ValidateRequest,
  type ValidationOptions,
} from './validation.ts'

/** A compiled route. */
export interface ReadyRoute {
  readonly method: string
  /** Method and path, by which errors name the route. */
  readonly name: string
  /** The whole path, beginning with the paths of the route's groups. */
  readonly path: string
  readonly middleware: readonly Middleware[]
  readonly validate: ValidateRequest
  /** The options of its streams; `undefined` for a route that answers once. */
  readonly policy: StreamPolicy | undefined
  /** The largest body that is read, in whatever way. */
  readonly maxBodyBytes: number | false
  /** Checks the events of its streams; `undefined` without `validateEvents`. */
  readonly checkEvent: CheckEvent | undefined
  readonly handler: (ctx: RequestContext) => unknown
  /** Of a route that speaks a protocol of its own. */
  readonly face: RouteFace | undefined
  /** What it was made of, for those who describe it. */
  readonly declared: DeclaredRoute
}

/** What routes take from their server where they do not say themselves. */
export interface RouteTableOptions extends ValidationOptions {
  readonly sse: SseOptions
  readonly maxBodyBytes: number | false
}

/** A route as it was declared, without its type parameters. */
export interface DeclaredRoute extends AnyRoute {
  readonly sse?: boolean | SseOptions
  readonly body?: BodyOptions
  readonly schema?: RequestSchema & { readonly event?: unknown }
  readonly middleware?: readonly Middleware[]
  readonly handler: (ctx: RequestContext) => unknown
}

/**
 * Makes all routes ready to be found and run, each with its middleware, its checks and its limits.
 *
 * @throws TidingsError `ERR_ROUTE` or `ERR_OPTION` for a declaration that cannot work.
 */
export function createRouteTable(
  routes: readonly (AnyRoute | RouteGroup)[],
  options: RouteTableOptions,
): Router<ReadyRoute> {
  const router = new Router<ReadyRoute>()
  addAll(router, routes, { path: '', middleware: [] }, options)
  return router
}

const methods: ReadonlySet<string> = new Set<Method>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

interface Parent {
  readonly path: string
  readonly middleware: readonly Middleware[]
}

function addAll(
  router: Router<ReadyRoute>,
  routes: readonly (AnyRoute | RouteGroup)[],
  parent: Parent,
  options: RouteTableOptions,
): void {
  if (!Array.isArray(routes)) throw noRoutes(routes)
  for (const entry of routes) {
    if (typeof entry !== 'object' || entry === null) throw noRoutes(entry)
    if (typeof entry.path !== 'string' || !entry.path.startsWith('/')) {
      throw new TidingsError('ERR_ROUTE', `A path must begin with a slash, not be ${describeValue(entry.path)}.`)
    }
    const path = parent.path + entry.path
    const current = { path, middleware: [...parent.middleware, ...middlewareOf(nameOf(path, entry), entry)] }
    if ('children' in entry) {
      checkNames(`The group ${path}`, entry, groupNames, 'ERR_ROUTE')
      addAll(router, entry.children, { ...current, path: withoutSlash(path) }, options)
    } else
      router.add(
        entry.method,
        current.path,
        nameErrors(nameOf(path, entry), () => compileRoute(entry, current, options)),
      )
  }
}

function noRoutes(given: unknown): TidingsError {
  return new TidingsError(
    'ERR_ROUTE',
    `Routes are a list of what defineRoute makes, or of groups, not ${describeValue(given)}.`,
  )
}

/** The path of a group as its routes have it: `/` adds nothing, and `/api/` the same as `/api`. */
function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** By what errors name an entry: method and path of a route, the path of a group. */
function nameOf(path: string, entry: AnyRoute | RouteGroup): string {
  return 'method' in entry ? `${entry.method} ${path}` : path
}

function nameErrors<Value>(routeName: string, compile: () => Value): Value {
  try {
    return compile()
  } catch (error) {
    throw inRoute({ routeName }, error)
  }
}

function middlewareOf(name: string, entry: AnyRoute | RouteGroup | DeclaredRoute): readonly Middleware[] {
  const middleware: unknown = ('middleware' in entry ? entry.middleware : undefined) ?? []
  if (isMiddleware(middleware)) return middleware
  const wrong: unknown = Array.isArray(middleware) ? middleware.find((layer) => !isFunction(layer)) : middleware
  throw new TidingsError(
    'ERR_ROUTE',
    `${name}: middleware must be a list of functions, not of ${describeValue(wrong)}.`,
  )
}

function isMiddleware(value: unknown): value is readonly Middleware[] {
  return Array.isArray(value) && value.every(isFunction)
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

function compileRoute(route: AnyRoute, parent: Parent, options: RouteTableOptions): ReadyRoute {
  if (!methods.has(route.method))
    throw new TidingsError('ERR_ROUTE', `${parent.path}: method must be one of ${[...methods].join(', ')}.`)
  if (!isDeclared(route)) throw new TidingsError('ERR_ROUTE', `${route.method} ${parent.path} has no handler.`)
  const { method, handler, schema = {}, sse = false, body } = route
  const name = `${method} ${parent.path}`
  checkNames(name, route, nestedRouteNames, 'ERR_ROUTE')
  checkNames(`${name}: schema`, schema, schemaNames, 'ERR_ROUTE')
  refuseBodyOfGet(name, method, schema)
  refuseStrangeParams(name, parent.path, schema.params)
  refuseWrongGenerator(name, handler, sse !== false)
  checkSse('sse', sse)
  refuseWrongEventOptions(name, schema.event, sse, options)
  const bodyPolicy = createBodyPolicy(body, schema.body !== undefined, options.maxBodyBytes)
  const policy = sse === false ? undefined : createPolicy(sse === true ? {} : sse, options.sse)
  return {
    method,
    name,
    path: parent.path,
    middleware: parent.middleware,
    validate: createRequestValidation(method, schema, bodyPolicy, options),
    policy,
    maxBodyBytes: bodyPolicy.maxBytes,
    checkEvent:
      policy?.validateEvents && schema.event !== undefined
        ? createEventCheck(name, schema.event, options.bridge)
        : undefined,
    handler,
    face: faceOf(route),
    declared: route,
  }
}

/**
 * Refuses `schema.event` without `sse`, and `validateEvents` without `schema.event`, unless the latter is the server's
 * default.
 */
function refuseWrongEventOptions(
  name: string,
  event: unknown,
  sse: boolean | SseOptions,
  { bridge }: RouteTableOptions,
): void {
  if (event === undefined) {
    if (typeof sse !== 'object' || sse.validateEvents !== true) return
    throw new TidingsError('ERR_ROUTE', `${name} has \`validateEvents\`, but no schema.event to check against.`)
  }
  if (sse === false)
    throw new TidingsError('ERR_ROUTE', `${name} has schema.event, which is for routes with \`sse: true\`.`)
  refuseInvalidSchema(name, event, bridge)
}

const checkSse = optionsOf(sseChecks, [true, false])

/** With the names of what is inside, so that `heartbeatMs` beside `sse` is answered with `sse.heartbeatMs`. */
const nestedRouteNames = { ...routeNames, sse: sseChecks, schema: schemaNames }

/** Refuses a schema for what is never read: a GET or HEAD has no body (RFC 9110 9.3.1). */
function refuseBodyOfGet(name: string, method: string, schema: RequestSchema): void {
  if (schema.body === undefined || (method !== 'GET' && method !== 'HEAD')) return
  throw new TidingsError(
    'ERR_ROUTE',
    `${name} has schema.body, but the body of a ${method} is not read: use schema.query.`,
  )
}

/** Refuses a parameter in the schema that the path, groups included, does not have: no request could fill it. */
function refuseStrangeParams(name: string, path: string, params: unknown): void {
  const inPath = paramNames(path)
  const strange = namesOf(params)?.find((param) => !inPath.includes(param))
  if (strange === undefined) return
  const has = inPath.length === 0 ? 'no parameters' : inPath.map((param) => `:${param}`).join(', ')
  throw new TidingsError('ERR_ROUTE', `${name}: schema.params has ${describeValue(strange)}, but the path has ${has}.`)
}

function isDeclared(route: AnyRoute): route is DeclaredRoute {
  return 'handler' in route && typeof route.handler === 'function'
}

/** Refuses a generator that does not match `sse`. The types do so, too; this is for JavaScript and for casts. */
function refuseWrongGenerator(name: string, handler: DeclaredRoute['handler'], streams: boolean): void {
  const kind: unknown = Reflect.get(handler, Symbol.toStringTag)
  if (streams && kind === 'GeneratorFunction') {
    throw new TidingsError(
      'ERR_ROUTE',
      `${name} has \`sse\` and a generator that is not async: write \`async function*\`.`,
    )
  }
  if (!streams && (kind === 'AsyncGeneratorFunction' || kind === 'GeneratorFunction')) {
    throw new TidingsError('ERR_ROUTE', `${name} has a generator as its handler: add \`sse: true\`.`)
  }
}
