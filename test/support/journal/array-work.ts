// Counts the entries of arrays that code goes through, copies or moves, by standing in for the methods that do it.

const names = [
  'slice',
  'splice',
  'shift',
  'unshift',
  'concat',
  'filter',
  'map',
  'find',
  'findIndex',
  'indexOf',
] as const

/** How many entries the arrays had that `run` handled as a whole. Independent of the machine, unlike a clock. */
export async function countArrayWork(run: () => Promise<void>): Promise<number> {
  let work = 0
  const originals = [...names, Symbol.iterator].map((name) => [name, Reflect.get(Array.prototype, name)] as const)
  for (const [name, original] of originals) {
    Reflect.set(Array.prototype, name, function counted(this: unknown[], ...given: unknown[]): unknown {
      work += this.length
      return Reflect.apply(original, this, given)
    })
  }
  try {
    await run()
  } finally {
    for (const [name, original] of originals) Reflect.set(Array.prototype, name, original)
  }
  return work
}
