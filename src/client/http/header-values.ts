// Headers as the options of this room take them.

/** Headers as `fetch` takes them. */
export type HeaderValues = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[]

/** Headers of one's own. @throws TypeError for a name or a value that is none */
export function toHeaders(values: HeaderValues | undefined): Headers {
  return new Headers(isPairs(values) ? values.map(([name, value]): [string, string] => [name, value]) : values)
}

function isPairs(values: HeaderValues | undefined): values is readonly (readonly [string, string])[] {
  return Array.isArray(values)
}
