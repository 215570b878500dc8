// What is logged, and the way to whatever logs it.
import { required, typed } from '../base/index.ts'

/** How much a record matters. Loggers have a method of this name. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One thing that has happened, for a logger. */
export interface LogRecord {
  readonly level: LogLevel
  /** What has happened, always in the same words: `answered`, `stream opened`, `stream ended`, `shutting down` or `failed`. */
  readonly message: string
  /** What it happened to, such as `requestId`, `method`, `path`, `route`, `status`, `outcome`. */
  readonly [field: string]: unknown
}

/**
 * Passes a record to a logger: `({ level, message, ...fields }) => logger[level](fields, message)` for pino and its kin. It is
 * called in the turn in which something happens, and should be quick.
 */
export type Log = (record: LogRecord) => void

/** Checks what `name` was called with as its log. */
export function checkLog(name: string, log: unknown): void {
  required(typed('function'))(`${name}: log`, log)
}

/** Logs a record. What `log` throws, or rejects with, goes to `onFailure`. */
export function write(log: Log, record: LogRecord, onFailure: (error: unknown) => void): void {
  try {
    const result: unknown = log(record)
    if (result instanceof Promise) result.catch(onFailure)
  } catch (error) {
    onFailure(error)
  }
}
