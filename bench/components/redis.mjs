// A temporary Redis server, which stores nothing on disk.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onCore, toComponent, untilItAnswers } from './component.mjs'

const redisServer = '/usr/bin/redis-server'

/** The reason why Redis cannot be measured on this machine; `undefined` if it can. */
export function whyNoRedis() {
  return existsSync(redisServer) ? undefined : 'no redis-server here'
}

/** Starts Redis on core `core`; resolves to `{ port, pid, stop() }`. */
export async function startRedis(core) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-redis-'))
  const port = await freePort()
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder]
  const [program, ...rest] = onCore(core, [redisServer, ...flags])
  const child = spawn(program, rest, { stdio: 'ignore' })
  const component = toComponent(child, { port, onEnd: () => rmSync(folder, { recursive: true, force: true }) })
  await untilItAnswers(port)
  return component
}
