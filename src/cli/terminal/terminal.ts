// The program's outputs: data on one, talk on the other, and why the program should stop.
import { createPaint, hasColours, type Paint, type PaintTarget } from './paint.ts'

/** Why a command was stopped, with the exit code that follows from it. */
export class Stopped extends Error {
  readonly exitCode: number

  constructor(exitCode: number, message: string) {
    super(message)
    this.name = 'AbortError'
    this.exitCode = exitCode
  }
}

/** Why a command has failed, also where it was stopped before: by Ctrl-C, say. */
export class Failed extends Error {}

/** Where a command writes. */
export interface Terminal {
  /**
   * Aborts when the user stops the program, or nobody reads its data any longer: the reason is a {@link Stopped}; or where the
   * data cannot be written.
   */
  readonly signal: AbortSignal
  /** Whether the data has colours. */
  readonly hasColours: boolean
  /** The colours of the data. */
  readonly paint: Paint
  /** The colours of the talk. */
  readonly talkPaint: Paint
  /** The width of the data's terminal; `undefined` where the data goes to a file or another program. */
  readonly columns: number | undefined
  /** The width of the talk's terminal; `undefined` where it goes elsewhere. */
  readonly talkColumns: number | undefined
  /** Writes data, and resolves when the system has it. @throws the reason of `signal` when it has it not */
  print(data: string | Uint8Array): Promise<void>
  /** Writes a line for people. */
  say(line: string): void
  /** Shows a line that the next one overwrites, where people watch; elsewhere nothing. */
  showProgress(line: string): void
  /** Ends the line on which a terminal has written `^C`, so that talk is not glued to it; elsewhere nothing. */
  endLine(): void
}

/** What a {@link Terminal} needs of an output of a process. */
export interface Output extends PaintTarget {
  readonly columns?: number | undefined
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** What a {@link Terminal} is made of, as a process has it. */
export interface TerminalStreams {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
}

/** The terminal of a process. `stop` is aborted when nobody reads the data any longer. */
export function createTerminal({ stdout, stderr, env }: TerminalStreams, stop: AbortController): Terminal {
  let hasProgress = false
  const leave = (error: Error): Error => {
    const reason = toReason(error)
    stop.abort(reason)
    return reason
  }
  stdout.on('error', leave)
  // Nothing is right to do about talk that nobody can read: the data matters.
  stderr.on('error', () => {})
  const clear = (): string => (hasProgress ? '\r\u001B[K' : '')
  return {
    signal: stop.signal,
    hasColours: hasColours(stdout, env),
    paint: createPaint(stdout, env),
    talkPaint: createPaint(stderr, env),
    get columns(): number | undefined {
      return stdout.isTTY ? stdout.columns || 80 : undefined
    },
    get talkColumns(): number | undefined {
      return stderr.isTTY ? stderr.columns || 80 : undefined
    },
    print(data) {
      return new Promise((resolve, reject) => {
        stdout.write(data, (error) => (error ? reject(leave(error)) : resolve()))
      })
    },
    say(line) {
      stderr.write(`${clear()}${line}\n`)
      hasProgress = false
    },
    showProgress(line) {
      if (!stderr.isTTY) return
      stderr.write(`\r${line}\u001B[K`)
      hasProgress = true
    },
    endLine() {
      if (!stderr.isTTY) return
      stderr.write('\n')
      hasProgress = false
    },
  }
}

/** A pipe that is closed is no failure; a disk that is full is one. */
function toReason(error: Error): Error {
  const code: unknown = Reflect.get(error, 'code')
  if (code === 'ENOSPC' || code === 'EFBIG' || code === 'EDQUOT' || code === 'EIO' || code === 'EBADF')
    return new Failed('The output cannot be written', { cause: error })
  return new Stopped(0, 'Nobody reads the output any longer.')
}
