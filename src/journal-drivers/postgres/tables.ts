// The journal's tables: asked, and created when they are missing.
import { isMissing } from './error.ts'
import { nameTables, type PostgresNames, type PostgresNaming } from './name.ts'
import type { PostgresQueries, PostgresRow } from './pool.ts'
import { postgresSchema } from './schema.ts'
import type { PostgresServer } from './server.ts'

/** Statements on the tables of one journal; rejections and deadlines are those of {@link PostgresServer}. */
export class PostgresTables {
  readonly names: PostgresNames
  readonly #server: PostgresServer
  readonly #schema: string
  readonly #mayCreate: boolean
  #creating: Promise<unknown> | undefined
  #areThere = false

  constructor(server: PostgresServer, naming: PostgresNaming, mayCreate: boolean) {
    this.names = nameTables(naming)
    this.#server = server
    this.#schema = postgresSchema(naming)
    this.#mayCreate = mayCreate
  }

  /** Runs one statement. Whether the tables are there is not asked before: it shows, and they may be dropped at any time. */
  async ask(deadline: number, text: string, values: unknown[]): Promise<readonly PostgresRow[]> {
    try {
      return await this.#server.ask(deadline, text, values)
    } catch (error) {
      if (!this.#mayCreate || !(error instanceof Error) || !isMissing(error.cause)) throw error
      await this.#create(deadline)
      return await this.#server.ask(deadline, text, values)
    }
  }

  /** Runs one statement in the transaction of `client`. Here a missing table would spoil it: so it is asked for before. */
  async askWithin(
    client: PostgresQueries,
    deadline: number,
    text: string,
    values: unknown[],
  ): Promise<readonly PostgresRow[]> {
    if (this.#mayCreate && !this.#areThere) {
      // Not for the function: in this transaction, Postgres would remember that there is none.
      const question = 'select to_regclass($1) is not null as is_there'
      const [row] = await this.#server.askOn(client, deadline, question, [this.names.log])
      if (row?.['is_there'] !== true) await this.#create(deadline)
      this.#areThere = true
    }
    return this.#server.askOn(client, deadline, text, values)
  }

  async #create(deadline: number): Promise<void> {
    this.#creating ??= this.#server.ask(deadline, this.#schema).finally(() => {
      this.#creating = undefined
    })
    await this.#creating
  }
}
