// Waits until replicas have confirmed an append.
import { required, TidingsError, wholeNumber, type OptionChecks } from '../../base/index.ts'
import type { Connection } from './connection.ts'

/** How many replicas must confirm an append, and how long that may take. */
export interface ReplicaWaitOptions {
  /** The number of replicas that must confirm. */
  readonly replicas: number
  /**
   * How long to wait for them, in milliseconds. Default 500. `WAIT` blocks the connection meanwhile: give the journal a
   * client of its own.
   */
  readonly timeoutMs?: number | undefined
}

/** The checks of {@link ReplicaWaitOptions}. */
export const replicaChecks: OptionChecks<ReplicaWaitOptions> = {
  replicas: required(wholeNumber()),
  timeoutMs: wholeNumber(),
}

/** Confirms appends by `WAIT`: one command for all appends that were answered before it is sent. */
export class ReplicaWait {
  readonly #connection: Connection
  readonly #replicas: number
  readonly #timeoutMs: number
  #current: Promise<number> | undefined
  #next: Promise<number> | undefined

  constructor(connection: Connection, { replicas, timeoutMs = 500 }: ReplicaWaitOptions) {
    this.#connection = connection
    this.#replicas = replicas
    this.#timeoutMs = timeoutMs
  }

  /**
   * Resolves with `true` when enough replicas have all earlier writes of the connection; with `false` if that is
   * unknown, since it has reconnected after `generation`, perhaps to another server.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` if too few replicas confirm in time
   */
  async confirm(generation: number): Promise<boolean> {
    const count = await this.#nextCount()
    if (this.#connection.generation !== generation) return false
    if (count >= this.#replicas) return true
    throw new TidingsError(
      'ERR_JOURNAL_UNAVAILABLE',
      `Redis at ${this.#connection.address} stored the event, but ${count} of ${this.#replicas} replicas have it ` +
        `after ${this.#timeoutMs} ms. Append it again with the same key to wait for them again.`,
    )
  }

  /** The result of a WAIT sent from now on: one under way may have been sent before the caller's append. */
  #nextCount(): Promise<number> {
    if (this.#current === undefined) return this.#send()
    this.#next ??= this.#current.then(
      () => this.#send(),
      () => this.#send(),
    )
    return this.#next
  }

  #send(): Promise<number> {
    this.#next = undefined
    const sent = this.#connection.countReplicas(this.#replicas, this.#timeoutMs)
    this.#current = sent
    const forget = (): void => {
      if (this.#current === sent) this.#current = undefined
    }
    sent.then(forget, forget)
    return sent
  }
}
