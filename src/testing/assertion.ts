// The assertions of the suites. They are not those of a test runner, so that the suites run on any.

/**
 * Fails the test unless `holds` is true.
 *
 * @throws Error with `message` if it is not.
 */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}

/** Fails unless the values are equal as JSON: a missing property equals one that is `undefined`. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)]
  assert(found === wanted, `${what}: expected ${shorten(wanted)}, found ${shorten(found)}.`)
}

/** Resolves with the error code of a rejected promise; fails if it resolves, or if the error has no code. */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<string> {
  try {
    await promise
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
    assert(typeof code === 'string', `${what}: rejected with ${String(error)}, which has no error code.`)
    return code
  }
  throw new Error(`${what}: resolved, but should have rejected.`)
}

/** Fails unless the promise rejects with an error that has this code. */
export async function assertRejects(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  assertEqual(await rejectionOf(promise, what), code, `${what}, the error code`)
}

/** Resolves once `holds` returns true: polls it for at most `withinMs` milliseconds, then fails. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  what: string,
  withinMs = 4000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    assert(performance.now() < deadline, `Not within ${withinMs} ms: ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** JSON with the properties of each object sorted by name. */
function canonical(value: unknown): string {
  return JSON.stringify(value, withSortedProperties) ?? String(value)
}

function withSortedProperties(_: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
  return Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function shorten(text: string): string {
  return text.length <= 2000 ? text : `${text.slice(0, 2000)}... (${text.length} characters)`
}
