import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

// `fast` needs nothing but Node; `full` starts browsers, proxies, other runtimes and processes (test/**/*.real.test.ts).
const shared = {
  resolve: { alias: { '#decode': source('sse/node/decode.ts'), '#runtime': source('adapters/node/index.ts') } },
}

export default defineConfig({
  test: {
    // Left out, one core waits: on two cores 118 s instead of 74.
    maxWorkers: '100%',
    projects: [
      { ...shared, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/**/*.real.test.ts'] } },
      {
        ...shared,
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
