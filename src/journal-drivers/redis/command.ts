// Every command has its time, and what passes within it is nobody's business.
import { sleep, TidingsError, TimeoutTable } from '../../base/index.ts'
import type { Connection } from './connection.ts'
import { mayPass, messageOf, replyCode, toJournalError } from './refusal.ts'
import type { Script } from './script.ts'

/** How long to wait before looking again, where something is to pass. */
const pauseMs = 50

interface Pending {
  readonly reject: (error: unknown) => void
  isSettled: boolean
  /** What went wrong last. */
  error: unknown
}

/** Runs commands, for at most `timeoutMs` each. */
export class Commands {
  readonly connection: Connection
  readonly #timeoutMs: number
  readonly #timeouts = new TimeoutTable<Pending>((pending) => this.#giveUp(pending))
  /** Shared by all who wait: a server that is down costs one timer. */
  #pause: Promise<void> | undefined
  #closed: TidingsError | undefined

  constructor(connection: Connection, timeoutMs: number) {
    this.connection = connection
    this.#timeoutMs = timeoutMs
  }

  /**
   * What `work` answers; it is called again while the server is starting, failing over or not connected, and so must be the
   * same whether it is done once or twice.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` when time is up, or at once for what does not pass; `ERR_JOURNAL_FULL`
   */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const pending: Pending = { reject, isSettled: false, error: undefined }
      this.#timeouts.restart(pending, this.#timeoutMs)
      this.#attempt(pending, work)
        .then(resolve, reject)
        .finally(() => this.#settle(pending))
    })
  }

  /** One script, sent by its digest, and by its text to a server that does not know it. */
  async evaluate(script: Script, keys: readonly string[], values: readonly string[]): Promise<unknown> {
    try {
      return await this.connection.runKnown(script, keys, values)
    } catch (error) {
      if (replyCode(error) !== 'NOSCRIPT') throw error
      return this.connection.runText(script, keys, values)
    }
  }

  /** Lets what has been sent come to its end; nothing is sent any more, or again. */
  close(error: TidingsError): void {
    this.#closed = error
  }

  async #attempt<Result>(pending: Pending, work: () => Promise<Result>): Promise<Result> {
    for (;;) {
      if (this.#closed !== undefined) throw this.#closed
      const state = this.connection.state()
      if (state === 'over') throw this.#refuse(new Error('the client is closed, or was not connected'))
      try {
        // Nothing is left to the client's own queue: it would be sent when nobody waits for it any more.
        if (state === 'ready') return await work()
      } catch (error) {
        if (!mayPass(error)) throw this.#refuse(error)
        pending.error = error
      }
      await this.#nextLook()
      if (pending.isSettled) throw this.#refuse(pending.error)
    }
  }

  #refuse(error: unknown): TidingsError {
    return toJournalError(error, this.connection.address)
  }

  #nextLook(): Promise<void> {
    this.#pause ??= sleep(pauseMs).finally(() => {
      this.#pause = undefined
    })
    return this.#pause
  }

  #giveUp(pending: Pending): void {
    const { address, lastError } = this.connection
    const cause = pending.error ?? (this.connection.state() === 'ready' ? undefined : lastError)
    const reason = cause === undefined ? '' : ` (${messageOf(cause)})`
    const message = `Redis at ${address} has not answered within ${this.#timeoutMs} ms${reason}.`
    pending.reject(new TidingsError('ERR_JOURNAL_UNAVAILABLE', message, cause === undefined ? {} : { cause }))
    this.#settle(pending)
  }

  #settle(pending: Pending): void {
    pending.isSettled = true
    this.#timeouts.stop(pending, this.#timeoutMs)
  }
}
