// A client whose calls are typed by the routes of a server: `client.get('/tasks/:id', { params: { id } })`.
import { TidingsError } from '../../base/index.ts'
import { ClientCall } from './call.ts'
import { toBody, toCallHeaders } from './request.ts'
import type { Client, RouteList } from './types.ts'
import { toPath } from './path.ts'
import { toQuery } from './query.ts'
import type { StreamOptions } from '../stream/options.ts'

/** Options of {@link createClient}: what all of its calls have in common. */
export interface ClientOptions extends Pick<
  StreamOptions,
  | 'headers'
  | 'fetch'
  | 'credentials'
  | 'retry'
  | 'idleTimeoutMs'
  | 'eventTimeoutMs'
  | 'maxEventBytes'
  | 'onOpen'
  | 'onRetry'
> {}

/**
 * A client of the routes at `base`, an address that may have a path (`https://example.com/api`).
 *
 * A route that streams gives an {@link EventStream} for `for await`, any other one a promise of what it answers. Nothing
 * is requested before the one is iterated or the other awaited. An answer that is no success throws `ResponseError`.
 *
 * @throws TidingsError `ERR_OPTION` for a base with a query, and at a call for a parameter that is missing or cannot be sent.
 *
 * @example
 * import { createClient } from 'tidings/client'
 * import type { routes } from './server.ts'
 *
 * const client = createClient<typeof routes>('https://example.com')
 * for await (const { data } of client.get('/tasks/:id/progress', { params: { id: '7' } })) console.log(data.percent)
 */
export function createClient<List extends RouteList>(base: string | URL, options?: ClientOptions): Client<List>
export function createClient(base: string | URL, options: ClientOptions = {}): object {
  const root = String(base).replace(/\/+$/, '')
  if (/[?#]/.test(root))
    throw new TidingsError('ERR_OPTION', `The base of a client has no query and no fragment: ${root}`)
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
  return Object.fromEntries(
    methods.map((method) => [
      method.toLowerCase(),
      (path: string, given: Given = {}) => call(method, root, path, given, options),
    ]),
  )
}

/** The options of any call, their types left behind. */
interface Given extends Omit<StreamOptions, 'headers' | 'as'> {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
  readonly body?: never
  readonly as?: 'response' | Readonly<Record<string, 'text'>>
}

function call(method: string, root: string, pattern: string, given: Given, defaults: ClientOptions): ClientCall {
  const { params = {}, query = {}, headers = {}, body: value, as, ...own } = given
  const { body, type } = toBody(value)
  return new ClientCall(root + toPath(pattern, params) + toQuery(query), as, {
    ...defaults,
    ...own,
    method,
    body,
    headers: toCallHeaders(defaults.headers, headers, type),
  })
}
