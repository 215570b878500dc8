// The programs of docs/migration, and the servers that show its differences: each in a process of its own, with the real packages.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformSync } from 'esbuild'
import { onTestFinished } from 'vitest'
import { findExamples } from '../../docs/examples/find.mjs'
import { freePort } from '../component/free-port.ts'
import { startProgram } from '../component/fixture-process.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(root, 'test/output/migration')
const examples = findExamples()

/** The code of one example, by the page and its number there. */
export function codeOf(page: string, number: number): string {
  const id = `docs/migration/${page}.md#${number}`
  const example = examples.find((candidate) => candidate.id === id)
  if (example === undefined) throw new Error(`There is no ${id}.`)
  return example.code
}

/** Runs a server of a page, which says that it listens at 3000, at a free port; resolves with its address. */
export async function startServer(code: string): Promise<string> {
  const port = await freePort()
  return startAt(port, write(code.replaceAll(/\b3000\b/g, String(port))), [])
}

/** Runs `<fixture>.mjs` of this folder, which takes its package and its port. */
export async function startFixture(fixture: string, name: string): Promise<string> {
  const port = await freePort()
  const code = readFileSync(new URL(`${fixture}.mjs`, import.meta.url), 'utf8')
  return startAt(port, write(code), [name, String(port)])
}

/** Runs a client of a page, which asks https://example.com, at another address, until it has printed so many lines. */
export async function runClient(code: string, url: string, lines: number): Promise<string> {
  const child = spawn(process.execPath, [write(inPage + code.replaceAll('https://example.com', url))], {
    stdio: 'pipe',
  })
  const ended = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let printed = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text))
  for await (const text of child.stdout.setEncoding('utf8')) {
    printed += String(text)
    if (printed.split('\n').length > lines) break
  }
  return printed
}

async function startAt(port: number, path: string, more: readonly string[]): Promise<string> {
  const url = `http://127.0.0.1:${port}`
  const child = await startProgram(process.execPath, [path, ...more], {
    cwd: folder,
    env: { PATH: process.env['PATH'] },
    url,
  })
  onTestFinished(() => child.kill())
  return url
}

/** fetch-event-source does not run outside a page. */
const inPage =
  'globalThis.window = globalThis; globalThis.document = Object.assign(new EventTarget(), { hidden: false })\n'

let count = 0

/** Writes a program to where it finds the packages of bench/. */
function write(code: string): string {
  const modules = join(folder, 'node_modules')
  if (count === 0) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (!existsSync(modules)) symlinkSync(join(root, 'bench/node_modules'), modules, 'junction')
  const path = join(folder, `program-${(count += 1)}.mjs`)
  writeFileSync(path, transformSync(code, { loader: 'ts', format: 'esm' }).code)
  return path
}
