// Asking Postgres within bounded time, whatever becomes of the connection.
import { TidingsError } from '../../base/index.ts'
import { isPassing, toJournalError } from './error.ts'
import { addressOf, type PostgresClient, type PostgresPool, type PostgresQueries, type PostgresRow } from './pool.ts'

const noConnection = 'could not be asked: its pool has had no connection free in time'

/** Pools that somebody listens to. */
const heard = new WeakSet<PostgresPool>()

/**
 * The server behind a pool. Everything settles by the deadline that it is given, a time of `performance.now()`, and rejects
 * with the errors of the contract.
 */
export class PostgresServer {
  readonly #pool: PostgresPool
  readonly #address: string

  constructor(pool: PostgresPool) {
    this.#pool = pool
    this.#address = addressOf(pool)
    if (heard.has(pool)) return
    heard.add(pool)
    // The end of an idle connection is the pool's own business; its 'error' would end the process if nobody heard it.
    pool.on('error', ignore)
  }

  /** Runs one statement; without values also several, as one transaction. */
  async ask(deadline: number, text: string, values?: unknown[]): Promise<readonly PostgresRow[]> {
    for (;;) {
      const client = await this.connect(deadline)
      try {
        const { rows } = await this.#by(deadline, client.query(text, values), 'has not answered in time')
        release(client)
        return rows
      } catch (error) {
        // A connection that has not answered is of no use to anybody.
        release(client, error instanceof TidingsError)
        if (!isPassing(error) || performance.now() >= deadline) throw toJournalError(error, this.#address)
      }
    }
  }

  /** Runs one statement on a connection of the caller's, which may be in the middle of a transaction. */
  async askOn(
    client: PostgresQueries,
    deadline: number,
    text: string,
    values: unknown[] = [],
  ): Promise<readonly PostgresRow[]> {
    try {
      return (await this.#by(deadline, client.query(text, values), 'has not answered in time')).rows
    } catch (error) {
      throw toJournalError(error, this.#address)
    }
  }

  /** A connection out of the pool, to be given back with {@link release}. */
  async connect(deadline: number): Promise<PostgresClient> {
    try {
      // Whoever waited may have left: then it goes back at once, and nothing is done that was reported as failed.
      if (performance.now() >= deadline) throw this.#tooLate(noConnection)
      const lent = this.#pool.connect()
      const client = await this.#by(deadline, lent, noConnection, (late) => late.release())
      // The pool does not listen while the connection is lent.
      client.on('error', ignore)
      return client
    } catch (error) {
      throw toJournalError(error, this.#address)
    }
  }

  async #by<Result>(
    deadline: number,
    promise: Promise<Result>,
    complaint: string,
    onLate: (late: Result) => void = ignore,
  ): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tooLate = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        reject(this.#tooLate(complaint))
        promise.then(onLate, ignore)
      }
      timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()))
    })
    try {
      return await Promise.race([promise, tooLate])
    } finally {
      clearTimeout(timer)
    }
  }

  #tooLate(complaint: string): TidingsError {
    return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Postgres at ${this.#address} ${complaint}.`)
  }
}

/** Gives a connection back to its pool, or closes it. */
export function release(client: PostgresClient, discard = false): void {
  client.release(discard)
  client.removeListener('error', ignore)
}

/** What is left of the time: for the database's own clock. At least 1, because 0 is no limit there. */
export function waitMs(deadline: number): number {
  return Math.max(1, Math.ceil(deadline - performance.now()))
}

function ignore(): void {}
