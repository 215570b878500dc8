// Redis as the engine of a chaos run: one server at a time on one port.
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answers, freePort, launch, needs, output, until } from './process.mjs'

const program = '/usr/bin/redis-server'

export async function startRedis() {
  needs(program)
  const root = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  const port = await freePort()
  const command = (...words) => output(['/usr/bin/redis-cli', '-p', port, ...words].map(String))
  let folder = mkdtempSync(join(root, 'data-'))
  let server = await start({ port, folder })

  const restart = async () => {
    await server.kill()
    server = await start({ port, folder })
  }
  return {
    at: port,
    restart,
    suspend: () => server.suspend(),
    resume: () => server.resume(),
    cutFeeds: () => command('client', 'kill', 'type', 'pubsub'),
    flush: () => command('flushall'),
    takeSnapshot: async () => {
      // While Redis rewrites its log, a copy of the folder may lack a part of it.
      await until(async () => (await command('info', 'persistence')).includes('aof_rewrite_in_progress:0'))
      const copy = mkdtempSync(join(root, 'data-'))
      cpSync(folder, copy, { recursive: true })
      return async () => {
        await server.kill()
        rmSync(folder, { recursive: true })
        folder = copy
        server = await start({ port, folder })
      }
    },
    startReplica: async () => {
      const replica = await startReplica(port, mkdtempSync(join(root, 'data-')))
      // Whatever was appended before this is in the replica.
      const written = offsetIn(await command('info', 'replication'), 'master_repl_offset')
      await until(async () => offsetIn(await replica.command('info', 'replication'), 'slave_repl_offset') >= written)
      await replica.command('replicaof', '127.0.0.1', '1')
      return async () => {
        await server.kill()
        await replica.command('replicaof', 'no', 'one')
        await replica.command('config', 'set', 'port', port)
        server = replica.server
        folder = replica.folder
      }
    },
    stop: async () => {
      await server.kill()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function startReplica(primary, folder) {
  const port = await freePort()
  const server = await start({ port, folder }, '--replicaof', `127.0.0.1 ${primary}`)
  const command = (...words) => output(['/usr/bin/redis-cli', '-p', port, ...words].map(String))
  await until(async () => (await command('info', 'replication')).includes('master_link_status:up'))
  return { server, folder, command }
}

function start({ port, folder }, ...flags) {
  const always = ['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'yes']
  const replication = ['--repl-diskless-sync-delay', '0', '--auto-aof-rewrite-percentage', '0']
  return launch([program, ...always.map(String), ...replication, ...flags], () => answers(port))
}

function offsetIn(text, name) {
  return Number(new RegExp(`^${name}:([0-9]+)`, 'm').exec(text)?.[1] ?? -1)
}
