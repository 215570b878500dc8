// postgres: a journal that stores events in Postgres.
export { postgresJournal, type PostgresJournal, type PostgresJournalOptions } from './journal.ts'
export type { PostgresNaming } from './name.ts'
export type {
  PostgresClient,
  PostgresNotification,
  PostgresPool,
  PostgresPoolOptions,
  PostgresQueries,
  PostgresRow,
} from './pool.ts'
export { postgresSchema } from './schema.ts'
export { TidingsError, type ErrorCode } from '../../base/index.ts'
