// A deep copy of request data, so that defaults and conversions never change the value that was passed in.

/**
 * Copies the plain objects and arrays in `value` deeply; everything else (a `File`) is kept as it is.
 * TypeBox's own `Clone` drops properties named `constructor` and `prototype`, which are ordinary names in a body.
 */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isPlain(value)) return value
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    // An assignment would set the prototype instead.
    if (name === '__proto__') define(copy, name, copyOf(value[name]))
    else copy[name] = copyOf(value[name])
  }
  return copy
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true })
}

/** Whether `value` is a plain object: one that `JSON.parse` could return, or one without a prototype. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
