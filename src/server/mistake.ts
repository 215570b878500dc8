// Mistakes of the program in one of its routes. Their errors name the route, which no stack does that begins here.
import { TidingsError } from '../base/index.ts'

/** Whoever knows which route is at work. */
export interface Routed {
  /** Method and path of the route as declared; of the request, where no route matches. */
  readonly routeName: string
}

/** An `ERR_ROUTE` for something that the handler or the middleware of a route has done. */
export function mistake({ routeName }: Routed, message: string): TidingsError {
  return new TidingsError('ERR_ROUTE', `${routeName}: ${message}`)
}

const namedCodes: ReadonlySet<string> = new Set<TidingsError['code']>([
  'ERR_EVENT_DATA',
  'ERR_EVENT_FIELD',
  'ERR_EVENT_INVALID',
  'ERR_OPTION',
  'ERR_ROUTE',
])

/** What a value that a route has handed over was refused with, with the name of the route; other errors as they are. */
export function inRoute({ routeName }: Routed, error: unknown): unknown {
  if (!(error instanceof TidingsError) || !namedCodes.has(error.code)) return error
  if (error.message.startsWith(routeName)) return error
  const cause = error.cause === undefined ? {} : { cause: error.cause }
  return new TidingsError(error.code, `${routeName}: ${error.message}`, cause)
}
