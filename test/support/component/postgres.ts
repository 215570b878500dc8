// A real Postgres for the tests of a file.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client, Pool, type PoolConfig } from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest'
import { pathOf } from './component.ts'
import { freePort } from './free-port.ts'

/** A Postgres that runs from before the first test until after the last one. */
export class Postgres {
  #folder = ''
  #port = 0
  #child: ChildProcess | undefined

  constructor() {
    beforeAll(async () => {
      this.#folder = mkdtempSync(join(tmpdir(), 'tidings-postgres-'))
      this.#port = await freePort()
      // It refuses to run as root.
      if (isRoot) chownSync(this.#folder, ...userPostgres())
      else chmodSync(this.#folder, 0o700)
      const flags = [
        '-D',
        join(this.#folder, 'data'),
        '-A',
        'trust',
        '-U',
        'postgres',
        '--no-sync',
        '-E',
        'UTF8',
        '--locale=C',
      ]
      const { status, stderr } = spawnSync(...asPostgres(join(binaries, 'initdb'), flags), { encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      await this.start()
    })
    afterAll(async () => {
      await this.kill()
      rmSync(this.#folder, { recursive: true, force: true })
    })
  }

  get port(): number {
    return this.#port
  }

  /** What a client needs to reach it. */
  get address(): { readonly host: string; readonly port: number; readonly user: string; readonly database: string } {
    return { host: '127.0.0.1', port: this.#port, user: 'postgres', database: 'postgres' }
  }

  /** A pool for the length of the test. */
  pool(config: PoolConfig = {}): Pool {
    const pool = new Pool({ ...this.address, ...config })
    onTestFinished(() => pool.end())
    return pool
  }

  /** Runs one statement on a connection of its own. */
  async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new Client(this.address)
    await client.connect()
    try {
      return (await client.query(text, values)).rows
    } finally {
      await client.end()
    }
  }

  /** Starts it on its port, and resolves when it answers. */
  async start(): Promise<void> {
    if (isRunning(this.#child)) return
    const flags = ['-D', join(this.#folder, 'data'), '-p', String(this.#port), '-c', 'listen_addresses=127.0.0.1']
    const settings = [`unix_socket_directories=${this.#folder}`, 'fsync=off', 'log_min_messages=panic']
    const all = [...flags, ...settings.flatMap((setting) => ['-c', setting])]
    this.#child = spawn(...asPostgres(pathOf('postgresql'), all), { stdio: 'ignore' })
    await vi.waitFor(() => this.query('select 1'), { timeout: 20_000, interval: 20 })
  }

  /** Shuts it down: every connection is told. */
  async stop(): Promise<void> {
    await this.#end('SIGINT')
  }

  /** Ends it as a crash does: every connection is cut, and the next start has to recover. */
  async kill(): Promise<void> {
    await this.#end('SIGQUIT')
  }

  async #end(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const child = this.#child
    if (child === undefined || !isRunning(child)) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
}

const binaries = dirname(pathOf('postgresql'))
const isRoot = process.getuid?.() === 0

function isRunning(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null
}

/** `setpriv` becomes the program, so that a signal reaches Postgres itself. */
function asPostgres(program: string, flags: readonly string[]): [string, string[]] {
  if (!isRoot) return [program, [...flags]]
  return ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', program, ...flags]]
}

function userPostgres(): [number, number] {
  return [idOfPostgres('-u'), idOfPostgres('-g')]
}

function idOfPostgres(flag: '-u' | '-g'): number {
  return Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout)
}
