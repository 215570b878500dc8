// Refuses options that do not exist, and names the one that was probably meant.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'
import { nearestName } from './nearest-name.ts'

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
  const paths = new Map<string, string>()
  for (const [name, inner] of Object.entries(names)) {
    for (const leaf of Object.keys(insideOf(inner))) if (!paths.has(leaf)) paths.set(leaf, `${name}.${leaf}`)
    paths.set(name, name)
  }
  const name = nearestName(unknown, [...paths.keys()])
  return paths.get(name) ?? name
}

/** The names inside an option, which are given in place of `true`, or by its check. */
function insideOf(inner: unknown): object {
  return Object(typeof inner === 'function' && 'inside' in inner ? inner.inside : inner)
}
