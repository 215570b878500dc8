// Puts in place what a fresh clone lacks: the locked dependencies and a build. Silent and quick when nothing is missing.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a command and ends this process when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

/** Installs the dependencies of `folder` from its lock file, unless just these are there. */
export function install(folder = '.', args = []) {
  const lock = readFileSync(join(root, folder, 'package-lock.json'), 'utf8')
  const stamp = join(root, folder, 'node_modules', '.installed-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log(`Installing the dependencies of ${folder === '.' ? 'tidings' : folder} ...`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...args]
  run(npm, flags, { cwd: join(root, folder), shell: process.platform === 'win32' })
  mkdirSync(join(root, folder, 'node_modules'), { recursive: true })
  writeFileSync(stamp, lock)
}

/** Builds when a source is newer than the last build. */
export function build() {
  const stamp = join(root, 'dist', '.built')
  const builtAt = existsSync(stamp) ? statSync(stamp).mtimeMs : 0
  if (builtAt > newest(join(root, 'src'))) return
  console.log('Building ...')
  run(process.execPath, [join('node_modules', 'typescript', 'bin', 'tsc'), '-b'])
  run(process.execPath, [join('scripts', 'bundle-page.mjs')])
  writeFileSync(stamp, '')
}

function newest(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true })
  return Math.max(...entries.map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs))
}

export function setup() {
  install()
  build()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setup()
