// Third-party programs (nginx, Postgres, Redis) as child processes, which are killed when the benchmark exits.
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { canPin } from '../workers/worker.mjs'

/** A port that was free a moment ago, for programs that do not accept port 0. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The command that runs `command` on one core, if processes can be pinned. */
export function onCore(core, command) {
  return canPin ? ['taskset', '-c', String(core), ...command] : command
}

/** A component `{ ...properties, pid, stop() }` for `child`, which is killed by `signal`; `onEnd` removes its files. */
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

/** Resolves once a process listens on the port; rejects after `timeoutMs`. */
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
