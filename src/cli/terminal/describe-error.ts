// Errors, in a line for people.

/** What went wrong, with the causes that say more. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Some messages say already what their cause says.
  const cause =
    error.cause instanceof Error && !error.message.includes(error.cause.message)
      ? `: ${describeError(error.cause)}`
      : ''
  return cause === '' ? error.message.replace(/(?<![.?!])$/, '.') : error.message.replace(/\.$/, '') + cause
}
