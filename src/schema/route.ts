// What the declaration of a route tells a client: plain types, so that a client needs no schema and nothing of TypeBox.

declare const types: unique symbol
/** A declared route. */
export interface Route<Method extends string, Path extends string, Params, Query, Body, Headers, Cookies, Result> {
  readonly method: Method
  readonly path: Path
  readonly [types]?: { params: Params; query: Query; body: Body; headers: Headers; cookies: Cookies; result: Result }
}

/** The result type of a route that streams `Yield`. */
export interface Streams<Yield> {
  readonly stream: Yield
}

/** The result type of a route that answers `Value` once. */
export interface Returns<Value> {
  readonly value: Value
}
