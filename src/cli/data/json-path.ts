// Values somewhere in JSON.

/** The value at a path of a JSON text, whose keys are `steps`; `undefined` where there is none, or the text is no JSON. */
export function lookUp(text: string, steps: readonly string[]): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Data that is no JSON has no paths.
    return undefined
  }
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = Reflect.get(value, step)
  }
  return value
}

/** The time at a path of a JSON text, in milliseconds since 1970: a number, or a date as text. `undefined` without one. */
export function readTime(text: string, path: string): number | undefined {
  const value = lookUp(text, path.split('.'))
  const ms = typeof value === 'string' ? Date.parse(value) : value
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined
}
