// postgres: the journal in Postgres.
export { postgresJournal, type PostgresJournal, type PostgresJournalOptions } from './postgres-journal.ts'
export type { PostgresNaming } from './postgres-name.ts'
export type {
  PostgresClient,
  PostgresNotification,
  PostgresPool,
  PostgresPoolOptions,
  PostgresQueries,
  PostgresRow,
} from './postgres-pool.ts'
export { postgresSchema } from './postgres-schema.ts'
export { TidingsError, type ErrorCode } from '../../base/index.ts'
