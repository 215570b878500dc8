// What a chat handler returns, as values one by one.
import { describeValue, TidingsError } from '../../base/index.ts'
import { iterate } from '../../server/internal.ts'
import { readFrames } from './response-values.ts'

/**
 * The values of what a handler has returned: of an async iterable, a stream, the result of `streamText`, or a `Response`.
 * Its `return()`, or `signal`, also ends a stream that is waiting.
 *
 * @throws TidingsError `ERR_ROUTE` for anything else
 */
export function valuesOf(output: unknown, signal: AbortSignal): AsyncIterator<unknown> {
  if (typeof output === 'object' && output !== null) {
    if (isResponse(output)) return readFrames(output, signal)
    if (isReadable(output) || isIterable(output)) return iterate(output)
    // The result of `streamText`: `stream` since `ai` 7, where `fullStream` is deprecated, `fullStream` before.
    for (const name of ['stream', 'fullStream']) {
      const stream: unknown = name in output ? Reflect.get(output, name) : undefined
      if (typeof stream === 'object' && stream !== null) return valuesOf(stream, signal)
    }
  }
  throw new TidingsError(
    'ERR_ROUTE',
    `The handler of a chat must be an async function*, or return a stream, the result of streamText or a Response, not ${describeValue(output)}.`,
  )
}

function isResponse(value: object): value is Response {
  return value instanceof Response || Object.prototype.toString.call(value) === '[object Response]'
}

function isReadable(value: object): value is ReadableStream<unknown> {
  return 'getReader' in value && typeof value.getReader === 'function'
}

function isIterable(value: object): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === 'function'
}
