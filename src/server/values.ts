// Names and values as forms and queries have them, where a name may come more than once.

/** All values by name, in their order. Linear in the entries, whatever names they have. */
export function groupValues<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value[]> {
  const groups: Record<string, Value[]> = Object.create(null)
  for (const [name, value] of entries) (groups[name] ??= []).push(value)
  return groups
}

/** A name that comes once has its value, one that comes more than once a list: nothing that was sent is lost. */
export function unwrapSingles<Value>(groups: Readonly<Record<string, Value[]>>): Record<string, Value | Value[]> {
  const values: Record<string, Value | Value[]> = Object.create(null)
  for (const name in groups) {
    const [first, ...rest] = groups[name] ?? []
    if (first !== undefined) values[name] = rest.length === 0 ? first : [first, ...rest]
  }
  return values
}
