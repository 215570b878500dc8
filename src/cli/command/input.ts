// What a command was given: its options and parameters, read as the types that the command wants.
import { TidingsError } from '../../base/index.ts'
import { parseDurationMs, parseWholeNumber, type NumberBounds } from './value.ts'

/** The options and parameters of one call of a command that has the options `Name`. */
export class Input<Name extends string = string> {
  readonly #values: ReadonlyMap<string, readonly string[]>
  readonly #parameters: readonly string[]

  constructor(values: ReadonlyMap<string, readonly string[]>, parameters: readonly string[]) {
    this.#values = values
    this.#parameters = parameters
  }

  /** Whether the option was given. */
  has(name: Name): boolean {
    return this.#values.has(name)
  }

  /** The option's value. */
  text(name: Name): string | undefined {
    return this.#values.get(name)?.[0]
  }

  /** All values of an option that may be given several times. */
  list(name: Name): readonly string[] {
    return this.#values.get(name) ?? []
  }

  /** The option's value as a whole number. @throws TidingsError `ERR_OPTION` if it is none, or out of bounds */
  wholeNumber(name: Name, bounds: NumberBounds): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseWholeNumber(`--${name}`, text, bounds)
  }

  /** The option's value, as in `500ms`, `10s`, `2m`, `1h`, in milliseconds. @throws TidingsError `ERR_OPTION` */
  durationMs(name: Name): number | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : parseDurationMs(`--${name}`, text)
  }

  /** The parameter at `index`. */
  parameter(index: number): string {
    return this.#parameters[index] ?? ''
  }

  /** Refuses options that contradict each other. @throws TidingsError `ERR_OPTION` if both were given */
  refuseBoth(one: Name, other: Name): void {
    if (this.has(one) && this.has(other))
      throw new TidingsError('ERR_OPTION', `--${one} and --${other} exclude each other.`)
  }
}
