// Asking a server without a socket, and watching what its streams send.
import { Server } from '../../../src/adapters/server.ts'
import type { AnyRoute, RouteGroup, ServerOptions } from '../../../src/server/index.ts'

/** What every browser's EventSource sends. */
export const eventSource = { accept: 'text/event-stream', 'cache-control': 'no-cache' }
/** What our own clients send: they take control events, and look after reconnecting themselves. */
export const asking = { accept: 'text/event-stream;tidings=1, text/event-stream;q=0.9' }
/** A plain `fetch` that wants a stream. */
export const plain = { accept: 'text/event-stream' }

/** A server whose errors are kept instead of printed. */
export function make(
  routes: readonly (AnyRoute | RouteGroup)[],
  options: ServerOptions = {},
): { server: Server; errors: unknown[]; ask: (path: string, init?: RequestInit) => Promise<Response> } {
  const errors: unknown[] = []
  const server = new Server(routes, { onError: (error) => void errors.push(error), ...options })
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    server.fetch(new Request(`http://test${path}`, init))
  return { server, errors, ask }
}

/** A route as JavaScript without types could declare it. */
export function untyped(route: object): AnyRoute {
  return route as AnyRoute
}

/** A POST of `value` as JSON. */
export function post(value: unknown, headers: Record<string, string> = {}): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}

const realImmediate = setImmediate

/** Resolves when the event loop has come round `count` times, also under fake timers. */
export async function turns(count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise<void>((resolve) => realImmediate(resolve))
}

/**
 * Resolves in the first turn in which `condition` holds; gives up before the test's own time is over, with a sentence that
 * says what did not come, where the condition itself does not.
 */
export async function until(condition: () => boolean, missing?: () => string, forMs = 30_000): Promise<void> {
  const deadline = Date.now() + forMs
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(missing?.() ?? `It never came to this: ${String(condition)}`)
    await turns(1)
  }
}

/** Resolves with what `measure` says once that has not changed for a hundred turns: whatever moves it has stopped. */
export async function standstill(measure: () => number): Promise<number> {
  let last = measure()
  for (let same = 0; same < 100; same += 1) {
    await turns(1)
    const now = measure()
    if (now !== last) same = 0
    last = now
  }
  return last
}

/** The rejections that nobody handled while `work` ran and a little later: each would end the process. */
export async function unhandledDuring(work: () => Promise<unknown>): Promise<unknown[]> {
  const unhandled: unknown[] = []
  const listen = (error: unknown): void => void unhandled.push(error)
  const others = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', listen)
  try {
    await work()
    await turns()
  } finally {
    process.off('unhandledRejection', listen)
    for (const other of others) process.on('unhandledRejection', other)
  }
  return unhandled
}

/** A promise that the test settles. */
export interface Gate<Value = void> {
  readonly opened: Promise<Value>
  open(value: Value): void
  fail(error: unknown): void
}

export function gate<Value = void>(): Gate<Value> {
  const settlers: { open?: (value: Value) => void; fail?: (error: unknown) => void } = {}
  const opened = new Promise<Value>((resolve, reject) => Object.assign(settlers, { open: resolve, fail: reject }))
  // A gate that fails before somebody waits at it is not a forgotten error.
  opened.catch(() => {})
  return { opened, open: (value) => settlers.open?.(value), fail: (error) => settlers.fail?.(error) }
}

/** Reads a response's body as it comes. */
export class Reading {
  text = ''
  isOver = false
  readonly response: Response
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #waiting = new Set<() => void>()

  constructor(response: Response) {
    if (response.body === null) throw new Error('There is no body to read.')
    this.response = response
    this.#reader = response.body.getReader()
    void this.#read()
  }

  async until(part: string): Promise<string> {
    while (!this.text.includes(part)) {
      if (this.isOver) throw new Error(`The body ended without ${JSON.stringify(part)}: ${JSON.stringify(this.text)}`)
      await new Promise<void>((resolve) => this.#waiting.add(resolve))
    }
    return this.text
  }

  async ended(): Promise<string> {
    while (!this.isOver) await new Promise<void>((resolve) => this.#waiting.add(resolve))
    return this.text
  }

  async leave(): Promise<void> {
    await this.#reader.cancel()
  }

  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for (;;) {
        const { done, value } = await this.#reader.read()
        if (done) break
        this.text += decoder.decode(value, { stream: true })
        this.#wake()
      }
    } catch {
      // A body that is broken off is over as well.
    }
    this.isOver = true
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
