// Errors, in a line for people.
import { escapeControls } from './visible.ts'

/** What went wrong, with the causes that say more. Parts of it may be a server's: its control characters are written out. */
export function describeError(error: unknown): string {
  return escapeControls(sentenceOf(error))
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Some messages say already what their cause says.
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message) ? `: ${sentenceOf(error.cause)}` : ''
  return cause === '' ? error.message.replace(/(?<![.?!])$/, '.') : error.message.replace(/\.$/, '') + cause
}
