// postgres: the journal in Postgres.
export {}
