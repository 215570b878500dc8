// Waiting until replicas have what was appended.
import { checkWholeNumber, TidingsError } from '../../base/index.ts'
import type { Connection } from './connection.ts'

/** How many replicas must have an event, and how long that may take. */
export interface ReplicaWaitOptions {
  /** How many replicas. */
  readonly replicas: number
  /**
   * How long to wait for them, in milliseconds. Default 500. Redis holds the connection meanwhile: let the journal have a
   * client to itself.
   */
  readonly timeoutMs?: number | undefined
}

/** One WAIT for all appends that were answered before it is sent. */
export class ReplicaWait {
  readonly #connection: Connection
  readonly #replicas: number
  readonly #timeoutMs: number
  #current: Promise<number> | undefined
  #next: Promise<number> | undefined

  /** @throws TidingsError `ERR_OPTION` */
  constructor(connection: Connection, { replicas, timeoutMs = 500 }: ReplicaWaitOptions) {
    for (const [name, value] of Object.entries({ replicas, timeoutMs })) checkWholeNumber(`wait.${name}`, value)
    this.#connection = connection
    this.#replicas = replicas
    this.#timeoutMs = timeoutMs
  }

  /**
   * Resolves with `true` when replicas have all that was written before; with `false` when that cannot be told, since the
   * connection is another one than `generation`, and perhaps another server.
   *
   * @throws TidingsError `ERR_JOURNAL_UNAVAILABLE` when there are too few of them
   */
  async confirm(generation: number): Promise<boolean> {
    const count = await this.#nextCount()
    if (this.#connection.generation !== generation) return false
    if (count >= this.#replicas) return true
    throw new TidingsError(
      'ERR_JOURNAL_UNAVAILABLE',
      `The event is kept by Redis at ${this.#connection.address}, but ${count} of ${this.#replicas} replicas have it after ` +
        `${this.#timeoutMs} ms. Append it again with the same key to wait for them again.`,
    )
  }

  /** One that is under way may have been sent too early: it does not count for who comes now. */
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
