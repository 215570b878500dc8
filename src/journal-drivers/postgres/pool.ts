// The little of `pg` that the journal calls.

/** What takes statements: a client of `pg`. */
export interface PostgresQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: readonly PostgresRow[] }>
}

/** A row of an answer. */
export interface PostgresRow {
  readonly [column: string]: unknown
}

/** A connection out of the pool: a `PoolClient` of `pg`. */
export interface PostgresClient extends PostgresQueries {
  on(event: 'error' | 'end', listener: (error?: Error) => void): unknown
  on(event: 'notification', listener: (message: PostgresNotification) => void): unknown
  removeListener(event: 'error', listener: (error?: Error) => void): unknown
  /** `true` closes the connection. */
  release(discard?: boolean): void
}

/** What LISTEN hears. */
export interface PostgresNotification {
  readonly channel: string
  readonly payload?: string | undefined
}

/** The user's connections: a `Pool` of `pg`. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>
  on(event: 'error', listener: (error: Error) => void): unknown
  /** What it was made with, for messages. */
  readonly options?: PostgresPoolOptions
}

/** Where the pool's connections lead. */
export interface PostgresPoolOptions {
  /** The server's host name, or the folder of its socket. */
  readonly host?: string | undefined
  /** The server's port. */
  readonly port?: number | undefined
  /** All of it as a url, which goes before the others. */
  readonly connectionString?: string | undefined
}

/** `host:port`, found as `pg` finds it; never the user, the password or the database. */
export function addressOf({ options = {} }: PostgresPool): string {
  const { connectionString = '' } = options
  const url = URL.canParse(connectionString) ? new URL(connectionString) : undefined
  const host = url?.hostname || url?.searchParams.get('host') || options.host || process.env['PGHOST'] || 'localhost'
  const port = url?.port || options.port || process.env['PGPORT'] || 5432
  return `${host}:${port}`
}
