// The result of a validation: a value, or issues that say what is wrong with it, and where.

/** One validation error. `path` is a JSON Pointer (RFC 6901) to the wrong part, `''` for the value itself. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** At least one issue: a failure that lists nothing does not compile. */
export type Issues = readonly [Issue, ...Issue[]]

/** The value as the schema made it, or what is wrong with it. */
export type Result = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: Issues }

/** Validates a value. Returns a promise only if the schema itself is asynchronous. */
export type Validate = (value: unknown) => Result | Promise<Result>

/** The failure that `issues` tell of; of a schema that has refused the value and says nothing more, that alone. */
export function refused([first, ...rest]: readonly Issue[]): Result {
  const issues: Issues = first === undefined ? [{ path: '', message: 'does not fit the schema' }] : [first, ...rest]
  return { ok: false, issues }
}

/** A JSON Pointer (RFC 6901) of `path`. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
