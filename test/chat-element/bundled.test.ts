// What bundlers make of the element where a package for Markdown is not installed.
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('esbuild bundles the element without the packages for Markdown', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-bundled-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of ['dist', 'package.json']) cpSync(join(root, name), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'page.js'), "import './dist/chat-element/index.js'")
  const { errors, outputFiles } = await build({
    entryPoints: [join(folder, 'page.js')],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  })
  expect(errors).toEqual([])
  expect(outputFiles[0]?.text).toContain('import("marked")')
})
