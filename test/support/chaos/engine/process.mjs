// The processes of a chaos run: programs that are started, stopped, continued and killed together with all that they started.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
// oxlint-disable-next-line no-restricted-imports -- other programs are waited for, and they do not call
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A running program and its descendants. They end with this process at the latest. */
export class Family {
  #child
  #end = () => this.#signal('SIGKILL')

  constructor(child) {
    this.#child = child
    process.once('exit', this.#end)
    child.once('exit', () => process.off('exit', this.#end))
  }

  get isOver() {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  suspend() {
    this.#signal('SIGSTOP')
  }

  resume() {
    this.#signal('SIGCONT')
  }

  /** Kills all of them, none of which can do anything about it. Resolves when none is left. */
  async kill() {
    if (this.isOver) return
    const exited = once(this.#child, 'exit')
    // Stopped, it starts no more while its children are looked for.
    this.#child.kill('SIGSTOP')
    const descendants = this.#descendants()
    this.#signal('SIGKILL')
    await exited
    await until(() => descendants.every((id) => !isRunning(id)))
  }

  #signal(signal) {
    if (this.isOver) return
    for (const id of [...this.#descendants(), this.#child.pid]) {
      try {
        process.kill(id, signal)
      } catch {
        // It has ended in this moment.
      }
    }
  }

  #descendants() {
    const children = childrenOfAll()
    const found = [...(children.get(this.#child.pid) ?? [])]
    for (const id of found) found.push(...(children.get(id) ?? []))
    return found
  }
}

/** Starts `program`, and resolves once `isReady` does so with true. */
export async function launch([program, ...flags], isReady) {
  const child = spawn(program, flags, { stdio: 'ignore' })
  const family = new Family(child)
  try {
    await until(async () => family.isOver || isReady())
  } catch (error) {
    await family.kill()
    throw error
  }
  if (family.isOver) throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode} when it was started.`)
  return family
}

/** Runs a program to its end; resolves with what it prints. */
export async function output([program, ...flags]) {
  const { stdout } = await run(program, flags)
  return stdout.trim()
}

/** Waits until `isTrue`, for at most 30 s. */
export async function until(isTrue) {
  const deadline = performance.now() + 30_000
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`This did not become true in 30 s: ${isTrue}`)
    await sleep(20)
  }
}

export function needs(program) {
  if (!existsSync(program)) throw new Error(`There is no ${program} here: install it, or choose another engine.`)
}

/** Whether somebody listens on the port. */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => socket.destroy() && resolve(true))
    socket.once('error', () => resolve(false))
  })
}

/** A port that nobody listens on at the moment. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** The ids of the children of each process of this machine. */
function childrenOfAll() {
  const children = new Map()
  for (const name of readdirSync('/proc')) {
    const { parent } = stateOf(name)
    if (parent === undefined) continue
    if (!children.has(parent)) children.set(parent, [])
    children.get(parent).push(Number(name))
  }
  return children
}

/** A process that has ended and was not waited for by its parent runs no more. */
function isRunning(id) {
  const { state } = stateOf(String(id))
  return state !== undefined && state !== 'Z'
}

function stateOf(name) {
  if (!/^[0-9]+$/.test(name)) return {}
  try {
    // proc(5): the second field is the program's name in parentheses, and may itself have some.
    const [state, parent] = readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { state, parent: Number(parent) }
  } catch {
    // It has ended in this moment.
    return {}
  }
}
