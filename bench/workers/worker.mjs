// A child process that is pinned to one core, answers requests over IPC, and is always killed by its own process id.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'

const running = new Set()
/** Whether child processes are pinned to their core. */
export const canPin = availableParallelism() > 1 && hasTaskset()

process.on('exit', stopWorkers)

/**
 * Starts `node <file> <argument>` on one core (unpinned if `taskset` or a second core is missing).
 * `ask(action, options, timeoutMs)` resolves to the child's result; rejects if the action fails or times out, or if the
 * child exits. `stop()` kills the child.
 */
export function startWorker(file, { core, argument = '' }) {
  const command = [process.execPath, '--expose-gc', file, argument]
  const [program, ...rest] = canPin ? ['taskset', '-c', String(core), ...command] : command
  const environment = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(program, rest, { env: environment, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const worker = new Worker(child, argument === '' ? basename(file, '.mjs') : argument)
  running.add(worker)
  child.once('exit', () => running.delete(worker))
  return worker
}

/** Kills every worker that is still running, for an interrupted benchmark. */
export function stopWorkers() {
  for (const worker of running) worker.child.kill('SIGKILL')
}

class Worker {
  waiting = new Map()
  asked = 0

  constructor(child, name) {
    this.child = child
    this.name = name
    child.on('message', (message) => this.settle(message))
    child.once('error', (error) => this.fail(error.message))
    child.once('exit', (code, signal) => this.fail(`exited with ${signal ?? code}`))
  }

  ask(action, options = {}, timeoutMs = 60_000) {
    const id = (this.asked += 1)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.settle({ id, error: `${action} took over ${timeoutMs} ms` }), timeoutMs)
      this.waiting.set(id, { resolve, reject, timer })
      this.child.send({ id, action, options }, (error) => error && this.settle({ id, error: error.message }))
    })
  }

  async stop() {
    if (!running.has(this)) return
    const exited = once(this.child, 'exit')
    this.child.kill('SIGKILL')
    await exited
  }

  settle({ id, result, error }) {
    const waiter = this.waiting.get(id)
    if (waiter === undefined) return
    this.waiting.delete(id)
    clearTimeout(waiter.timer)
    if (error === undefined) waiter.resolve(result)
    else waiter.reject(new Error(`${this.name}: ${error}`))
  }

  fail(error) {
    for (const id of this.waiting.keys()) this.settle({ id, error })
  }
}

function hasTaskset() {
  try {
    execFileSync('taskset', ['-c', '0', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false // absent (macOS, Windows) or not allowed: processes are not pinned; the report says so
  }
}
