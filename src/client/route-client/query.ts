// Makes the query of a url.
import { describeValue, TidingsError } from '../../base/index.ts'
import { toText } from './path.ts'

/**
 * Encodes `values` as a query such as `?a=1&a=2&b=x`, or `''` for none: a list repeats its name, `undefined` is left
 * out.
 *
 * @throws TidingsError `ERR_OPTION` for a value that a query cannot contain.
 */
export function toQuery(values: Readonly<Record<string, unknown>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? value : [value]) append(query, name, item)
  }
  return query.size === 0 ? '' : `?${query}`
}

function append(query: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined) return
  const text = toText(value)
  if (text === undefined) throw new TidingsError('ERR_OPTION', `The query's ${name} cannot be ${describeValue(value)}.`)
  query.append(name, text)
}
