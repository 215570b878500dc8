// Runs a TypeScript compiler on a project, and reads the figures that it reports.
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsc = (name) => join(root, 'node_modules', name, 'bin', 'tsc')

export const compilers = {
  'TypeScript 7': tsc('typescript'),
  'TypeScript 6': tsc('ts6'),
  'TypeScript 5.7': tsc('ts57'),
}

/** Runs a compiler in `folder`; resolves to its exit `status` (0: no errors) and its `output`. */
export async function compile(compiler, folder, flags = []) {
  const child = spawn(process.execPath, [compilers[compiler], ...flags], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise((resolve, reject) => child.on('close', resolve).on('error', reject))
  const [output, errors, status] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { status, output: output + errors }
}

/**
 * Type-checks the project in `folder`; resolves to `instantiations`, `checkMs` and `memoryKb`. It uses one thread,
 * because with several the counts depend on how they share the files. Rejects with the compiler's output if there are
 * errors.
 */
export async function measure(compiler, folder) {
  const flags = compiler === 'TypeScript 7' ? ['--singleThreaded'] : []
  const { status, output } = await compile(compiler, folder, ['--extendedDiagnostics', ...flags])
  if (status !== 0) throw new Error(`${compiler} finds errors in ${folder}:\n${output}`)
  const read = (label) => Number.parseFloat(new RegExp(`^${label}: +([\\d.]+)`, 'm').exec(output)?.[1] ?? 'NaN')
  return { instantiations: read('Instantiations'), checkMs: read('Check time') * 1000, memoryKb: read('Memory used') }
}
