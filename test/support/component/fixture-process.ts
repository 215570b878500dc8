// A fixture server in a process of its own, on any runtime.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { pathOf } from './component.ts'

/** A running fixture. */
export interface FixtureProcess {
  readonly port: number
  readonly url: string
  /** What it has printed. */
  output(): string
  /** Asks it to end, as an orchestrator does; resolves with its exit code. */
  terminate(): Promise<number | null>
  /** Holds it, lets it go on, or asks it to end without waiting for that. */
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM'): void
  /** Ends it at once. */
  kill(): Promise<void>
}

const supportFolder = fileURLToPath(new URL('..', import.meta.url))
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs a fixture of `test/support` that prints `listening <url>`. */
export async function startScript(
  command: string,
  flags: readonly string[],
  fixture: string,
  more: readonly string[] = [],
): Promise<FixtureProcess> {
  const child = spawn(command, [...flags, join(supportFolder, fixture), ...more], { cwd: root, env: environment() })
  const output = collect(child)
  const url = await output.find(/^listening (http:\S+)$/m)
  return toFixture(child, url, output)
}

/** Runs a program that listens at `url`; resolves when it answers there. */
export async function startProgram(
  command: string,
  flags: readonly string[],
  { cwd, env, url }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly url: string },
): Promise<FixtureProcess> {
  const child = spawn(command, flags, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const fixture = toFixture(child, url, collect(child))
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode}:\n${fixture.output()}`)
    if (await answers(url)) return fixture
  }
}

/** Whether somebody answers at `url`, whatever it is. */
async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).body?.cancel()
    return true
  } catch {
    // Nobody listens there yet.
    return false
  }
}

/** Bundles a fixture of `test/support` that is a worker, and runs it in workerd with these compatibility flags. */
export async function startWorker(
  fixture: string,
  flags: readonly string[] = ['enable_request_signal'],
): Promise<FixtureProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-workerd-'))
  await bundle(fixture, join(folder, 'worker.mjs'))
  writeFileSync(join(folder, 'config.capnp'), workerConfig(flags))
  const child = spawn(pathOf('workerd'), ['serve', join(folder, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const output = collect(child)
  const port = await output.find(/"socket":"http","port":(\d+)/)
  return toFixture(child, `http://127.0.0.1:${port}`, output)
}

async function bundle(fixture: string, outfile: string): Promise<void> {
  const entryPoints = [join(supportFolder, fixture)]
  await build({ entryPoints, outfile, bundle: true, format: 'esm', conditions: ['workerd'], logLevel: 'error' })
}

const workerConfig = (flags: readonly string[]): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .fixture), (name = "internet", network = (allow = ["private"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const fixture :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ${JSON.stringify(flags)},
);
`

/** Vitest's own variables would reach the fixture's runtime otherwise; Deno is to keep out of the network. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: process.env['HOME'], DENO_NO_UPDATE_CHECK: '1' }
}

interface Output {
  text(): string
  /** Resolves with the first group of the first match; rejects when the process ends without one. */
  find(pattern: RegExp): Promise<string>
}

function collect(child: ChildProcess): Output {
  let text = ''
  const looks = new Set<() => void>()
  for (const pipe of [child.stdout, child.stderr, child.stdio[3]]) {
    if (pipe === null || pipe === undefined || !('setEncoding' in pipe)) continue
    pipe.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      for (const look of looks) look()
    })
  }
  const find = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(text)?.[1]
        if (found !== undefined) resolve(found)
      }
      looks.add(look)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`The fixture ended with ${code}:\n${text}`)))
      look()
    })
  return { text: () => text, find }
}

function toFixture(child: ChildProcess, url: string, output: Output): FixtureProcess {
  // `close`, not `exit`: everything that it printed has arrived by then.
  const closed = once(child, 'close')
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await closed
    return child.exitCode
  }
  return {
    port: Number(new URL(url).port),
    url,
    output: () => output.text(),
    signal: (name) => void child.kill(name),
    terminate: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  }
}
