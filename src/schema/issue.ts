// The result of a validation: a value, or issues that say what is wrong with it, and where.

/** One validation error. `path` is a JSON Pointer (RFC 6901) to the wrong part, `''` for the value itself. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** The result of a validation: the value as the schema decoded it, or the issues that it has. */
export type Result = { readonly value: unknown; readonly issues?: undefined } | { readonly issues: readonly Issue[] }

/** Validates a value. Returns a promise only if the schema itself is asynchronous. */
export type Validate = (value: unknown) => Result | Promise<Result>

/** Formats a path of keys as a JSON Pointer (RFC 6901). */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
