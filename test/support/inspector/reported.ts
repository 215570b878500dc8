// A server with an inspector, and programs that report to it.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { serve } from '../../../src/adapters/node/index.ts'
import { Server } from '../../../src/adapters/server.ts'
import { inspector, type InspectorOptions } from '../../../src/inspector/index.ts'
import { Inspection, isInspectorRecord, type InspectedStream } from '../../../src/inspector-model/index.ts'
import { createParser } from '../../../src/sse/index.ts'
import { untyped } from '../server/asking.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const program = fileURLToPath(new URL('reading-program.mjs', import.meta.url))

/** A token that outlives the server. */
export const token = 'a-token-that-is-long-enough'

/** A server with an inspector. */
export interface InspectedServer {
  readonly port: number
  readonly url: string
  /** What programs are given. */
  readonly address: string
  readonly close: () => Promise<void>
  /** Resolves with the streams once they are as is waited for. */
  readonly see: (isSeen: (streams: readonly InspectedStream[]) => boolean) => Promise<readonly InspectedStream[]>
}

/** Starts a server with an inspector on a port of its choice, or on the one of a server that has gone. */
export async function startInspected(
  routes: readonly object[] = [],
  { port = 0, ...options }: Partial<InspectorOptions> & { readonly port?: number } = {},
): Promise<InspectedServer> {
  const server = new Server(routes.map(untyped), { onError: () => {} })
  server.use(inspector({ development: true, token, log: () => {}, ...options }))
  const handle = serve({ fetch: server.fetch, hostname: '127.0.0.1', port })
  await handle.ready
  const url = new URL(handle.url).origin
  const close = async (): Promise<void> => {
    await server.close({ drainMs: 0 })
    await handle.close({ drainMs: 0 })
  }
  onTestFinished(close)
  return {
    port: Number(new URL(url).port),
    url,
    address: `${url}/_tidings?token=${token}`,
    close,
    see: (isSeen) => see(`${url}/_tidings/records`, isSeen),
  }
}

async function see(
  url: string,
  isSeen: (streams: readonly InspectedStream[]) => boolean,
): Promise<readonly InspectedStream[]> {
  const inspection = new Inspection({ maxStreams: 2000 })
  const parser = createParser({
    onEvent: ({ data }) => {
      const record: unknown = JSON.parse(data)
      if (isInspectorRecord(record)) inspection.add(record)
    },
  })
  const response = await fetch(url, { headers: { accept: 'text/event-stream' } })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    // To return is to leave the stream.
    if (isSeen(inspection.streams)) return inspection.streams
  }
  throw new Error('The inspector has ended.')
}

/** How a program has ended. */
export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** A program that is running. */
export interface RunningProgram {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once it has printed so. */
  readonly prints: (pattern: RegExp) => Promise<void>
}

/** Runs a program that reports to an address; without one it is told of none. */
export function startProgram(
  [way, url]: readonly [way: string, url: string],
  address: string | undefined,
  command: string = process.execPath,
): RunningProgram {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env['PATH'],
    NODE_OPTIONS: '--import tidings/inspector/node --unhandled-rejections=strict',
    ...(address === undefined ? {} : { TIDINGS_INSPECTOR: address }),
  }
  const child = spawn(command, [program, way, url], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [output, errors] = ['', '']
  const looks = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    for (const look of looks) look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
    for (const look of looks) look()
  })
  const prints = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (pattern.test(output) || pattern.test(errors)) resolve()
      }
      looks.add(look)
      child.once('close', () => reject(new Error(`It has ended:\n${output}\n${errors}`)))
      look()
    })
  const ended = once(child, 'close').then(([code]: unknown[]) => ({
    code: typeof code === 'number' ? code : null,
    output,
    errors,
  }))
  return { child, ended, prints }
}

/** Runs a program to its end. */
export function runProgram(...call: Parameters<typeof startProgram>): Promise<Ended> {
  return startProgram(...call).ended
}
