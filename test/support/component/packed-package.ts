// The package as npm would publish it, installed without a network.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const run = promisify(execFile)
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] }

/** Runs npm in a folder; rejects unless it ends with 0. */
export function npm(folder: string, ...args: readonly string[]): Promise<{ readonly stdout: string }> {
  return run('npm', [...args], { cwd: folder, env, maxBuffer: 2 ** 24 })
}

/** Packs the package into a folder. Resolves with the path of its tarball. */
export async function packPackage(folder: string): Promise<string> {
  const { stdout } = await npm(root, 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)
  const [packed] = Object.values<{ readonly filename: string }>(JSON.parse(stdout))
  return join(folder, packed?.filename ?? '')
}

/** Installs what the `package.json` of a folder depends on: `tidings` from its tarball, all else from this clone. */
export async function installPacked(folder: string, tarball: string): Promise<void> {
  const path = join(folder, 'package.json')
  const project = JSON.parse(readFileSync(path, 'utf8'))
  const names = [...Object.keys(project.dependencies), ...Object.keys(manifest.dependencies)]
  const links = names.map((name) => [name, `file:${join(root, 'node_modules', name)}`])
  const dependencies = { ...Object.fromEntries(links), tidings: `file:${tarball}` }
  writeFileSync(path, JSON.stringify({ ...project, dependencies }))
  await npm(
    folder,
    'install',
    '--offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-package-lock',
    '--ignore-scripts',
  )
}
