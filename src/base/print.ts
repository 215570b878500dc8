// Errors that nobody is left to be told of.

/** Prints what was thrown, unless it cannot even be looked at. Never throws. */
export function print(error: unknown): void {
  try {
    console.error(error)
  } catch {
    console.error('What was thrown cannot be printed.')
  }
}
