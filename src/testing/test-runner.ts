// The test runner that a suite is registered with.

/** The two functions that the suite needs of a test runner: those of vitest, `node:test`, `bun:test` and others fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown
  readonly test: (name: string, body: () => Promise<void>) => unknown
}
