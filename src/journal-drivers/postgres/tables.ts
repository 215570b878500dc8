// Statements on the journal's tables, which are created when they are missing.
import { isMissing } from './error.ts'
import { nameTables, type PostgresNames, type PostgresNaming } from './name.ts'
import type { PostgresQueries, PostgresRow } from './pool.ts'
import { postgresSchema } from './schema.ts'
import type { PostgresServer } from './server.ts'

/** Runs statements on the tables of one journal, with the deadlines and errors of {@link PostgresServer}. */
export class PostgresTables {
  readonly names: PostgresNames
  readonly #server: PostgresServer
  readonly #schema: string
  readonly #mayCreate: boolean
  #creating: Promise<unknown> | undefined
  #haveTables = false

  constructor(server: PostgresServer, naming: PostgresNaming, mayCreate: boolean) {
    this.names = nameTables(naming)
    this.#server = server
    this.#schema = postgresSchema(naming)
    this.#mayCreate = mayCreate
  }

  /**
   * Runs one statement; if a table is missing, creates the tables and runs it again. Checking first would cost a round
   * trip and prove nothing: the tables may be dropped at any time.
   */
  async query(deadline: number, text: string, values: unknown[]): Promise<readonly PostgresRow[]> {
    try {
      return await this.#server.query(deadline, text, values)
    } catch (error) {
      if (!this.#mayCreate || !(error instanceof Error) || !isMissing(error.cause)) throw error
      await this.#create(deadline)
      return await this.#server.query(deadline, text, values)
    }
  }

  /** Runs one statement in the transaction of `client`. A missing table would abort it, and is checked for first. */
  async queryWithin(
    client: PostgresQueries,
    deadline: number,
    text: string,
    values: unknown[],
  ): Promise<readonly PostgresRow[]> {
    if (this.#mayCreate && !this.#haveTables) {
      // Checks the table, not the function: in this transaction, Postgres would remember that the function is missing.
      const question = 'select to_regclass($1) is not null as table_exists'
      const [row] = await this.#server.queryOn(client, deadline, question, [this.names.log])
      if (row?.['table_exists'] !== true) await this.#create(deadline)
      this.#haveTables = true
    }
    return this.#server.queryOn(client, deadline, text, values)
  }

  async #create(deadline: number): Promise<void> {
    this.#creating ??= this.#server.query(deadline, this.#schema).finally(() => {
      this.#creating = undefined
    })
    await this.#creating
  }
}
