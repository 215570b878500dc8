// A real pino that writes into memory.
import { pino } from 'pino'
import type { Log } from '../../../src/observe/index.ts'

/** A line of pino's, parsed, without its time, process and host. */
export type Line = Readonly<Record<string, unknown>>

/** A logger, the log for it as the documents show it, and its lines so far. */
export function logInto(level = 'debug'): { readonly log: Log; readonly lines: Line[] } {
  const lines: Line[] = []
  const write = (text: string): void => void lines.push(JSON.parse(text) as Line)
  const logger = pino(
    { level, base: null, timestamp: false, formatters: { level: (label) => ({ level: label }) } },
    { write },
  )
  return { log: ({ level: of, message, ...fields }) => logger[of](fields, message), lines }
}
