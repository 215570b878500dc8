// A copy of what came in a request, so that defaults and conversions never change what was given.

/**
 * A deep copy of the plain objects and arrays in `value`; everything else (a `File`) is kept.
 * TypeBox's own `Clone` leaves out properties named `constructor` and `prototype`, which are names like others in a body.
 */
export function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf)
  if (!isPlain(value)) return value
  const copy: Record<string, unknown> = {}
  for (const name of Object.keys(value)) {
    // Assigning would set the prototype.
    if (name === '__proto__') define(copy, name, copyOf(value[name]))
    else copy[name] = copyOf(value[name])
  }
  return copy
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true })
}

/** Whether `value` is an object as JSON makes them, or one without a prototype. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
