// The example of tests is run as its reader would run it.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('25: its tests pass, and those of eight hours take none', async () => {
  const example = fileURLToPath(new URL('../../examples/25-testing.mjs', import.meta.url))
  const env = { PATH: process.env['PATH'] }
  const { stdout } = await promisify(execFile)(process.execPath, ['--test-reporter=tap', example], { env })
  expect(stdout).toMatch(/^# pass 3\n# fail 0$/m)
})
