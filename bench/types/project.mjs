// A temporary TypeScript project outside this repository, with this package in its `node_modules`, as a user has it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

const usual = {
  strict: true,
  target: 'ES2023',
  module: 'NodeNext',
  lib: ['ES2023'],
  types: ['node'],
  skipLibCheck: true,
  exactOptionalPropertyTypes: true,
}

/**
 * Creates a project from `files` (name -> text) in the system's folder for temporary files; returns its folder, which
 * the caller removes with {@link removeProject}. `packages` are the installed packages that the project may import; as
 * with pnpm, this package's own dependencies are not among them unless they are listed. `compilerOptions` are added to
 * `strict` and the options that a project needs.
 *
 * @param {Record<string, string>} files
 * @param {{ packages?: readonly string[], compilerOptions?: object }} [options]
 */
export function createProject(files, { packages = [], compilerOptions = { noEmit: true } } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-types-'))
  link(root, join(folder, 'node_modules', 'tidings'))
  for (const name of ['@types/node', ...packages])
    link(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  const config = { compilerOptions: { ...usual, ...compilerOptions }, include: ['*.ts'] }
  write(folder, 'package.json', '{ "type": "module" }')
  write(folder, 'tsconfig.json', JSON.stringify(config, undefined, 2))
  for (const [name, text] of Object.entries(files)) write(folder, name, text)
  return folder
}

export function removeProject(folder) {
  rmSync(folder, { recursive: true, force: true })
}

/** A junction needs no rights on Windows; elsewhere it is a symbolic link. */
function link(target, path) {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(target, path, 'junction')
}

function write(folder, name, text) {
  writeFileSync(join(folder, name), text)
}
