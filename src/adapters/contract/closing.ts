// How a handle is closed, on every runtime: by a call, or by a signal of the operating system.
import type { CloseOptions, Entrance, Listener } from '../../server/internal.ts'

/** The part of a handle that closes it. */
export interface Closable {
  close(options?: CloseOptions): Promise<void>
  readonly closed: Promise<void>
}

/** Makes `close` and `closed` of the handle whose requests come through `entrance`. */
export function createClosing(entrance: Entrance, listener: Listener): Closable {
  let finish: (() => void) | undefined
  const closed = new Promise<void>((resolve) => (finish = resolve))
  const close = async (options: CloseOptions = {}): Promise<void> => {
    await entrance.close(options, listener)
    finish?.()
  }
  return { close, closed }
}

/**
 * The answer to a request that comes while its handle closes: the last one of its connection (RFC 9112 9.6), for the next one to
 * go elsewhere.
 */
export async function lastOfConnection(answer: Response | Promise<Response>): Promise<Response> {
  const { body, status, statusText, headers } = await answer
  const last = new Headers(headers)
  last.set('connection', 'close')
  return new Response(body, { status, statusText, headers: last })
}

const signals = ['SIGTERM', 'SIGINT']
/** For the ends of streams to be sent. */
const hurried = { drainMs: 1000, notReadyMs: 0, spreadMs: 0 }

/** Closes `handle` by signals, if its options say so: by the first with these options, by the second within a second. */
export function closeOnSignals(handle: Closable, options: CloseOptions | boolean = false): void {
  const process: unknown = Reflect.get(globalThis, 'process')
  if (options === false || !listens(process)) return
  const times = options === true ? {} : options
  let isFirst = true
  const onSignal = (): void => {
    void handle.close(isFirst ? times : hurried)
    isFirst = false
  }
  for (const signal of signals) process.on(signal, onSignal)
  // From then on a signal does what it always does.
  void handle.closed.then(() => signals.forEach((signal) => process.off(signal, onSignal)))
}

/** Whether this is Node's `process`, which Bun and Deno have, too. */
function listens(process: unknown): process is Record<'on' | 'off', (signal: string, listener: () => void) => unknown> {
  return typeof Reflect.get(Object(process), 'on') === 'function'
}
