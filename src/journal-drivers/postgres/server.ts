// Runs statements on a pool of Postgres with a deadline, also when the connection is lost or silent.
import { TidingsError } from '../../base/index.ts'
import { isOutside, isTransient, toJournalError } from './error.ts'
import {
  addressOf,
  checkConnection,
  type PostgresClient,
  type PostgresPool,
  type PostgresQueries,
  type PostgresRow,
} from './pool.ts'

const noAnswer = 'did not answer within timeoutMs'
const noConnection = 'was not reached: its pool had no free connection within timeoutMs'

/** Called before a statement is sent, with the id of the server process that will run it, if it is known. */
export type OnSend = (processId: number | undefined) => void

/** Pools that have a listener for their 'error' already: journals may share one. */
const observed = new WeakSet<PostgresPool>()

/**
 * The Postgres server that a pool connects to. Every method settles by its deadline, a time of `performance.now()`, and
 * rejects with the errors of the journal contract.
 */
export class PostgresServer {
  readonly #pool: PostgresPool
  readonly #address: string

  constructor(pool: PostgresPool) {
    this.#pool = pool
    this.#address = addressOf(pool)
    if (observed.has(pool)) return
    observed.add(pool)
    // The pool replaces an idle connection that was lost; without a listener, its 'error' would end the process.
    pool.on('error', ignore)
  }

  /**
   * Runs one statement; without `values`, `text` may be several, which run as one transaction. `onSend` is called before it is
   * sent, which may happen again, with the id of the server process.
   */
  async query(
    deadline: number,
    text: string,
    values?: unknown[],
    onSend: OnSend = ignore,
  ): Promise<readonly PostgresRow[]> {
    for (;;) {
      const client = await this.connect(deadline)
      try {
        onSend(client.processID ?? undefined)
        const { rows } = await this.#withDeadline(deadline, client.query(text, values), noAnswer)
        release(client)
        return rows
      } catch (error) {
        // After a timeout, the connection is closed: it is still busy with the statement.
        release(client, error instanceof TidingsError)
        if (!isTransient(error) || performance.now() >= deadline) throw toJournalError(error, this.#address)
      }
    }
  }

  /** Runs one statement on a connection of the caller, which may be in a transaction. */
  async queryOn(
    client: PostgresQueries,
    deadline: number,
    text: string,
    values: unknown[] = [],
  ): Promise<readonly PostgresRow[]> {
    try {
      return (await this.#withDeadline(deadline, client.query(text, values), noAnswer)).rows
    } catch (error) {
      throw toJournalError(error, this.#address)
    }
  }

  /**
   * Checks that a transaction is under way on a connection of the caller. Its client knows what the server has said last;
   * where that is no transaction, or it does not know, the server is asked: `begin` may be on its way.
   *
   * @throws TidingsError `ERR_OPTION` if there is none
   */
  async checkTransaction(client: PostgresQueries, deadline: number): Promise<void> {
    if (/^[TE]$/.test(client.getTransactionStatus?.() ?? '')) return
    try {
      // Refused outside of a transaction, which no expression of SQL tells.
      await this.queryOn(client, deadline, 'savepoint tidings_within')
      await this.queryOn(client, deadline, 'release savepoint tidings_within')
    } catch (error) {
      if (!isOutside(error)) throw error
      const problem =
        'No transaction is under way on the client of within(): send `begin` first, and `commit` at the end.'
      throw new TidingsError('ERR_OPTION', problem, { cause: error })
    }
  }

  /** Takes a connection from the pool; return it with {@link release}. */
  async connect(deadline: number): Promise<PostgresClient> {
    try {
      // After the deadline nothing is sent: the call is reported as failed. A connection that comes late is released.
      if (performance.now() >= deadline) throw this.#timeoutError(noConnection)
      const connecting = this.#pool.connect()
      const client = await this.#withDeadline(deadline, connecting, noConnection, (late) => late.release())
      checkConnection(client)
      // The pool has no 'error' listener on a connection that it has handed out.
      client.on('error', ignore)
      return client
    } catch (error) {
      throw toJournalError(error, this.#address)
    }
  }

  async #withDeadline<Result>(
    deadline: number,
    promise: Promise<Result>,
    problem: string,
    onLate: (late: Result) => void = ignore,
  ): Promise<Result> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const timeout = new Promise<never>((_, reject) => {
      const giveUp = (): void => {
        reject(this.#timeoutError(problem))
        promise.then(onLate, ignore)
      }
      timer = setTimeout(giveUp, Math.max(0, deadline - performance.now()))
    })
    try {
      return await Promise.race([promise, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  #timeoutError(problem: string): TidingsError {
    return new TidingsError('ERR_JOURNAL_UNAVAILABLE', `Postgres at ${this.#address} ${problem}.`)
  }
}

/** Returns a connection to its pool, or closes it if `discard` is true. */
export function release(client: PostgresClient, discard = false): void {
  client.release(discard)
  client.removeListener('error', ignore)
}

/** The milliseconds until the deadline, for a timeout in the database. At least 1, because 0 means no timeout there. */
export function waitMs(deadline: number): number {
  return Math.max(1, Math.ceil(deadline - performance.now()))
}

function ignore(): void {}
