import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const denoFlags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

const expected = {
  isPrompt: true,
  firstRest: expect.stringMatching(/^retry: \d+\n$/),
  firstRefused: true,
  openStreams: 1,
  secondAnswers: 'plain',
  secondStreams: 200,
  secondRest: expect.stringMatching(/^retry: \d+\n$/),
  openAfterwards: 0,
  again: 200,
}

describe.each([
  ['bun', []],
  ['deno', denoFlags],
] as const)('two handles on %s', (name, flags) => {
  describeWith(name, 'closed one after the other', () => {
    test('each ends its own streams, and leaves the server to the other and to a later one', async () => {
      const command = [...flags, 'test/support/server-life/handles.mjs']
      const { stdout } = await promisify(execFile)(pathOf(name), command, { cwd: root })
      expect(JSON.parse(stdout)).toEqual({ own: expected, wrapped: expected })
    })
  })
})
