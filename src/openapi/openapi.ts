// `openapi()`: the document of a server.
import { checkOptions, TidingsError } from '../base/index.ts'
import type { Server } from '../server/index.ts'
import { routesOf, type DescribedRoute } from '../server/internal.ts'
import { Components } from './components.ts'
import type { JsonObject, OpenApiDocument, PathItem } from './document.ts'
import { operationOf, readRoute, type OperationContext } from './operation.ts'
import {
  checkDescription,
  openApiChecks,
  type OpenApiOptions,
  type RouteDescription,
  type RouteToDescribe,
} from './options.ts'
import { templatesOf, type PathTemplate } from './path-template.ts'
import { errorComponent, errorSchemas } from './responses.ts'

/**
 * The OpenAPI document of a server's routes, made of the schemas that they validate by. Streams are described event by
 * event. HEAD, which every GET answers, is not listed.
 *
 * @throws TidingsError `ERR_ROUTE` for a schema that JSON Schema cannot be made of, with the name of its route; `ERR_OPTION`
 * for options that cannot work
 *
 * @example
 * import { defineRoute, Server, Type } from 'tidings'
 * import { openapi } from 'tidings/openapi'
 *
 * const server = new Server([
 *   defineRoute({
 *     method: 'GET',
 *     path: '/tasks/:id/progress',
 *     sse: true,
 *     schema: { event: Type.Object({ percent: Type.Number() }) },
 *     handler: async function* () {
 *       yield { percent: 100 }
 *     },
 *   }),
 * ])
 * const document = openapi(server, { info: { title: 'Tasks', version: '1.0.0' } })
 * console.log(Object.keys(document.paths)) // [ '/tasks/{id}/progress' ]
 */
export function openapi(server: Pick<Server, 'fetch'>, options: OpenApiOptions): OpenApiDocument {
  checkOptions('openapi()', options, openApiChecks)
  const routes = typeof server === 'object' && server !== null ? routesOf(server) : undefined
  if (routes === undefined) throw new TidingsError('ERR_OPTION', 'openapi() takes a `Server` of tidings.')
  const { version = '3.2', info, servers, tags, security, securitySchemes } = options
  const writer = new Writer(options)
  const paths = writer.write(routes)
  return {
    openapi: version === '3.2' ? '3.2.0' : '3.1.1',
    info,
    ...defined({ servers, tags, security }),
    paths,
    components: {
      schemas: writer.components.schemas,
      responses: { Error: errorComponent },
      ...defined({ securitySchemes }),
    },
  }
}

/** A template of a route, with the operation at it. */
interface Placed {
  readonly method: string
  readonly template: PathTemplate
  readonly make: (names: readonly string[]) => JsonObject
}

class Writer {
  readonly components = new Components()
  readonly #options: OpenApiOptions
  readonly #context: OperationContext
  readonly #ids = new Set<string>()
  readonly #paths = new Map<string, Map<string, JsonObject>>()
  /** The path of each shape, `/tasks/{}`: OpenAPI takes two that differ in the names of their parameters for one. */
  readonly #pathsByShape = new Map<string, PathTemplate>()

  constructor(options: OpenApiOptions) {
    const { version = '3.2', data = version === '3.2' ? 'contentSchema' : 'schema', toJsonSchema } = options
    this.#options = options
    const keyword = version === '3.2' ? 'itemSchema' : 'schema'
    this.#context = { components: this.components, form: { keyword, data }, toJsonSchema }
    for (const [name, schema] of Object.entries(errorSchemas)) this.components.set(name, schema)
  }

  write(routes: readonly DescribedRoute[]): Readonly<Record<string, PathItem>> {
    const placed = routes.filter((route) => this.#includes(route)).map((route) => this.#place(route))
    for (const [first] of placed) if (first !== undefined) this.#put(first)
    // A route that is declared for a path comes before one with an optional part that fits it.
    for (const [, ...others] of placed) for (const other of others) this.#put(other)
    return Object.fromEntries(Array.from(this.#paths, ([path, item]) => [path, Object.fromEntries(item)]))
  }

  #includes(route: DescribedRoute): boolean {
    return route.method !== 'HEAD' && (this.#options.include?.(shown(route)) ?? true)
  }

  #place(route: DescribedRoute): readonly Placed[] {
    const said = this.#options.describe?.(shown(route)) ?? {}
    checkDescription(`${route.name}: what describe() returns`, said)
    const { operationId, responses, ...texts } = said
    const id = this.#takeId(route, operationId)
    const read = readRoute(route, id, this.#context)
    const parts = { ...read, responses: { ...read.responses, ...responses } }
    return templatesOf(route.path).map((template, index) => ({
      method: route.method.toLowerCase(),
      template,
      make: (names) => {
        const operation = operationOf(parts, template, names)
        return { operationId: index === 0 ? id : this.#freeId(id), ...defined(texts), ...operation }
      },
    }))
  }

  #put({ method, template, make }: Placed): void {
    const shape = template.path.replaceAll(/\{\w+\}/g, '{}')
    const known = this.#pathsByShape.get(shape) ?? template
    this.#pathsByShape.set(shape, known)
    const item = this.#paths.get(known.path) ?? new Map<string, JsonObject>()
    this.#paths.set(known.path, item)
    if (!item.has(method)) item.set(method, make(known.parameters.map(({ name }) => name)))
  }

  #takeId(route: DescribedRoute, wanted: RouteDescription['operationId']): string {
    if (wanted === undefined) return this.#freeId(idOf(route))
    if (this.#ids.has(wanted))
      throw new TidingsError('ERR_OPTION', `${route.name}: another route has the operationId ${wanted}.`)
    this.#ids.add(wanted)
    return wanted
  }

  #freeId(wanted: string): string {
    let free = wanted
    for (let count = 2; this.#ids.has(free); count++) free = wanted + count
    this.#ids.add(free)
    return free
  }
}

function shown({ method, path, streams }: DescribedRoute): RouteToDescribe {
  return { method, path, streams }
}

/** `getTasksIdProgress` for `GET /tasks/:id/progress`. */
function idOf({ method, path }: DescribedRoute): string {
  const words = path.match(/[A-Za-z0-9]+/g) ?? []
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** Without what was left out. */
function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
