import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const denoFlags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

async function reportOf(command: string, flags: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(command, [...flags, 'test/support/server-life/addresses.mjs'], {
    cwd: root,
  })
  return JSON.parse(stdout)
}

const expected = {
  sixUrl: expect.stringMatching(/^http:\/\/\[::1\]:\d+$/),
  sixAnswer: 'Hello ::1',
  unixUrl: true,
  unixAnswer: 'Hello undefined',
  isLeft: false,
}
const title =
  "an IPv6 address is the client's, and stands in brackets; a Unix socket has none, and is removed at the end"

test(`on Node ${title}`, async () => {
  expect(await reportOf(process.execPath, [])).toEqual(expected)
})

describe.each([
  ['bun', []],
  ['deno', denoFlags],
] as const)('on %s', (name, flags) => {
  describeWith(name, 'addresses', () => {
    test(title, async () => {
      expect(await reportOf(pathOf(name), flags)).toEqual(expected)
    })
  })
})
