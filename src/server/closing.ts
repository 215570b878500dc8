// How a server, or a handle, closes: not ready at first, then its streams end one after the other, and at last what is left is
// cut. Each of these times can be brought forward by a later call.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  TidingsError,
  wholeNumber,
  type OptionChecks,
} from '../base/index.ts'

/** Options of `close`, of a handle and of a server. All times begin with the call. */
export interface CloseOptions {
  /**
   * How long closing may take in all, in milliseconds: handlers that have not finished by then are not waited for, and a handle
   * closes their connections. Default 10,000.
   */
  readonly drainMs?: number | undefined
  /**
   * How long in milliseconds everything is served as before, streams too, while the readiness probe of `tidings/observe` answers
   * 503: the time that load balancers need to send no more requests here. Default 0.
   */
  readonly notReadyMs?: number | undefined
  /**
   * Over how long in milliseconds the ends of the streams are spread evenly after that, those first that came first, so that
   * their readers do not reconnect all at once. Default 0: all end at once. With `notReadyMs` at most `drainMs`.
   */
  readonly spreadMs?: number | undefined
}

const time = wholeNumber({ least: 0, most: longestDelayMs })
/** The checks of each of the {@link CloseOptions}; {@link checkCloseTimes} is what they have to come to. */
export const closeChecks: OptionChecks<CloseOptions> = { drainMs: time, notReadyMs: time, spreadMs: time }

/** Closes once: the first call does, and later ones bring its times forward and wait with it. */
export class Closing {
  /** Whether new readers should be sent elsewhere. */
  isClosing = false
  /** Whether new streams are refused. */
  isEnding = false
  /** When the last stream is ended. */
  readonly ended: Deadline = new Deadline()
  /** When what is left is cut. */
  readonly over: Deadline = new Deadline()
  readonly #ending = new Deadline()
  #spreadMs = Infinity
  #closed: Promise<void> | undefined

  /**
   * Calls `end` once the streams are to end, in the same turn if that is now. A later call only shortens: the times that it
   * gives, counted from that call, if they are sooner.
   */
  async close(options: CloseOptions, end: () => Promise<unknown>): Promise<void> {
    const isFirst = !this.isClosing
    checkClose(options, isFirst ? 10_000 : Infinity)
    this.isClosing = true
    const { drainMs = isFirst ? 10_000 : Infinity, spreadMs = isFirst ? 0 : Infinity } = options
    const { notReadyMs = isFirst ? 0 : Infinity } = options
    this.#spreadMs = Math.min(spreadMs, this.#spreadMs)
    this.#ending.bringForward(Math.min(notReadyMs, drainMs))
    if (this.isEnding) this.ended.bringForward(Math.min(spreadMs, drainMs))
    this.over.bringForward(drainMs)
    await (this.#closed ??= this.#run(notReadyMs, end))
  }

  async #run(notReadyMs: number, end: () => Promise<unknown>): Promise<void> {
    if (notReadyMs > 0) await this.#ending.past
    this.isEnding = true
    this.ended.bringForward(Math.min(this.#spreadMs, this.over.leftMs))
    try {
      await end()
    } finally {
      for (const deadline of [this.#ending, this.ended, this.over]) deadline.stop()
    }
  }
}

/** A moment that can be brought forward. */
export class Deadline {
  readonly past: Promise<void>
  #pass = (): void => {}
  #dueAt = Infinity
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor() {
    this.past = new Promise((resolve) => (this.#pass = resolve))
  }

  get leftMs(): number {
    return this.#dueAt - performance.now()
  }

  bringForward(delayMs: number): void {
    if (delayMs >= this.leftMs) return
    this.#dueAt = performance.now() + delayMs
    clearTimeout(this.#timer)
    // Runtimes warn of times that have passed.
    this.#timer = setTimeout(this.#pass, Math.max(0, delayMs))
  }

  /** It does not come any more, and cannot be brought forward: a timer would keep the process. */
  stop(): void {
    this.#dueAt = -Infinity
    clearTimeout(this.#timer)
  }
}

/**
 * Checks the options of `close`, whose `drainMs` is `drainMs` by default.
 *
 * @throws TidingsError `ERR_OPTION` for what is no object, an option that does not exist, a time that no timer can wait, and
 * for times that do not fit into `drainMs`
 */
function checkClose(options: CloseOptions, drainMs: number): void {
  if (typeof options === 'object') {
    checkOptions('`close`', options, closeChecks)
    checkCloseTimes('`close`', { ...options, drainMs: options.drainMs ?? drainMs })
    return
  }
  // A number, or what a caller of listeners passes: the name of a signal, say.
  const message = `\`close\` takes options, such as close({ drainMs: 10_000 }), not ${describeValue(options)}.`
  throw new TidingsError('ERR_OPTION', message)
}

/**
 * Checks what the times come to; `what` is whose they are.
 *
 * @throws TidingsError `ERR_OPTION` for times that do not fit into `drainMs`
 */
export function checkCloseTimes(what: string, { drainMs = 10_000, notReadyMs = 0, spreadMs = 0 }: CloseOptions): void {
  if (notReadyMs + spreadMs <= drainMs) return
  const message = `${what}: notReadyMs and spreadMs, ${notReadyMs} + ${spreadMs}, must fit into drainMs, which is ${drainMs}.`
  throw new TidingsError('ERR_OPTION', message)
}

/** Whether `work` resolves within `delayMs`. */
export async function settlesWithin(work: Promise<unknown>, delayMs: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timedOut = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), delayMs)))
  try {
    return await Promise.race([work.then(() => true), timedOut])
  } finally {
    clearTimeout(timer)
  }
}
