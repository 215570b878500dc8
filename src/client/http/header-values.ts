// The type of headers in the options of all clients.

/** Headers in any form that `fetch` takes. */
export type HeaderValues = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[]

/** Makes a new, mutable `Headers`. @throws TypeError for an invalid name or value */
export function toHeaders(values: HeaderValues | undefined): Headers {
  return new Headers(isPairs(values) ? values.map(([name, value]): [string, string] => [name, value]) : values)
}

function isPairs(values: HeaderValues | undefined): values is readonly (readonly [string, string])[] {
  return Array.isArray(values)
}
