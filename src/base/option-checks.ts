// The checks of a set of options: one for each, so that none can be forgotten, and an error for names that do not exist.
import { TidingsError } from './error.ts'
import { describeValue } from './json.ts'
import { checkChoice, checkStrings, checkType, checkWholeNumber, type NumberRange } from './option.ts'
import { checkNames } from './option-names.ts'

/**
 * Checks one option; `undefined` is one that was left out. Throws `ERR_OPTION` for a value that cannot work, and calls it
 * `name` in the message.
 */
export interface OptionCheck {
  (name: string, value: unknown): void
  /** The options inside this one, for suggestions. */
  readonly inside?: Readonly<Record<string, unknown>>
}

/** A check for each option of an interface: the compiler refuses a table that leaves one out. */
export type OptionChecks<Options> = Readonly<Record<keyof Options & string, OptionCheck>>

/**
 * Checks a set of options, once, before anything is made of them. `owner` says whose they are, as in "`sse` has no
 * option"; `prefix` stands before their names in messages.
 *
 * @throws TidingsError `ERR_OPTION` for what is no object, an option that does not exist, or a value that cannot work
 */
export function checkOptions(
  owner: string,
  given: unknown,
  checks: Readonly<Record<string, OptionCheck>>,
  prefix = '',
): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TidingsError('ERR_OPTION', `The options of ${owner} must be an object, not ${describeValue(given)}.`)
  checkNames(owner, given, checks)
  for (const [name, check] of Object.entries(checks)) check(prefix + name, Reflect.get(given, name))
}

/** An option that holds options. `or`: what it may be instead. */
export function options(checks: Readonly<Record<string, OptionCheck>>, or: readonly unknown[] = []): OptionCheck {
  const check = (name: string, value: unknown): void => {
    if (value !== undefined && !or.includes(value)) checkOptions(`\`${name}\``, value, checks, `${name}.`)
  }
  return Object.assign(check, { inside: checks })
}

/** An option that must not be left out. */
export function required(check: OptionCheck): OptionCheck {
  return (name, value) => {
    if (value === undefined) throw new TidingsError('ERR_OPTION', `${name} is missing.`)
    check(name, value)
  }
}

/** A whole number in a range. */
export function wholeNumber(range?: NumberRange): OptionCheck {
  return (name, value) => checkWholeNumber(name, value, range)
}

/** A value of a type. */
export function typed(type: 'boolean' | 'function' | 'object' | 'string'): OptionCheck {
  return (name, value) => checkType(name, value, type)
}

/** One of a few values. */
export function oneOf(choices: readonly unknown[]): OptionCheck {
  return (name, value) => checkChoice(name, value, choices)
}

/** A list of strings, each of which `accepts` takes; `expected` says what they have to be. */
export function listOf(expected: string, accepts: (item: string) => boolean): OptionCheck {
  return (name, value) => checkStrings(name, value, expected, accepts)
}
