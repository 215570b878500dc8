// Runs an example as its reader would: in a process of its own, which ends by itself or by SIGTERM.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, parse } from 'node:path'
import { buildSync } from 'esbuild'
import { expect, type TestContext } from 'vitest'
import { commentsOf, words } from './stated-output.mjs'
import { writeExamples, type Program } from './write.mjs'

/** A program that can be run. */
export interface Runnable extends Program {
  /** Where the example is: `file:line`. */
  readonly name: string
  readonly script: string
}

/** A program under way. */
export interface Running {
  /** Resolves when its top level is through, or it has ended before. */
  readonly ran: Promise<unknown>
  readonly ended: Promise<Ended>
  /** Resolves with what it has printed, once that matches or it has ended. */
  printed(pattern: RegExp): Promise<string>
  terminate(): void
}

/** How it ended: the exit code, or the signal that ended it, and all that it has printed. */
export interface Ended {
  readonly end: number | NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * Writes all examples below test/output and builds them, with the package in them: they start several times as fast so. Those
 * of other packages are not built: test/docs/migration runs them.
 */
export function buildExamples(name: string): readonly Runnable[] {
  const programs = writeExamples(name)
  const own = programs.filter(({ surrounding }) => surrounding.needs !== 'rivals')
  const outdir = join(parse(programs[0]?.path ?? '').dir, 'built')
  buildSync({
    entryPoints: own.map(({ path }) => path),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    external: ['express', 'ioredis', 'libsql', 'pg', 'pino', 'prom-client'],
    logLevel: 'error',
  })
  return programs.map((program) => ({
    ...program,
    name: `${program.file}:${program.line}`,
    script: join(outdir, `${parse(program.path).name}.mjs`),
  }))
}

/** Runs it; fails unless it prints what it says, nothing else, and ends as it should. */
export async function expectToRun(
  example: Runnable,
  test: TestContext,
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { prints, stays = false } = example.surrounding
  const running = start(example, test, environment)
  if (stays) {
    await (prints === undefined ? running.ran : running.printed(prints))
    running.terminate()
  }
  const { end, stdout, stderr } = await running.ended
  expect(stderr).toBe('')
  // One that handles the signal ends by itself when it gets it.
  expect(end).toBe(stays && !/SIGTERM|closeOnSignal/.test(example.code) ? 'SIGTERM' : 0)
  if (prints === undefined) expect(words(stdout)).toBe(words(commentsOf(example.code).stated.join('\n')))
  else expect(stdout).toMatch(prints)
}

/** Starts it for the length of a test. */
export function start({ script }: Runnable, test: TestContext, environment: NodeJS.ProcessEnv = {}): Running {
  // Some leave a file behind.
  const cwd = mkdtempSync(join(tmpdir(), 'tidings-example-'))
  const env = { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1', ...environment }
  const child = spawn(process.execPath, [script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const text = { stdout: '', stderr: '' }
  const waiting = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      for (const look of waiting) look()
    })
  }
  const ended = once(child, 'close').then((): Ended => {
    rmSync(cwd, { recursive: true, force: true })
    return { end: child.signalCode ?? child.exitCode, ...text }
  })
  test.onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const matched = (pattern: RegExp): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (pattern.test(text.stdout)) resolve()
      }
      waiting.add(look)
      look()
    })
  return {
    ended,
    ran: Promise.race([once(child, 'message'), ended]),
    printed: async (pattern) => {
      await Promise.race([matched(pattern), ended])
      return text.stdout
    },
    terminate: () => void child.kill('SIGTERM'),
  }
}
