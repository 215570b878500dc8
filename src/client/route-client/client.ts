// `createClient`: a client whose calls are typed by a server's routes: `client.get('/tasks/:id', { params: { id } })`.
import { checkNames, TidingsError, type OptionNames } from '../../base/index.ts'
import { ClientCall, type AnswerKind } from './call.ts'
import { toBody, toCallHeaders } from './request.ts'
import type { Client, RouteList, StreamCallOptions } from './types.ts'
import { toPath } from './path.ts'
import { toQuery } from './query.ts'
import type { StreamOptions } from '../stream/options.ts'

/** Options of {@link createClient}, which apply to all of its calls. */
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

/** The names of all options of a client. */
const clientNames: OptionNames<ClientOptions> = {
  headers: true,
  fetch: true,
  credentials: true,
  retry: true,
  idleTimeoutMs: true,
  eventTimeoutMs: true,
  maxEventBytes: true,
  onOpen: true,
  onRetry: true,
}

/**
 * Makes a client for the routes of a server at the url `base`, which may have a path (`https://example.com/api`).
 *
 * A call of a route that streams returns an {@link EventStream} for `for await`; any other call returns a promise of
 * the response's value. The request is sent when the stream is iterated or the promise awaited. A response whose status
 * is not a success throws `ResponseError`.
 *
 * @throws TidingsError `ERR_OPTION` for a base with a query or a fragment, or an option that does not exist; a call throws
 * it for such an option as well, and for a parameter that is missing or cannot be sent.
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
  checkNames('createClient', options, clientNames)
  const root = String(base).replace(/\/+$/, '')
  if (/[?#]/.test(root))
    throw new TidingsError('ERR_OPTION', `The base of a client cannot have a query or fragment: ${root}`)
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
  return Object.fromEntries(
    methods.map((method) => [
      method.toLowerCase(),
      (path: string, callOptions: AnyCallOptions = {}) => call(method, root, path, callOptions, options),
    ]),
  )
}

/** The options of any call, without the types of its route. */
interface AnyCallOptions extends StreamCallOptions {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, unknown>>
  readonly json?: unknown
  readonly body?: unknown
  readonly as?: AnswerKind
}

/** The names of all options of a call. */
const callNames: OptionNames<AnyCallOptions> = {
  params: true,
  query: true,
  headers: true,
  json: true,
  body: true,
  as: true,
  signal: true,
  lastEventId: true,
  retry: true,
  idleTimeoutMs: true,
  eventTimeoutMs: true,
  maxEventBytes: true,
  onOpen: true,
  onRetry: true,
}

function call(
  method: string,
  root: string,
  pattern: string,
  callOptions: AnyCallOptions,
  defaults: ClientOptions,
): ClientCall {
  checkNames(`${method} ${pattern}`, callOptions, callNames)
  const { params = {}, query = {}, headers = {}, json, body: given, as, ...streamOptions } = callOptions
  const { body, type } = toBody(json, given)
  return new ClientCall(root + toPath(pattern, params) + toQuery(query), as, {
    ...defaults,
    ...withoutUndefined(streamOptions),
    method,
    body,
    headers: toCallHeaders(defaults.headers, headers, type),
  })
}

/** The options that were given: `undefined` is the default, and that of a call is what its client has. */
function withoutUndefined(options: StreamCallOptions): StreamCallOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
