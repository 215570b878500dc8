// Scalar's page in a real browser, and its package as each runtime finds it.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import express from 'express'
import { chromium } from 'playwright-core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { toNodeHandler } from '../../src/adapters/node/index.ts'
import { Server } from '../../src/adapters/server.ts'
import { referencePage } from '../../src/openapi/index.ts'
import { describeWith, pathOf } from '../support/component/component.ts'
import { taskRoutes } from '../support/openapi/task-routes.ts'

const standalone = '../../openapi-tools/node_modules/@scalar/api-reference/dist/browser/standalone.js'
const readScript = (): string => readFileSync(new URL(standalone, import.meta.url), 'utf8')

/** Mounts a server with its reference at `/api` of an Express app. Resolves with the app's origin. */
async function mount(path: string): Promise<string> {
  const server = new Server(taskRoutes)
  server.use(referencePage(server, { info: { title: 'Tasks', version: '1.0.0' }, path, script: readScript }))
  const host = createServer(express().use('/api', toNodeHandler(server))).listen(0, '127.0.0.1')
  onTestFinished(() => {
    host.closeAllConnections()
    host.close()
  })
  await once(host, 'listening')
  return `http://127.0.0.1:${(host.address() as AddressInfo).port}`
}

describeWith('openapi-tools', 'the reference in a page', () => {
  describeWith('chromium', 'of Chromium', () => {
    test.each(['/reference', '/reference/', '/docs/of/tasks'])(
      'at %s below a mount shows the routes, asks nobody else for anything, and keeps to its policy',
      async (asked) => {
        const origin = await mount(asked.replace(/\/$/, ''))
        const args = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking']
        const browser = await chromium.launch({ executablePath: pathOf('chromium'), args })
        onTestFinished(() => browser.close())
        const page = await browser.newPage()
        const urls: string[] = []
        const complaints: string[] = []
        page.on('request', (request) => urls.push(request.url()))
        page.on('pageerror', (error) => complaints.push(error.message))
        page.on('console', (message) => {
          if (message.type() === 'error') complaints.push(message.text())
        })
        await page.goto(`${origin}/api${asked}`)
        await page.getByText('/tasks/{id}').first().waitFor()
        await page.getByText(`${origin}/api`, { exact: true }).first().waitFor()
        await page.getByText('Powered by Scalar').first().waitFor()
        await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
        expect(new Set(urls.map((url) => new URL(url).origin))).toEqual(new Set([origin]))
        expect(complaints).toEqual([])
      },
    )
  })
})

/** A folder of an application with a package of this name, and a program that prints what it finds. */
async function application(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-reference-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const packaged = join(folder, 'node_modules/@scalar/api-reference')
  mkdirSync(join(packaged, 'dist/browser'), { recursive: true })
  const exports = { '.': { import: './dist/index.js', default: './dist/index.js' } }
  const manifest = { name: '@scalar/api-reference', version: '1.76.0', type: 'module', exports }
  writeFileSync(join(packaged, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(packaged, 'dist/index.js'), '')
  writeFileSync(join(packaged, 'dist/browser/standalone.js'), 'found')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const contents = `
    import { Server } from './src/server/index.ts'
    import { referencePage } from './src/openapi/index.ts'
    const server = new Server([])
    server.use(referencePage(server, { info: { title: 'Found', version: '1' } }))
    const response = await server.fetch('/reference/scalar.js', { headers: { 'accept-encoding': 'identity' } })
    console.log(await response.text())`
  const stdin = { contents, resolveDir: fileURLToPath(new URL('../..', import.meta.url)), loader: 'ts' } as const
  await build({ stdin, outfile: join(folder, 'program.js'), bundle: true, format: 'esm', logLevel: 'error' })
  return folder
}

async function expectFound(command: string, ...flags: readonly string[]): Promise<void> {
  const { stdout, stderr } = spawnSync(command, [...flags, 'program.js'], {
    cwd: await application(),
    encoding: 'utf8',
  })
  expect(stdout, stderr).toBe('found\n')
}

describe('the package of the page', () => {
  test('is found by Node', () => expectFound(process.execPath))
})

describeWith('bun', 'the package of the page', () => {
  test('is found by Bun', () => expectFound(pathOf('bun')))
})

describeWith('deno', 'the package of the page', () => {
  test('is found by Deno', () => expectFound(pathOf('deno'), 'run', '-A', '--cached-only', '--node-modules-dir=manual'))
})
