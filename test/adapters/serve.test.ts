import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import { serve, type NodeServeHandle } from '../../src/adapters/node/index.ts'
import * as bun from '../../src/adapters/bun/index.ts'
import * as deno from '../../src/adapters/deno/index.ts'
import type { ServeOptions } from '../../src/adapters/contract/index.ts'
import { cert, key } from '../support/server/certificate.ts'
import { RawClient } from '../support/server/raw-client.ts'
import { createGate } from '../support/time/gate.ts'

async function takenPort(): Promise<number> {
  const holder = createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  onTestFinished(() => void holder.close())
  const address = holder.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

const fetch = (): Response => new Response('x')

it('rejects ready with the address when the port is taken, and with onListen given too', async () => {
  const port = await takenPort()
  let listened = false
  const handle = serve({ fetch, port, hostname: '127.0.0.1' }, () => {
    listened = true
  })
  await expect(handle.ready).rejects.toThrow(`127.0.0.1:${port}`)
  expect(listened).toBe(false)
})

it('ends the process with a message when the port is taken and nobody has asked for ready', async () => {
  const port = await takenPort()
  const program = `import { serve } from 'tidings'; serve({ fetch: () => new Response('x'), port: ${port}, hostname: '127.0.0.1' }, () => {})`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'ignore', 'pipe'] })
  let message = ''
  child.stderr.on('data', (chunk: Buffer) => (message += chunk.toString()))
  const [code] = await once(child, 'exit')
  expect(code).toBe(1)
  expect(message).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`)
})

async function open(options: Partial<ServeOptions> = {}): Promise<{ handle: NodeServeHandle; port: number }> {
  const handle = serve({ fetch, port: 0, hostname: '127.0.0.1', ...options })
  await handle.ready
  onTestFinished(() => handle.close({ drainMs: 0 }))
  return { handle, port: Number(new URL(handle.url).port) }
}

it.each(['127.0.0.1', 'localhost'])(
  'closed before it listens on %s, it listens first and then no more',
  async (hostname) => {
    const handle = serve({ fetch, port: 0, hostname })
    await handle.close()
    await handle.ready
    expect(handle.server.listening).toBe(false)
    expect(handle.url).toBe('')
  },
)

it('keeps a connection open for 65 s after an answer, which is longer than a load balancer does', async () => {
  const client = await RawClient.open((await open()).port)
  expect(await client.request('GET / HTTP/1.1').until('\r\n\r\n')).toContain('Keep-Alive: timeout=65\r\n')
  client.leave()
})

it('does so on the TLS port, too', async () => {
  const { port } = await open({ tls: { key, cert } })
  const socket = connectTls({ port, host: '127.0.0.1', ca: cert })
  await once(socket, 'secureConnect')
  socket.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  const [chunk] = (await once(socket, 'data')) as [Buffer]
  expect(chunk.toString()).toContain('Keep-Alive: timeout=65\r\n')
  socket.destroy()
})

it('cuts a connection after keepAliveTimeoutMs, and with `false` never', async () => {
  const short = await RawClient.open((await open({ keepAliveTimeoutMs: 1 })).port)
  await short.request('GET / HTTP/1.1').until('x')
  await short.ended()
  const { handle } = await open({ keepAliveTimeoutMs: false })
  expect(handle.server).toHaveProperty('keepAliveTimeout', 0)
})

it('gives the server of node:http, on which another library can take WebSocket upgrades; they are cut after drainMs', async () => {
  const { handle, port } = await open()
  const upgraded = createGate()
  handle.server.on('upgrade', (_request: unknown, socket: Socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    upgraded.open()
  })
  const client = await RawClient.open(port)
  client.request('GET / HTTP/1.1', ['Connection: Upgrade', 'Upgrade: websocket'])
  await upgraded.opened
  expect(await client.until('\r\n\r\n')).toMatch(/^HTTP\/1.1 101 /)
  await handle.close({ drainMs: 20 })
  await client.ended()
})

/** Workers ignore where to listen. */
const adapters = Object.entries({ node: serve, bun: bun.serve, deno: deno.serve })
const invalid: Record<string, Partial<Record<keyof ServeOptions, unknown>>> = {
  'a port that is none': { port: 70_000 },
  'a keepAliveTimeoutMs that is none': { keepAliveTimeoutMs: -1 },
  'an empty path': { path: '' },
  'a path that is no text': { path: 3000 },
  'a path with a port': { path: '/tmp/x', port: 3000 },
  'a path with a hostname': { path: '/tmp/x', hostname: 'localhost' },
}

it.each(
  adapters.flatMap(([name, one]) =>
    Object.entries(invalid).map(([title, options]) => [name, title, one, options] as const),
  ),
)('on %s refuses %s', (_name, _title, one, options) => {
  expect(() => one({ fetch, ...options } as ServeOptions)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
})
