// The result of a validation: a value, or issues that say what is wrong with it, and where.

/** One validation error. `path` is a JSON Pointer (RFC 6901) to the wrong part, `''` for the value itself. */
export interface Issue {
  readonly path: string
  readonly message: string
}

/** A list of at least one issue, so that a failure without a reason does not compile. */
export type Issues = readonly [Issue, ...Issue[]]

/** The result of a validation: the value as the schema decoded it, or the issues that it has. */
export type Result = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly issues: Issues }

/** Validates a value. Returns a promise only if the schema itself is asynchronous. */
export type Validate = (value: unknown) => Result | Promise<Result>

/** How many issues are listed: enough for a person, and a bound on the answer to a body of a million wrong items. */
const maxIssues = 100

/**
 * Creates the result of a failed validation. Lists at most 100 issues, and how many more there are. A value that a schema
 * refuses without an issue has failed as well.
 */
export function refused(issues: readonly Issue[]): Result {
  const [first, ...rest] = issues.slice(0, maxIssues)
  if (first === undefined) return { ok: false, issues: [{ path: '', message: 'does not fit the schema' }] }
  const more = issues.length - maxIssues
  if (more > 0) rest.push({ path: '', message: `and ${more} more issues` })
  return { ok: false, issues: [first, ...rest] }
}

/** Formats a path of keys as a JSON Pointer (RFC 6901). */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
