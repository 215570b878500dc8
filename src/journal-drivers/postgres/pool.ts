// The part of the API of `pg` that the journal uses.
import { describeValue, TidingsError } from '../../base/index.ts'

/** An object that runs statements: a client of `pg`. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly PostgresRow[] }>
}

/** A row of a result. */
export interface PostgresRow {
  readonly [column: string]: unknown
}

/** A connection from the pool: a `PoolClient` of `pg`. */
export interface PostgresClient extends PostgresQueries {
  /** The id of the server process of this connection, if it is known. */
  readonly processID?: number | null
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown
  on(event: 'notification', listener: (message: PostgresNotification) => void): unknown
  removeListener(event: 'error', listener: (error?: Error) => void): unknown
  /** Returns the connection to the pool; `true` closes it instead. */
  release(discard?: boolean): void
}

/** A notification that a connection with LISTEN receives. */
export interface PostgresNotification {
  readonly channel: string
  /** The id of the server process that has sent it. */
  readonly processId?: number | undefined
  readonly payload?: string | undefined
}

/** A connection pool: a `Pool` of `pg`. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  on(event: 'error', listener: (error: Error) => void): unknown
  /** The options that the pool was created with: error messages contain the address from them. */
  readonly options?: PostgresPoolOptions
}

/** Checks that a pool is one. @throws TidingsError `ERR_OPTION` for anything else, such as a url */
export function checkPool(pool: unknown): void {
  if (typeof pool === 'object' && pool !== null && 'connect' in pool && 'on' in pool) return
  throw new TidingsError('ERR_OPTION', `postgresJournal() needs a Pool of pg, not ${describeValue(pool)}.`)
}

/** The address of the server that a pool connects to. */
export interface PostgresPoolOptions {
  /** The server's host name, or the folder of its socket. */
  readonly host?: string | undefined
  /** The server's port. */
  readonly port?: number | undefined
  /** The address as a url, which takes precedence over `host` and `port`. */
  readonly connectionString?: string | undefined
}

/** The `host:port` of the server, by the rules of `pg`; never the user, the password or the database. */
export function addressOf({ options = {} }: PostgresPool): string {
  const { connectionString = '' } = options
  const url = URL.canParse(connectionString) ? new URL(connectionString) : undefined
  const host = url?.hostname || url?.searchParams.get('host') || options.host || process.env['PGHOST'] || 'localhost'
  const port = url?.port || options.port || process.env['PGPORT'] || 5432
  return `${host}:${port}`
}
