// A Redis of the benchmark's own, which stores nothing on disk.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, onCore, toComponent, untilItAnswers } from './component.mjs'

const redisServer = '/usr/bin/redis-server'

/** Why it cannot be measured here, if it cannot. */
export function whyNoRedis() {
  return existsSync(redisServer) ? undefined : 'no redis-server here'
}

/** Starts it on core `core`; resolves to its port and how it is ended. */
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
