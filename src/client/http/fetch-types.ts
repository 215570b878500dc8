// What `fetch` takes, by the types that both the library DOM and `@types/node` declare.

/** What `fetch` requests: a url, or a `Request`. */
export type RequestTarget = string | URL | Request

/** A request body, as `fetch` takes it. */
export type RequestBody = NonNullable<RequestInit['body']>
