// Values by name: of forms and queries, where a name may be repeated, and of what is handed on to handlers.

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

/** Whether a value is an object literal, of any realm: an error, a promise, a Map or a response is none. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
