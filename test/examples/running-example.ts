// An example in a process of its own, started as its reader would start it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

const examples = fileURLToPath(new URL('../../examples/', import.meta.url))

export interface RunningExample {
  /** The url that it has printed. */
  readonly url: string
  readonly origin: string
  /** Resolves once what it has printed, on both of its outputs, holds `part`. */
  printed(part: string): Promise<string>
  /** Sends SIGTERM; resolves with the exit code, null when the signal ended it. */
  terminate(): Promise<number | null>
}

/** Runs `node examples/<file>` on a free port until the test is over. */
export async function startExample(file: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...environment }
  const child = spawn(process.execPath, [examples + file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const watchers = new Set<() => void>()
  let text = ''
  const wake = (): void => watchers.forEach((watcher) => watcher())
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      wake()
    })
  }
  child.on('close', wake)
  const printed = async (part: string): Promise<string> => {
    while (!text.includes(part)) {
      if (child.exitCode !== null) throw new Error(`${file} ended without printing ${JSON.stringify(part)}: ${text}`)
      await new Promise<void>((resolve) => watchers.add(resolve))
    }
    return text
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await closed
    return child.exitCode
  }
  onTestFinished(async () => void (await stop('SIGKILL')))
  await printed('\n')
  const url = /http:\/\/\S+/.exec(text)?.[0]
  if (url === undefined) throw new Error(`${file} has printed no url: ${text}`)
  return { url, origin: new URL(url).origin, printed, terminate: () => stop('SIGTERM') }
}
