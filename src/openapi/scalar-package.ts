// The script of Scalar's page, out of its npm package, where the runtime can read files.
import { TidingsError } from '../base/index.ts'

/** Reads the text of the script. */
export type ReadScript = () => string | Promise<string>

/**
 * Finds the package beside this one, on Node, Bun and Deno. Nothing is read before the returned function is called.
 *
 * @throws TidingsError `ERR_OPTION` where there is none, or no way to look for one
 */
export function findScalar(): ReadScript {
  const path = pathOfScript()
  if (path === undefined) throw missing()
  return () => readText(path)
}

/** By its main entry point: the package exports neither the script nor its own package.json. */
function pathOfScript(): string | undefined {
  const require = call(builtin('node:module'), 'createRequire', import.meta.url)
  const entry = attempt(() => call(require, 'resolve', '@scalar/api-reference'))
  if (typeof entry !== 'string') return undefined
  const path = entry.replace(/index\.js$/, 'browser/standalone.js')
  return call(builtin('node:fs'), 'existsSync', path) === true ? path : undefined
}

async function readText(path: string): Promise<string> {
  const text = await call(builtin('node:fs/promises'), 'readFile', path, 'utf8')
  return typeof text === 'string' ? text : ''
}

/** A module of Node's, without an import that a bundle for another runtime would have to follow. */
function builtin(name: string): unknown {
  return call(Reflect.get(globalThis, 'process'), 'getBuiltinModule', name)
}

function call(target: unknown, method: string, ...given: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(Object(target), method)
  return typeof found === 'function' ? Reflect.apply(found, target, given) : undefined
}

function attempt(find: () => unknown): unknown {
  try {
    return find()
  } catch {
    // It is not installed, or has no entry point of this name.
    return undefined
  }
}

function missing(): TidingsError {
  const reason = 'referencePage() shows the page of the package @scalar/api-reference, which is not here.'
  const hint =
    'Install it (npm install @scalar/api-reference), or hand in the text of its dist/browser/standalone.js by `script`.'
  return new TidingsError('ERR_OPTION', `${reason} ${hint}`)
}
