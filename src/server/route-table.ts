// The routes of a server, made ready: groups flattened, schemas compiled, mistakes found at start-up.
import { describeValue, TidingsError } from '../base/index.ts'
import type { RequestContext } from './request-context.ts'
import { createEventCheck, refuseNoSchema, type CheckEvent } from './event-schema.ts'
import { createPolicy, type SseOptions, type StreamPolicy } from './policy.ts'
import type { AnyRoute, Method, Middleware, RouteGroup } from './route.ts'
import { Router } from './router.ts'
import {
  createRequestValidation,
  type RequestSchema,
  type ValidateRequest,
  type ValidationOptions,
} from './validation.ts'

/** A route, ready to run. */
export interface ReadyRoute {
  readonly method: string
  /** With the paths of its groups before it. */
  readonly path: string
  readonly middleware: readonly Middleware[]
  readonly validate: ValidateRequest
  /** What its streams may; nothing for a route that answers once. */
  readonly policy: StreamPolicy | undefined
  /** Checks what its streams send; nothing where that is not asked for. */
  readonly checkEvent: CheckEvent | undefined
  readonly handler: (ctx: RequestContext) => unknown
}

export interface RouteTableOptions extends ValidationOptions {
  readonly sse: SseOptions
}

/** A route as it was declared, its types left behind. */
interface DeclaredRoute extends AnyRoute {
  readonly sse?: boolean | SseOptions
  readonly schema?: RequestSchema & { readonly event?: unknown }
  readonly middleware?: readonly Middleware[]
  readonly handler: (ctx: RequestContext) => unknown
}

/** @throws TidingsError `ERR_ROUTE` or `ERR_OPTION` for a declaration that cannot work. */
export function createRouteTable(
  routes: readonly (AnyRoute | RouteGroup)[],
  options: RouteTableOptions,
): Router<ReadyRoute> {
  // A default that cannot work is a mistake also while no route streams.
  createPolicy(options.sse)
  const router = new Router<ReadyRoute>()
  addAll(router, routes, { path: '', middleware: [] }, options)
  return router
}

const methods: ReadonlySet<string> = new Set<Method>(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'])

interface Above {
  readonly path: string
  readonly middleware: readonly Middleware[]
}

function addAll(
  router: Router<ReadyRoute>,
  routes: readonly (AnyRoute | RouteGroup)[],
  above: Above,
  options: RouteTableOptions,
): void {
  for (const entry of routes) {
    if (typeof entry.path !== 'string' || !entry.path.startsWith('/')) {
      throw new TidingsError('ERR_ROUTE', `A path must begin with a slash, not be ${describeValue(entry.path)}.`)
    }
    const here = { path: above.path + entry.path, middleware: [...above.middleware, ...middlewareOf(entry)] }
    if ('children' in entry) addAll(router, entry.children, here, options)
    else router.add(entry.method, here.path, prepare(entry, here, options))
  }
}

function middlewareOf(entry: AnyRoute | RouteGroup | DeclaredRoute): readonly Middleware[] {
  return ('middleware' in entry ? entry.middleware : undefined) ?? []
}

function prepare(route: AnyRoute, above: Above, options: RouteTableOptions): ReadyRoute {
  if (!methods.has(route.method))
    throw new TidingsError('ERR_ROUTE', `${above.path} has no method of ${[...methods].join(', ')}.`)
  if (!isDeclared(route)) throw new TidingsError('ERR_ROUTE', `${route.method} ${above.path} has no handler.`)
  const { method, handler, schema = {}, sse = false } = route
  const name = `${method} ${above.path}`
  refuseMismatch(name, handler, sse !== false)
  refuseUselessEvent(name, schema.event, sse)
  const policy = sse === false ? undefined : createPolicy(sse === true ? {} : sse, options.sse)
  return {
    method,
    path: above.path,
    middleware: above.middleware,
    validate: createRequestValidation(method, schema, options),
    policy,
    checkEvent: policy?.validateEvents && schema.event !== undefined ? createEventCheck(schema.event) : undefined,
    handler,
  }
}

/** A schema that nothing is held to, or a check of nothing. A server's own default may find a route without a schema. */
function refuseUselessEvent(name: string, event: unknown, sse: boolean | SseOptions): void {
  if (event === undefined) {
    if (typeof sse !== 'object' || sse.validateEvents !== true) return
    throw new TidingsError('ERR_ROUTE', `${name} has \`validateEvents\`, and no schema.event to check against.`)
  }
  if (sse === false)
    throw new TidingsError('ERR_ROUTE', `${name} has schema.event, which is for routes with \`sse: true\`.`)
  refuseNoSchema(name, event)
}

function isDeclared(route: AnyRoute): route is DeclaredRoute {
  return 'handler' in route && typeof route.handler === 'function'
}

/** What the types refuse as well, for JavaScript and for casts. */
function refuseMismatch(name: string, handler: DeclaredRoute['handler'], streams: boolean): void {
  const kind: unknown = Reflect.get(handler, Symbol.toStringTag)
  if (streams && kind === 'GeneratorFunction') {
    throw new TidingsError(
      'ERR_ROUTE',
      `${name} has \`sse\` and a handler that is no async generator: write \`async function*\`.`,
    )
  }
  if (!streams && (kind === 'AsyncGeneratorFunction' || kind === 'GeneratorFunction')) {
    throw new TidingsError('ERR_ROUTE', `${name} has a generator for a handler: add \`sse: true\`.`)
  }
}
