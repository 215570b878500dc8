import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { describeWith, pathOf } from '../support/component/component.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const denoFlags = ['run', '--allow-all', '--no-lock', '--node-modules-dir=manual', '--cached-only']

const failed = [500, '']
const answers = {
  '/throws': failed,
  '/rejects': failed,
  '/throws-nothing': failed,
  '/unprintable': failed,
  '/nothing': failed,
  '/text': failed,
  '/json': [201, '{"made":true}'],
  '/framed': [200, 'framed'],
}

describe.each([
  ['bun', []],
  ['deno', denoFlags],
] as const)('a fetch function that is not a server’s, on %s', (name, flags) => {
  describeWith(name, 'as `serve` calls it', () => {
    test('shows nothing of its errors, frames nothing, and gets bodies of any size', async () => {
      const command = [...flags, 'test/support/server-life/foreign.mjs']
      const { stdout } = await promisify(execFile)(pathOf(name), command, { cwd: root })
      const report = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      expect(report.answers).toEqual(answers)
      // What asks for it is the client, whose connection the runtime closes.
      expect(report.framed.filter((line: string) => line !== 'connection: close')).toEqual(['x-own: 1'])
      expect(report.passed).toEqual(['compressed', 'compressed', 'compressed'])
      expect(report.large).toEqual([200, String(130 * 1024 * 1024)])
    })
  })
})
