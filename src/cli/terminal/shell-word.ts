// Words of a command line that people copy.
import { escapeControls } from './visible.ts'

/** A word as a shell takes it; one with control characters as bash and zsh do. */
export function quoteForShell(word: string): string {
  const visible = escapeControls(word.replace(/[\\']/g, '\\$&'))
  if (escapeControls(word) !== word) return `$'${visible}'`
  return /^[\w.:@%+,/=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
