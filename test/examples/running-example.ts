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
  /** Resolves with everything that it has printed, on both of its outputs, once that holds `part`. */
  readonly printed: (part: string) => Promise<string>
  /** Sends SIGTERM; resolves with the exit code, null when the signal ended it. */
  readonly terminate: () => Promise<number | null>
  /** Ends it at once. */
  readonly kill: () => Promise<void>
}

/** Runs `node examples/<file>` on a free port until the test is over; rejects when it prints no url. */
export async function startExample(file: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  const example = await openExample(file, environment)
  onTestFinished(() => example.kill())
  return example
}

/** The same for longer than a test. Who opens it ends it. */
export async function openExample(file: string, environment: NodeJS.ProcessEnv = {}): Promise<RunningExample> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], PORT: '0', ...environment }
  const child = spawn(process.execPath, [examples + file], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const closed = once(child, 'close')
  const waiting = new Set<() => void>()
  let text = ''
  let isClosed = false
  const wake = (): void => {
    for (const resume of waiting) resume()
    waiting.clear()
  }
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      wake()
    })
  }
  child.on('close', () => {
    isClosed = true
    wake()
  })
  const find = async (pattern: RegExp): Promise<string> => {
    for (;;) {
      const found = pattern.exec(text)?.[0]
      if (found !== undefined) return found
      if (isClosed) throw new Error(`${file} ended without printing ${pattern}:\n${text}`)
      await new Promise<void>((resolve) => waiting.add(resolve))
    }
  }
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await closed
    return child.exitCode
  }
  const url = (await find(/http:\/\/\S+\n/)).trim()
  return {
    url,
    origin: new URL(url).origin,
    printed: async (part) => {
      await find(new RegExp(part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`)))
      return text
    },
    terminate: () => stop('SIGTERM'),
    kill: async () => void (await stop('SIGKILL')),
  }
}
