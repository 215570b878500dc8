// Runs commands with a timeout, and retries transient failures until then.
import { sleep, TidingsError, TimeoutTable } from '../../base/index.ts'
import type { Connection } from './connection.ts'
import { isTransient, messageOf, replyCode, toJournalError } from './refusal.ts'
import type { Script } from './script.ts'

/** The delay before a retry after a transient failure. */
const retryDelayMs = 50

interface Pending {
  readonly reject: (error: unknown) => void
  isSettled: boolean
  /** The error of the last try. */
  error: unknown
}

/** Runs commands, each with its retries for at most `timeoutMs`. */
export class Commands {
  readonly connection: Connection
  readonly #timeoutMs: number
  readonly #timeouts = new TimeoutTable<Pending>((pending) => this.#giveUp(pending))
  /** Shared by all pending commands: a server that is down costs one timer. */
  #retryDelay: Promise<void> | undefined
  #closed: TidingsError | undefined

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection
    this.#timeoutMs = timeoutMs
  }

  /**
   * Resolves with the result of `work`, which is called again while the server is starting, failing over or not
   * connected, and so must be idempotent.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` after the timeout, or at once for an error that is not transient;
   * `ERR_JOURNAL_FULL` when Redis is out of memory
   */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { reject, isSettled: false, error: undefined }
      this.#timeouts.restart(pending, this.#timeoutMs)
      const settle = (): void => this.#settle(pending)
      const attempt = this.#attempt(pending, work)
      attempt.then(resolve, reject)
      attempt.then(settle, settle)
    })
  }

  /** Runs a script by its digest, and by its text if the server does not know the digest. */
  async evaluate(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    try {
      return await this.connection.runKnown(script, keys, values)
    } catch (error) {
      if (replyCode(error) !== 'NOSCRIPT') throw error
      return this.connection.runText(script, keys, values)
    }
  }

  /** Stops sending and retrying commands; those that were sent may still be answered. */
  close(error: TidingsError): void {
    this.#closed = error
  }

  async #attempt<Result>(pending: Pending, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed
      const state = this.connection.state()
      if (state === 'closed') throw this.#toError(new Error('the client is closed or was never connected'))
      try {
        // The client's offline queue is never used: it would send commands that have timed out here.
        if (state === 'ready') return await work()
      } catch (error) {
        if (!isTransient(error)) throw this.#toError(error)
        pending.error = error
      }
      await this.#waitForRetry()
      if (pending.isSettled) throw this.#toError(pending.error)
    }
  }

  #toError(error: unknown): TidingsError {
    return toJournalError(error, this.connection.address)
  }

  #waitForRetry(): Promise<void> {
    this.#retryDelay ??= sleep(retryDelayMs).finally(() => {
      this.#retryDelay = undefined
    })
    return this.#retryDelay
  }

  #giveUp(pending: Pending): void {
    const { address, lastError } = this.connection
    const cause = pending.error ?? (this.connection.state() === 'ready' ? undefined : lastError)
    const reason = cause === undefined ? '' : ` (${messageOf(cause)})`
    const message = `Redis at ${address} did not answer within ${this.#timeoutMs} ms${reason}.`
    pending.reject(new TidingsError('ERR_JOURNAL_UNAVAILABLE', message, cause === undefined ? {} : { cause }))
    this.#settle(pending)
  }

  #settle(pending: Pending): void {
    pending.isSettled = true
    this.#timeouts.stop(pending, this.#timeoutMs)
  }
}
