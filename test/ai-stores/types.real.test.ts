// Whether our stores are what the packages take, by their own types.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeWith } from '../support/component/component.ts'

describeWith('chat-clients', 'tidings/ai/stores', () => {
  test('the stores fit the types of the packages that take them', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions', '--ignoreConfig']
    const target = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom,dom.asynciterable']
    const files = ['--types', 'node', 'test/ai-stores/types/stores.ts']
    const compiler = 'node_modules/typescript/bin/tsc'
    const { stdout } = spawnSync(process.execPath, [compiler, ...options, ...target, ...files], {
      cwd: root,
      encoding: 'utf8',
    })
    expect(stdout).toBe('')
  })
})
