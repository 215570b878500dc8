// What a command is: its name, what it takes, how its help explains it, and what it does.
import type { Terminal } from '../terminal/terminal.ts'
import type { Input } from './input.ts'

/** One option of a command, `--name`. */
export interface OptionSpec {
  /** Its letter, as in `-H`. */
  readonly short?: string
  /** What its value is called in the help. An option without one is a switch. */
  readonly value?: string
  /** Whether it may be given several times. */
  readonly isMany?: true
  /** What it does, in a few words. */
  readonly help: string
}

/** A command of `tidings`. */
export interface Command<Name extends string = string> {
  readonly name: string
  /** What it does, in one line. */
  readonly summary: string
  /** What it takes, in this order, without options: names as in the help. All have to be given. */
  readonly parameters: readonly string[]
  readonly options: Readonly<Record<Name, OptionSpec>>
  /** What the help says after the options. */
  readonly notes?: string
  /** Commands to copy, each with what it does. */
  readonly examples: readonly (readonly [command: string, meaning: string])[]
  /** Resolves with the exit code. */
  run(input: Input<Name>, terminal: Terminal): Promise<number>
}

/** A command whose function may ask for its own options only. */
export function defineCommand<const Name extends string>(command: Command<Name>): Command {
  return command
}
