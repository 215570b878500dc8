// From method and path to a route.
import { addRoute, createRouter, findRoute, type RouterContext } from 'rou3'
import { TidingsError } from '../base/index.ts'
import { err } from './http-error.ts'

/** A route that matched, with its parameters as the path had them. */
export interface Match<Data> {
  readonly data: Data
  readonly params: Readonly<Record<string, string>>
}

const noParams: Readonly<Record<string, string>> = Object.freeze({})

/** Finds routes by method and path. HEAD is answered by GET's route; a path of other methods never hides one that fits. */
export class Router<Data> {
  readonly #context: RouterContext<Data> = createRouter<Data>()
  readonly #methods = new Set<string>()
  readonly #known = new Set<string>()

  /** @throws TidingsError `ERR_ROUTE` for a pattern that is none, and for a route that is there already. */
  add(method: string, path: string, data: Data): void {
    const name = `${method} ${path}`
    // The names of parameters tell no two requests apart.
    const shape = name.replaceAll(/:\w+/g, ':')
    if (this.#known.has(shape)) throw new TidingsError('ERR_ROUTE', `${name} is declared twice.`)
    this.#known.add(shape)
    this.#methods.add(method)
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

  /** The methods that `path` has, as `Allow` lists them; empty when there is no such path. */
  methodsOf(path: string): string[] {
    const methods = [...this.#methods].filter((method) => findRoute(this.#context, method, path) !== undefined)
    return methods.includes('GET') && !methods.includes('HEAD') ? [...methods, 'HEAD'] : methods
  }
}

/**
 * The parameters, percent-decoded.
 *
 * @throws HttpError 400 for one that is not percent-encoded UTF-8.
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
    throw err.badRequest(`The path holds ${text}, which is not percent-encoded UTF-8.`, { cause })
  }
}
