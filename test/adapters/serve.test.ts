import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { serve } from '../../src/adapters/node/index.ts'

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
