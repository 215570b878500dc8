// What is wrong with a value, and where.

/** One thing that is wrong with a value. `path` is a JSON Pointer (RFC 6901), `''` for the value itself. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** The value as the schema made it, or what is wrong with it. */
export type Result = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] }

/** Checks a value. A promise only where the schema itself is asynchronous. */
export type Validate = (value: unknown) => Result | Promise<Result>

/** A JSON Pointer (RFC 6901) of `path`. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
