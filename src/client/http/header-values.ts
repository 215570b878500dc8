// The type of headers in the options of all clients.

/** Headers in any form that `fetch` takes. */
export type HeaderValues = Headers | Readonly<Record<string, string>> | readonly (readonly [string, string])[]

/** Makes a new, mutable `Headers`. @throws TypeError for an invalid name or value */
export function toHeaders(values: HeaderValues | undefined): Headers {
  // As `new Headers(values)`, whose type has no read-only lists.
  const headers: Headers = Reflect.construct(Headers, [values])
  return headers
}
