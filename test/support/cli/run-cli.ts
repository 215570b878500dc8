// The program `tidings`, as its users start it: a process with its own outputs.
import { spawn, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const program = fileURLToPath(new URL('../../../dist/cli/bin.js', import.meta.url))

/** What a call of the program came to. */
export interface CliResult {
  /** The exit code; `null` if a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A call of the program that goes on. */
export interface RunningCli {
  /** Resolves when it has ended. */
  readonly finished: Promise<CliResult>
  /** Resolves with the first match in what it printed and said; rejects if it ends without one. */
  find(pattern: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  /** Types into an input that is open; resolves when it has left for the program. */
  type(text: string): Promise<void>
  /** Stops to read what it prints, as `head` does. */
  closeOutput(): void
}

/** How the program is started. */
export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What it reads, or `open` for an input that never ends. */
  readonly input?: string | { readonly open: true }
  /** A file to print to, by its descriptor. */
  readonly stdout?: number
}

/** Starts the program; it is ended with the test. */
export function startCli(args: readonly string[], { env = {}, cwd, input, stdout }: CliOptions = {}): RunningCli {
  const stdio: StdioOptions = ['pipe', stdout ?? 'pipe', 'pipe']
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    // Without the colours and variables of the test runner.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio,
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const texts = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (texts.stdout += chunk))
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (texts.stderr += chunk))
  if (typeof input !== 'object') child.stdin?.end(input)
  const finished = once(child, 'close').then(([code]): CliResult => ({ code: toCode(code), ...texts }))
  return {
    finished,
    async find(pattern) {
      for (;;) {
        const match = pattern.exec(texts.stdout) ?? pattern.exec(texts.stderr)
        if (match !== null) return match
        const more = [child.stdout, child.stderr].filter((pipe) => pipe !== null).map((pipe) => once(pipe, 'data'))
        if ((await Promise.race([...more, finished.then(() => 'ended')])) === 'ended')
          throw new Error(`It ended without ${pattern}:\n${texts.stdout}\n${texts.stderr}`)
      }
    },
    kill: (signal) => void child.kill(signal),
    type: (text) => new Promise((resolve) => child.stdin?.write(text, () => resolve())),
    closeOutput: () => void child.stdout?.destroy(),
  }
}

/** Runs the program to its end. */
export function runCli(...args: readonly string[]): Promise<CliResult> {
  return startCli(args).finished
}

/** A folder that is deleted with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function toCode(code: unknown): number | null {
  return typeof code === 'number' ? code : null
}
