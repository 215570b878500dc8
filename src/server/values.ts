// Names and values of forms and queries, where a name may be repeated.

/** Groups values by name, in their order. Linear in the entries, whatever their names. */
export function groupValues<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value[]> {
  const groups: Record<string, Value[]> = Object.create(null)
  for (const [name, value] of entries) (groups[name] ??= []).push(value)
  return groups
}

/** The value of each name, or the list of its values where the name is repeated, so that none is lost. */
export function unwrapSingles<Value>(groups: Readonly<Record<string, Value[]>>): Record<string, Value | Value[]> {
  const values: Record<string, Value | Value[]> = Object.create(null)
  for (const name in groups) {
    const [first, ...rest] = groups[name] ?? []
    if (first !== undefined) values[name] = rest.length === 0 ? first : [first, ...rest]
  }
  return values
}
