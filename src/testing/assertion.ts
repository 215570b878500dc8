// The few assertions that the suites need: no test runner's own, so that they run on any.

/**
 * Fails the case when something does not hold.
 *
 * @throws Error with `message` when it does not hold.
 */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message)
}

/** Compares as JSON, so that a missing property and one that is `undefined` are the same. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)]
  assert(found === wanted, `${what}: expected ${shorten(wanted)}, found ${shorten(found)}.`)
}

/** Resolves with the rejection's code; fails when the promise resolves, or rejects with an error without a code. */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<string> {
  try {
    await promise
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
    assert(typeof code === 'string', `${what}: rejected with ${String(error)}, which is no error with a code.`)
    return code
  }
  throw new Error(`${what}: resolved, and should have been rejected.`)
}

/** Fails unless the promise rejects with an error that has this code. */
export async function assertRejects(promise: Promise<unknown>, code: string, what: string): Promise<void> {
  assertEqual(await rejectionOf(promise, what), code, what)
}

/** Resolves once `holds` does; it is asked again and again, for at most `withinMs`. */
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

/** Properties in the order of their names. */
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
