// From values to the query of a url.
import { describeValue, TidingsError } from '../../base/index.ts'
import { toText } from './path.ts'

/**
 * `?a=1&a=2&b=x`, or `''`: a list repeats its name, and what is `undefined` is left out.
 *
 * @throws TidingsError `ERR_OPTION` for what a query cannot hold.
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
