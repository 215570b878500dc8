// Real Redis servers as child processes: one, one with replicas, or a cluster.
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

/** A server that is ended by whoever has started it. */
export interface RedisServer {
  readonly port: number
  /** Runs one command through redis-cli; resolves with what it prints. */
  command(...words: string[]): Promise<string>
  /** Starts it again on its port, with what it has stored. */
  start(): Promise<void>
  /** Ends it without a warning, as a crash does. */
  kill(): Promise<void>
  /** Holds it, and lets it go on: it accepts connections meanwhile and answers nothing. */
  suspend(): void
  resume(): void
  /** Ends it and removes what it has stored. */
  remove(): Promise<void>
}

/** Starts a server on a free port; `flags` as on its command line. */
export async function startRedis(...flags: string[]): Promise<RedisServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'tidings-redis-'))
  const start = (): Promise<ChildProcess> => launch(['--port', String(port), '--dir', folder, ...flags])
  let child = await start()
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
  return {
    port,
    command: (...words) => runCli('-p', String(port), ...words),
    start: async () => {
      child = await start()
    },
    kill,
    suspend: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    remove: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Three masters that share the slots. */
export async function startRedisCluster(): Promise<readonly RedisServer[]> {
  const nodes: RedisServer[] = []
  for (let count = 0; count < 3; count += 1) {
    nodes.push(await startRedis('--cluster-enabled', 'yes', '--cluster-port', String(await freePort())))
  }
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`)
  await runCli('--cluster', 'create', ...addresses, '--cluster-yes')
  return nodes
}

async function launch(flags: readonly string[]): Promise<ChildProcess> {
  const always = ['--bind', '127.0.0.1', '--save', '', '--repl-diskless-sync-delay', '0']
  const child = spawn(pathOf('redis-server'), [...always, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] })
  const kill = (): void => void child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    if (!line.includes('Ready to accept connections')) continue
    child.stdout.resume()
    return child
  }
  throw new Error(`redis-server did not start:\n${lines.join('\n')}`)
}

async function runCli(...words: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-cli', words)
  return stdout.trim()
}
