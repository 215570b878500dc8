// The async context of a caller (what `AsyncLocalStorage` holds), kept for work that somebody else will call.

/** Calls a function in the context in which this was made. */
type Runner = <Argument, Result>(work: (argument: Argument) => Result, argument: Argument) => Result

const takeSnapshot = findSnapshot()

/**
 * `work`, which will run in the async context of this call wherever it is called from. On a runtime without
 * `AsyncLocalStorage` that is `work` itself.
 */
export function keepContext<Argument, Result>(work: (argument: Argument) => Result): (argument: Argument) => Result {
  const run = takeSnapshot?.()
  return run === undefined ? work : (argument) => run(work, argument)
}

/**
 * `AsyncLocalStorage.snapshot` of Node, Bun and Deno. Asked for by name: a portable module that imported `node:async_hooks`
 * would not load elsewhere.
 */
function findSnapshot(): (() => Runner) | undefined {
  const process: unknown = Reflect.get(globalThis, 'process')
  if (!hasBuiltinModules(process)) return undefined
  return process.getBuiltinModule('node:async_hooks')?.AsyncLocalStorage.snapshot
}

interface BuiltinModules {
  getBuiltinModule(
    name: 'node:async_hooks',
  ): { readonly AsyncLocalStorage: { snapshot?(this: void): Runner } } | undefined
}

function hasBuiltinModules(process: unknown): process is BuiltinModules {
  return typeof Reflect.get(Object(process), 'getBuiltinModule') === 'function'
}
