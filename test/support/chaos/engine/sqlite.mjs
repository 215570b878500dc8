// A SQLite file as the engine of a chaos run.
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'

export async function startSqlite() {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-chaos-'))
  const file = join(folder, 'events.db')
  const copy = join(folder, 'copy.db')
  let locked
  return {
    at: file,
    /** Its processes are those of the nodes: they end before the file is replaced. */
    isEmbedded: true,
    /** Nobody can write meanwhile. */
    suspend: () => {
      locked = open(file)
      locked.exec('BEGIN IMMEDIATE')
    },
    resume: () => {
      locked.exec('ROLLBACK')
      locked.close()
    },
    flush: () => using(file, 'BEGIN IMMEDIATE; DELETE FROM tidings_event; DELETE FROM tidings_log; COMMIT'),
    takeSnapshot: async () => {
      using(file, `VACUUM INTO '${copy}'`)
      return async () => {
        for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
        renameSync(copy, file)
      }
    },
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

function using(file, statements) {
  const database = open(file)
  try {
    database.exec(statements)
  } finally {
    database.close()
  }
}

function open(file) {
  const database = new Database(file)
  database.exec('PRAGMA busy_timeout = 5000')
  return database
}
