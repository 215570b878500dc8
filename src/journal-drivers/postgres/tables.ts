// Statements on the journal's tables, whose place and version are looked up first, and which are created when they are missing.
import { TidingsError } from '../../base/index.ts'
import { isForbidden, isLocked, isMissing } from './error.ts'
import { nameTables, schemaVersion, type PostgresNames, type PostgresNaming } from './name.ts'
import type { PostgresQueries, PostgresRow } from './pool.ts'
import { completenessOf, createStatement, pathStatement, stateStatement } from './schema.ts'
import { waitMs, type OnSend, type PostgresServer } from './server.ts'

/** A statement on the tables. */
export type Statement = (names: PostgresNames) => string

/** Runs statements on the tables of one journal, with the deadlines and errors of {@link PostgresServer}. */
export class PostgresTables {
  readonly #server: PostgresServer
  readonly #prefix: string | undefined
  readonly #mayCreate: boolean
  /** Looked up once if it is not an option: the `search_path` of a connection may be changed at any time. */
  #schema: string | undefined
  #names: PostgresNames | undefined
  #preparing: Promise<PostgresNames> | undefined

  constructor(server: PostgresServer, { schema, prefix }: PostgresNaming, mayCreate: boolean) {
    this.#server = server
    this.#schema = schema
    this.#prefix = prefix
    this.#mayCreate = mayCreate
  }

  /** Runs one statement; if the tables were dropped since they were last used, creates them and runs it again. */
  async query(
    deadline: number,
    statement: Statement,
    values: unknown[],
    onSend?: OnSend,
  ): Promise<readonly PostgresRow[]> {
    const names = this.#names ?? (await this.#prepare(deadline))
    try {
      return await this.#server.query(deadline, statement(names), values, onSend)
    } catch (error) {
      if (!(error instanceof Error) || !isMissing(error.cause)) throw error
      return await this.#server.query(deadline, statement(await this.#prepare(deadline)), values, onSend)
    }
  }

  /** Runs one statement in the transaction of `client`. A missing table would abort it, and is looked for first. */
  async queryWithin(
    client: PostgresQueries,
    deadline: number,
    statement: Statement,
    values: unknown[],
  ): Promise<readonly PostgresRow[]> {
    await this.#server.checkTransaction(client, deadline)
    const names = this.#names ?? (await this.#prepareWithin(client, deadline))
    return this.#server.queryOn(client, deadline, statement(names), values)
  }

  /** Looks for the tables on the connection of the caller: the pool may have no other. Creates nothing on it. */
  async #prepareWithin(client: PostgresQueries, deadline: number): Promise<PostgresNames> {
    if (this.#schema === undefined) {
      const [path] = await this.#server.queryOn(client, deadline, pathStatement)
      if (path?.['is_default_path'] !== true) return this.#prepare(deadline)
    }
    const [row] = await this.#server.queryOn(client, deadline, this.#stateStatement, [this.#schema])
    return row?.['is_complete'] === true ? this.#place(row) : this.#prepare(deadline)
  }

  #prepare(deadline: number): Promise<PostgresNames> {
    this.#preparing ??= this.#findOrCreate(deadline).finally(() => {
      this.#preparing = undefined
    })
    return this.#preparing
  }

  async #findOrCreate(deadline: number): Promise<PostgresNames> {
    const [row] = await this.#server.query(deadline, this.#stateStatement, [this.#schema])
    if (row === undefined) throw this.#schemaError()
    const names = this.#place(row)
    if (row['is_complete'] === true) return names
    if (Number(row['version']) > schemaVersion) throw unavailable(newerVersion)
    if (!this.#mayCreate) throw unavailable(row['version'] === null ? noTables : olderVersion)
    await this.#create(deadline, names)
    return names
  }

  #place(row: PostgresRow): PostgresNames {
    this.#schema = String(row['schema'])
    this.#names = nameTables({ schema: this.#schema, prefix: this.#prefix })
    return this.#names
  }

  async #create(deadline: number, names: PostgresNames): Promise<void> {
    const isComplete = completenessOf({ schema: this.#schema, prefix: this.#prefix })
    for (;;) {
      try {
        await this.#server.query(deadline, createStatement(names, isComplete, waitMs(deadline)))
        return
      } catch (error) {
        if (isLocked(error) && performance.now() < deadline) continue
        if (!isForbidden(error)) throw error
        throw unavailable(`${String(error)}: run the statements of postgresSchema() as the owner of the tables.`, error)
      }
    }
  }

  get #stateStatement(): string {
    return stateStatement(this.#prefix)
  }

  #schemaError(): TidingsError {
    if (this.#schema !== undefined) return unavailable(`The schema "${this.#schema}" does not exist in Postgres.`)
    return unavailable('No schema of the search_path exists in Postgres: set the option schema.')
  }
}

const noTables = 'The tables of the journal do not exist: run the statements of postgresSchema(), or set createTables.'
const olderVersion = `The tables of the journal are of an older version of this library: run the statements of postgresSchema() again.`
const newerVersion = `The tables of the journal are of a newer version of this library, which has removed the functions of this one.`

function unavailable(message: string, cause?: unknown): TidingsError {
  return new TidingsError('ERR_JOURNAL_UNAVAILABLE', message, { cause })
}
