// Refuses options that do not exist, and names the one that was probably meant.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'

/**
 * The names of all options of an interface: the compiler refuses a list that misses one. An option that holds options
 * itself may have their names in place of `true`, for suggestions alone.
 */
export type OptionNames<Options> = Readonly<Record<keyof Options & string, true | NameList>>
/** Any list of names. */
type NameList = Readonly<Record<string, unknown>>

/**
 * Checks that each property of `given` is an option. `owner` says whose options they are, as in "`sse` has no option".
 * What is no object passes: its kind is checked elsewhere.
 *
 * @throws TidingsError with `code` for the first unknown property, also if its value is `undefined`
 */
export function checkNames(
  owner: string,
  given: unknown,
  names: NameList,
  code: 'ERR_OPTION' | 'ERR_ROUTE' = 'ERR_OPTION',
): void {
  if (typeof given !== 'object' || given === null) return
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(names, name))
  if (unknown === undefined) return
  const message = `${owner} has no option ${describeValue(unknown)}. Did you mean ${nearest(unknown, names)}?`
  throw new TidingsError(code, message)
}

/** The option whose name is most like `unknown`; that of a nested one, `sse.heartbeatMs`, is compared without its head. */
function nearest(unknown: string, names: NameList): string {
  const candidates = Object.entries(names).flatMap(([name, inner]) => [
    { path: name, distance: unlikeness(unknown, name) },
    ...Object.keys(insideOf(inner)).map((leaf) => ({
      path: `${name}.${leaf}`,
      distance: unlikeness(unknown, leaf),
    })),
  ])
  return candidates.reduce((best, candidate) => (candidate.distance < best.distance ? candidate : best)).path
}

/** The names inside an option, which are given in place of `true`, or by its check. */
function insideOf(inner: unknown): object {
  return Object(typeof inner === 'function' && 'inside' in inner ? inner.inside : inner)
}

/** How unlike two names are, whatever their case: edits from one to the other; 1 where one contains the other. */
function unlikeness(left: string, right: string): number {
  const [a, b] = [left.slice(0, 60).toLowerCase(), right.toLowerCase()]
  if (a === b) return 0
  return a !== '' && (a.includes(b) || b.includes(a)) ? 1 : editDistance(a, b)
}

/** Levenshtein's distance, one row at a time: `row[i]` is that of the first `i` characters of `b` to what `a` has so far. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [count, letter] of Array.from(a).entries()) {
    const next = [count + 1]
    for (const [index, other] of Array.from(b).entries()) {
      const replaced = (row[index] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(replaced, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
