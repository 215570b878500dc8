// The part of the API of `pg` that the journal uses.
import { describeValue, TidingsError } from '../../base/index.ts'

/** An object that runs statements: a client of `pg`. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly PostgresRow[] }>
  /** What the server has said last of the transaction: `T` or `E` if one is under way. Older versions of `pg` do not know. */
  getTransactionStatus?(): string | null
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

/** Checks that a pool is one. @throws TidingsError `ERR_OPTION` for anything else, such as a url, or a client of Redis */
export function checkPool(pool: unknown): void {
  // A client of Redis has both methods, and so has a single Client of pg.
  const isPool = hasMethods(pool, ['connect', 'on']) && !hasMethods(pool, ['sendCommand']) && !('processID' in pool)
  if (isPool) return
  throw new TidingsError('ERR_OPTION', `postgresJournal() needs a Pool of pg, not ${describeClient(pool)}.`)
}

/**
 * Checks that what a pool has handed out is a connection, before anything is asked of it.
 *
 * @throws TidingsError `ERR_OPTION` for that of another engine
 */
export function checkConnection(client: unknown): void {
  if (hasMethods(client, ['query', 'on', 'release'])) return
  throw new TidingsError(
    'ERR_OPTION',
    `postgresJournal() needs a Pool of pg: its connect() gave ${describeValue(client)}, and no connection.`,
  )
}

/**
 * Checks that a client can run statements, and one after the other on one connection.
 *
 * @throws TidingsError `ERR_OPTION` for one of another engine, and for a pool
 */
export function checkClient(client: unknown): void {
  if (!hasMethods(client, ['query'])) {
    const problem = `needs the client of pg on which the transaction was begun, not ${describeClient(client)}.`
    throw new TidingsError('ERR_OPTION', `within() ${problem}`)
  }
  // What a Pool counts.
  if (!('totalCount' in client)) return
  const problem = 'cannot use a Pool, which sends each statement on another connection: pass `await pool.connect()`.'
  throw new TidingsError('ERR_OPTION', `within() ${problem}`)
}

/** A client of Redis is of a class that may have any name. */
function describeClient(value: unknown): string {
  return hasMethods(value, ['sendCommand']) ? 'a client of Redis' : describeValue(value)
}

function hasMethods(value: unknown, names: readonly string[]): value is object {
  return (
    typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'function')
  )
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
