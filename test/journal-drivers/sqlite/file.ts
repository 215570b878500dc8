// Files, connections and processes for the tests of the journal in SQLite.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import { onTestFinished } from 'vitest'
import {
  sqliteJournal,
  type SqliteDatabase,
  type SqliteJournalOptions,
} from '../../../src/journal-drivers/sqlite/index.ts'
import type { Journal } from '../../../src/journal/index.ts'

/** A folder that is removed with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-sqlite-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file that is not there yet. */
export function temporaryFile(): string {
  return join(temporaryFolder(), 'journal.db')
}

/** A journal that is closed with the test. */
export function open(file: string | SqliteDatabase, options?: SqliteJournalOptions): Journal {
  const journal = sqliteJournal(file, options)
  onTestFinished(() => journal.close())
  return journal
}

/** A connection as a user would hand it in. */
export function connect(file: string): SqliteDatabase & { close(): void } {
  const database = new Database(file, {})
  onTestFinished(() => {
    if (database.open) database.close()
  })
  return database
}

/** The number that a query gives as `n`. */
export function count(database: SqliteDatabase, sql: string): number {
  const row = database.prepare(sql).get()
  return typeof row === 'object' && row !== null && 'n' in row ? Number(row.n) : Number.NaN
}

/** What an appending process says of an event. */
export interface Acknowledged {
  readonly seq: number
  readonly nonce: string
  readonly data: string
}

/** A process that appends. */
export class Appender {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #output = ''
  #lines = 0
  #errors = ''
  #onLine: (() => void) | undefined

  constructor(file: string, name: string, events: number, atOnce: number) {
    const script = fileURLToPath(new URL('appender.mjs', import.meta.url))
    this.#child = spawn(process.execPath, [script, file, name, `${events}`, `${atOnce}`])
    this.#ended = once(this.#child, 'close')
    onTestFinished(() => void this.#child.kill('SIGKILL'))
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
      this.#lines += text.split('\n').length - 1
      this.#onLine?.()
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors += text
    })
  }

  /** Whole lines only: the last one may have been cut. */
  get acknowledged(): Acknowledged[] {
    return this.#output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Acknowledged)
  }

  /** Resolves when so many events are acknowledged, or the process has ended. */
  async reaches(events: number): Promise<void> {
    const reached = new Promise<void>((resolve) => {
      this.#onLine = () => {
        if (this.#lines >= events) resolve()
      }
      this.#onLine()
    })
    await Promise.race([reached, this.#ended])
  }

  /** Ends it like a loss of power does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Resolves with its exit code and what it had to complain about. */
  async end(): Promise<{ code: number | null; errors: string }> {
    await this.#ended
    return { code: this.#child.exitCode, errors: this.#errors }
  }
}
