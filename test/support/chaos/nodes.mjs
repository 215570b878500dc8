// The nodes of a chaos run: processes that are killed, started again on the same port, held and continued.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Family, freePort } from './engine/process.mjs'

const file = fileURLToPath(new URL('node.mjs', import.meta.url))

/** Starts a node; `options` are those of `node.mjs` but for its port. */
export async function startNode(options) {
  const node = new Node({ ...options, port: await freePort() })
  await node.start()
  return node
}

class Node {
  url
  /** Whether it is neither held nor dead, as a balancer would find out. */
  isAnswering = false
  #options
  #family

  constructor(options) {
    this.#options = options
    this.url = `http://127.0.0.1:${options.port}`
  }

  async start() {
    const argument = JSON.stringify(this.#options)
    const child = fork(file, [argument], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#family = new Family(child)
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (message !== 'ready') throw new Error(`A node did not start: it exited with ${message}.`)
    this.isAnswering = true
  }

  async kill() {
    this.isAnswering = false
    await this.#family?.kill()
  }

  suspend() {
    this.isAnswering = false
    this.#family.suspend()
  }

  resume() {
    this.#family.resume()
    this.isAnswering = true
  }
}
