// Programs beside ours, as children that end with the benchmark.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { canPin } from '../workers/worker.mjs'

/** A port that was free a moment ago, for programs that take no port 0. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The command, held on one core where that can be done. */
export function onCore(core, command) {
  return canPin ? ['taskset', '-c', String(core), ...command] : command
}

/** `{ pid, stop() }` and `properties` for a child that is killed by `signal`; `onEnd` removes what it has stored. */
export function toComponent(child, { onEnd, signal = 'SIGKILL', ...properties }) {
  const exited = once(child, 'exit')
  const kill = () => {
    child.kill(signal)
    onEnd()
  }
  process.once('exit', kill)
  const stop = async () => {
    process.off('exit', kill)
    child.kill(signal)
    await exited
    onEnd()
  }
  return { ...properties, pid: child.pid, stop }
}

/** Resolves when something listens on the port. */
export async function untilItAnswers(port, timeoutMs = 10_000) {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) {
    const socket = connect({ port, host: '127.0.0.1' })
    const isThere = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isThere) return
  }
  throw new Error(`nothing listens on port ${port} after ${timeoutMs} ms`)
}
