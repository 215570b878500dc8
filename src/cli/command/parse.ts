// The arguments of a command, taken apart by Node's own `parseArgs`: nothing is coerced, and what is unknown is refused.
import { parseArgs } from 'node:util'
import { misspeltName, TidingsError } from '../../base/index.ts'
import type { Command, OptionSpec } from './command.ts'
import { Input } from './input.ts'

/**
 * Reads a command's arguments.
 *
 * @throws TidingsError `ERR_OPTION` for an option that the command does not have, with the nearest that it has; for one
 *   without its value, or given twice; for a parameter too few or too many
 */
export function parseInput(command: Command, args: readonly string[]): Input {
  const { tokens } = parseArgs({
    args: [...args],
    options: parserOptions(command),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values = new Map<string, string[]>()
  for (const token of tokens) if (token.kind === 'option') addOption(values, command, token)
  const parameters = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  checkParameters(command, parameters)
  return new Input(values, parameters)
}

interface ParserOption {
  readonly type: 'string' | 'boolean'
  readonly short?: string
  readonly multiple: true
}

function parserOptions({ options }: Command): Record<string, ParserOption> {
  return Object.fromEntries(Object.entries(options).map(([name, option]) => [name, toParserOption(option)]))
}

function toParserOption({ short, value }: OptionSpec): ParserOption {
  return { type: value === undefined ? 'boolean' : 'string', ...(short && { short }), multiple: true }
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function addOption(values: Map<string, string[]>, command: Command, token: OptionToken): void {
  const { name, rawName, value, inlineValue } = token
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined
  if (option === undefined) throw unknownOption(command, rawName)
  if (option.value === undefined && value !== undefined) throw wrong(`${rawName} takes no value.`)
  if (option.value !== undefined) {
    if (value === undefined) throw wrong(`${rawName} needs its value: ${rawName} ${option.value}.`)
    if (!inlineValue && /^-./.test(value))
      throw wrong(
        `${rawName} needs its value: ${rawName} ${option.value}. One that begins with - is written --${name}=${value}.`,
      )
  }
  const before = values.get(name)
  if (before !== undefined && !option.isMany) throw wrong(`${rawName} is given twice.`)
  values.set(name, [...(before ?? []), value ?? ''])
}

function unknownOption({ name, options }: Command, given: string): TidingsError {
  const near = misspeltName(given.replace(/^-+/, ''), Object.keys(options))
  const advice = near === undefined ? `It has ${nameAll(Object.keys(options))}.` : `Did you mean --${near}?`
  return wrong(`${name} has no option ${given}. ${advice}`)
}

function nameAll(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(', ')
}

function checkParameters({ name, parameters }: Command, given: readonly string[]): void {
  const missing = parameters[given.length]
  if (missing !== undefined) throw wrong(`${name} needs ${missing}.`)
  const extra = given[parameters.length]
  if (extra !== undefined)
    throw wrong(`${name} takes ${parameters.join(' ')}, and then nothing more: ${JSON.stringify(extra)}.`)
}

function wrong(message: string): TidingsError {
  return new TidingsError('ERR_OPTION', message)
}
