// One call of the program: finds the command, runs it, and turns whatever ends it into a line and an exit code.
import { misspeltName, TidingsError } from '../base/index.ts'
import type { Command } from './command/command.ts'
import { commands } from './commands.ts'
import { exitCode } from './command/exit-code.ts'
import { describeCommand, describeCommands } from './command/help.ts'
import { parseInput } from './command/parse.ts'
import { readVersion } from './package-version.ts'
import { describeError } from './terminal/describe-error.ts'
import { createTerminal, Failed, Stopped, type Terminal, type TerminalStreams } from './terminal/terminal.ts'

/** What the program needs of its process. */
export interface Host extends TerminalStreams {
  once(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/**
 * Runs `tidings` with these arguments.
 *
 * @returns the exit code: 0 if all went well, 1 for a failure, 2 for a command line that cannot work, 130 and 143 when
 *   stopped by SIGINT and SIGTERM. Never rejects.
 */
export async function runCli(args: readonly string[], host: Host): Promise<number> {
  const stop = new AbortController()
  const terminal = createTerminal(host, stop)
  const interrupt = (): void => {
    terminal.endLine()
    stop.abort(new Stopped(exitCode.interrupted, 'Stopped by Ctrl-C.'))
  }
  const terminate = (): void => stop.abort(new Stopped(exitCode.terminated, 'Stopped by SIGTERM.'))
  // Once: a second signal ends a program that does not stop, as signals do.
  host.once('SIGINT', interrupt)
  host.once('SIGTERM', terminate)
  try {
    return await runCommand(args, terminal)
  } catch (error) {
    return explain(error, args, terminal)
  } finally {
    host.off('SIGINT', interrupt)
    host.off('SIGTERM', terminate)
  }
}

async function runCommand([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  const { paint, columns = 100 } = terminal
  if (name === '--version' || name === '-V') return show(`${await readVersion()}\n`, terminal)
  if (name === undefined || name === '--help' || name === '-h') return show(describeCommands(commands, paint), terminal)
  const isHelp = name === 'help' || rest.some((argument) => argument === '--help' || argument === '-h')
  const asked = name === 'help' ? rest[0] : name
  if (asked === undefined) return show(describeCommands(commands, paint), terminal)
  const command = findCommand(asked)
  if (isHelp) return show(describeCommand(command, paint, columns), terminal)
  return command.run(parseInput(command, rest), terminal)
}

async function show(text: string, terminal: Terminal): Promise<number> {
  await terminal.print(text)
  return exitCode.ok
}

function findCommand(asked: string): Command {
  const command = commands.find(({ name }) => name === asked)
  if (command !== undefined) return command
  const names = commands.map(({ name }) => name)
  const near = misspeltName(asked, names)
  const advice = near === undefined ? `There are ${names.join(', ')}.` : `Did you mean ${near}?`
  throw new TidingsError('ERR_OPTION', `There is no command ${JSON.stringify(asked.slice(0, 60))}. ${advice}`)
}

function explain(error: unknown, [name = '']: readonly string[], terminal: Terminal): number {
  const reason: unknown = terminal.signal.aborted && !(error instanceof Failed) ? terminal.signal.reason : error
  if (reason instanceof Stopped) return reason.exitCode
  const { red, dim } = terminal.talkPaint
  const isUsage = reason instanceof TidingsError && reason.code === 'ERR_OPTION'
  terminal.say(`${red('tidings:')} ${describeError(reason)}`)
  if (!isUsage) return exitCode.failed
  const command = commands.find((command) => command.name === name)
  terminal.say(dim(`See: tidings ${command === undefined ? '' : `${command.name} `}--help`))
  return exitCode.usage
}
