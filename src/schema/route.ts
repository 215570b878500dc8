// The types of a declared route that its client uses: plain types, so that it needs neither schemas nor TypeBox.

declare const types: unique symbol
/** A declared route: method and path, and the types of its inputs and its result (types only, no value at run time). */
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
