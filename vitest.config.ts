import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

// `fast` needs nothing but Node; `full` starts browsers, proxies, other runtimes and processes (test/**/*.real.test.ts).
const shared = {
  resolve: {
    alias: {
      '#decode': source('sse/node/decode.ts'),
      '#extras': source('client/extras/full.ts'),
      '#runtime': source('adapters/node/index.ts'),
    },
  },
}

// Deadlines of tests that would never end, not measures of speed: a machine may be twenty times as busy as it is wide.
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 30_000, interval: 5 } } }

export default defineConfig({
  test: {
    // Left out, one core waits: on two cores 118 s instead of 74.
    maxWorkers: '100%',
    projects: [
      {
        ...shared,
        test: { ...patience, name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/**/*.real.test.ts'] },
      },
      {
        ...shared,
        test: {
          ...patience,
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
})
