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

/** Enough for a reader, and less than a body of a million wrong items would be answered with. */
const maxIssues = 100

/**
 * The failure that `issues` report: at most 100 of them, and how many more there are. A schema that has refused the value
 * and reports nothing has refused it all the same.
 */
export function refused(issues: readonly Issue[]): Result {
  const [first, ...rest] = issues.slice(0, maxIssues)
  if (first === undefined) return { ok: false, issues: [{ path: '', message: 'does not fit the schema' }] }
  const more = issues.length - maxIssues
  if (more > 0) rest.push({ path: '', message: `and ${more} more issues` })
  return { ok: false, issues: [first, ...rest] }
}

/** A JSON Pointer (RFC 6901) of `path`. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
