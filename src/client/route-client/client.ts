// `createClient`: a client whose calls are typed by a server's routes: `client.get('/tasks/:id', { params: { id } })`.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  options as optionsOf,
  TidingsError,
  typed,
  type OptionCheck,
  type OptionChecks,
} from '../../base/index.ts'
import { ClientCall, type AnswerKind } from './call.ts'
import { toBody, toCallHeaders } from './request.ts'
import type { Client, RouteList, StreamCallOptions } from './types.ts'
import { toPath } from './path.ts'
import { toQuery } from './query.ts'
import type { StreamOptions } from '../stream/options.ts'

type SharedOptions = Pick<
  StreamOptions,
  'retry' | 'idleTimeoutMs' | 'eventTimeoutMs' | 'maxEventBytes' | 'onOpen' | 'onRetry'
>

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

const anything: OptionCheck = () => {}

/** A number from 0 to `most`; `false` switches off what the stream has it for. */
function numberTo(most: number): OptionCheck {
  return (name, value) => {
    if (value === undefined || value === false || (typeof value === 'number' && value >= 0 && value <= most)) return
    const range = most === Infinity ? 'from 0' : `from 0 to ${most}`
    throw new TidingsError('ERR_OPTION', `${name} must be a number ${range}, or false, not ${describeValue(value)}.`)
  }
}

const time = numberTo(longestDelayMs)

/** What a client and each of its calls can have. */
const sharedChecks: OptionChecks<SharedOptions> = {
  retry: optionsOf({ attempts: numberTo(Infinity), minMs: time, maxMs: time, unsafe: typed('boolean') }, [false]),
  idleTimeoutMs: time,
  eventTimeoutMs: time,
  maxEventBytes: numberTo(Infinity),
  onOpen: typed('function'),
  onRetry: typed('function'),
}

const clientChecks: OptionChecks<ClientOptions> = {
  ...sharedChecks,
  headers: (name, value) => typeof value === 'function' || typed('object')(name, Array.isArray(value) ? {} : value),
  fetch: typed('function'),
  credentials: anything,
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
  checkOptions('createClient', options, clientChecks)
  if (typeof base !== 'string' && !(base instanceof URL))
    throw new TidingsError('ERR_OPTION', `createClient needs the url of the server, not ${describeValue(base)}.`)
  const root = base.toString().replace(/\/+$/, '')
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

const callChecks: OptionChecks<AnyCallOptions> = {
  ...sharedChecks,
  params: typed('object'),
  query: typed('object'),
  headers: typed('object'),
  json: anything,
  body: anything,
  as: (name, value) => {
    if (value === undefined || value === 'response') return
    const isNames = typeof value === 'object' && value !== null && Object.values(value).every((kind) => kind === 'text')
    if (isNames) return
    const expected = `'response', or { [event]: 'text' }`
    throw new TidingsError('ERR_OPTION', `${name} must be ${expected}, not ${describeValue(value)}.`)
  },
  signal: (name, value) => {
    if (value === undefined || typeof Object(value).addEventListener === 'function') return
    throw new TidingsError('ERR_OPTION', `${name} must be an AbortSignal, not ${describeValue(value)}.`)
  },
  lastEventId: typed('string'),
}

function call(
  method: string,
  root: string,
  pattern: string,
  callOptions: AnyCallOptions,
  defaults: ClientOptions,
): ClientCall {
  checkOptions(`${method} ${pattern}`, callOptions, callChecks)
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
