// The test runner that a suite is registered with.

/** The two functions of a test runner that a suite calls: those of vitest, `node:test`, `bun:test` and others fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly test: (name: string, body: () => Promise<void>) => unknown
}
