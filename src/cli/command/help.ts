// The text of `--help`: usage, options, notes, and examples to copy.
import type { Paint } from '../terminal/paint.ts'
import { wrapWords } from '../terminal/wrap-words.ts'
import type { Command, OptionSpec } from './command.ts'

/** The help of all commands together. */
export function describeCommands(commands: readonly Command[], paint: Paint): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return [
    `${paint.bold('tidings')}: look at streams, record them, test against them`,
    '',
    `${paint.bold('Usage')}   tidings COMMAND ...`,
    '',
    ...commands.map(({ name, summary }) => `  ${paint.cyan(name.padEnd(width))}  ${summary}`),
    '',
    'tidings COMMAND --help explains a command; tidings --version prints the version.',
    '',
  ].join('\n')
}

/** The help of one command, for lines of `columns` characters. */
export function describeCommand(command: Command, paint: Paint, columns: number): string {
  const options = Object.entries<OptionSpec>(command.options)
  const width = Math.max(...options.map((option) => labelOf(option).length))
  const usage = ['tidings', command.name, ...command.parameters, '[options]'].join(' ')
  return [
    `${paint.bold(`tidings ${command.name}`)}: ${command.summary}`,
    '',
    `${paint.bold('Usage')}   ${usage}`,
    '',
    paint.bold('Options'),
    ...options.flatMap((option) => describeOption(option, width, paint, columns)),
    '',
    ...(command.notes === undefined ? [] : [...wrapWords(command.notes, columns), '']),
    paint.bold('Examples'),
    ...command.examples.flatMap(([line, meaning]) => [`  ${paint.dim(`# ${meaning}`)}`, `  ${line}`]),
    '',
  ].join('\n')
}

function labelOf([name, { short, value }]: readonly [string, OptionSpec]): string {
  return `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`
}

function describeOption(
  option: readonly [string, OptionSpec],
  width: number,
  paint: Paint,
  columns: number,
): readonly string[] {
  const label = labelOf(option)
  const [first = '', ...rest] = wrapWords(option[1].help, Math.max(20, columns - width - 4))
  return [
    `  ${paint.cyan(label)}${' '.repeat(width - label.length)}  ${first}`,
    ...rest.map((line) => ' '.repeat(width + 4) + line),
  ]
}
