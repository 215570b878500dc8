// What npm would publish, asked of npm itself.
import { execFileSync } from 'node:child_process'
import { root } from './setup.mjs'

/** The files of the package and their sizes, without publishing or writing anything. */
export function listTarball() {
  const isWindows = process.platform === 'win32'
  const flags = ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error']
  const output = execFileSync(isWindows ? 'npm.cmd' : 'npm', flags, { cwd: root, encoding: 'utf8', shell: isWindows })
  // A list, or since npm 12 an object by name.
  const [{ files, size, unpackedSize }] = Object.values(JSON.parse(output))
  return { files, size, unpackedSize }
}
