// Finds the route of a method and a path.
import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import { TidingsError } from '../base/index.ts'
import { err } from './http-error.ts'

/** A route that matched, with the parameters of the path, still percent-encoded. */
export interface Match<Data> {
  readonly data: Data
  readonly params: Readonly<Record<string, string>>
}

const noParams: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Finds routes by method and path. HEAD falls back to the route of GET. A path whose routes have other methods never
 * hides another path that matches.
 */
export class Router<Data> {
  readonly #context: RouterContext<Data> = createRouter<Data>()
  readonly #methods = new Set<string>()
  readonly #known = new Set<string>()
  /** The data of all routes, in the order in which they were added. */
  readonly routes: Data[] = []

  /** @throws TidingsError `ERR_ROUTE` for an invalid path pattern, and for a route that is declared twice. */
  add(method: string, path: string, data: Data): void {
    const name = `${method} ${path}`
    // Paths that differ in the names of their parameters alone match the same requests.
    const shape = name.replaceAll(/:\w+/g, ':')
    if (this.#known.has(shape)) throw new TidingsError('ERR_ROUTE', `${name} is declared twice.`)
    this.#known.add(shape)
    this.#methods.add(method)
    this.routes.push(data)
    try {
      addRoute(this.#context, method, path, data)
    } catch (cause) {
      throw new TidingsError('ERR_ROUTE', `${name}: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause,
      })
    }
  }

  find(method: string, path: string): Match<Data> | undefined {
    const found =
      findRoute(this.#context, method, path) ?? (method === 'HEAD' ? findRoute(this.#context, 'GET', path) : undefined)
    if (found === undefined) return undefined
    return { data: found.data, params: found.params ?? noParams }
  }

  /** The methods of the routes that match `path`, as `Allow` lists them; empty when none does. */
  methodsOf(path: string): string[] {
    const methods = [...this.#methods].filter((method) => findRoute(this.#context, method, path) !== undefined)
    return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods
  }
}

/** A parameter of a pattern without escapes, in which `()` stands for each constraint: `**:a`, `:a()?`, `**`, `()`. */
const parameter = /\*\*:(\w+)|:([A-Za-z_]\w*)(?:\(\))?[?+*]?|\*\*?|\(\)/g

/**
 * The names of a pattern's parameters; one without a name is numbered: `/files/*` -> `['0']`. For a valid pattern, as
 * {@link Router.add} takes it. (The router's own `routeToRegExp` would add 5 kB to a bundle.)
 */
export function paramNames(path: string): string[] {
  let unnamed = 0
  const matches = withoutConstraints(path).matchAll(parameter)
  return Array.from(matches, ([, rest, name = rest]) => name ?? String(unnamed++))
}

/** The pattern with `-` for each escaped character, and `()` for each constraint, which may have groups inside. */
function withoutConstraints(path: string): string {
  let depth = 0
  return path.replaceAll(/\\./g, '-').replaceAll(/[()]|[^()]+/g, (piece) => {
    if (piece === ')' && depth > 0) depth -= 1
    const kept = depth === 0 ? piece : ''
    if (piece === '(') depth += 1
    return kept
  })
}

/**
 * The path's parameters, percent-decoded.
 *
 * @throws HttpError 400 for a parameter that is not percent-encoded UTF-8.
 */
export function decodeParams(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  if (params === noParams) return params
  const decoded: Record<string, string> = Object.create(null)
  for (const name in params) decoded[name] = decode(params[name] ?? '')
  return decoded
}

function decode(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw err.badRequest(`The path contains ${text}, which is not percent-encoded UTF-8.`, { cause })
  }
}
