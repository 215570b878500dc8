// Coercion as TypeBox does it, less what would lose something in silence.
import { isPlain } from './copy.ts'

/**
 * Puts back the strings that TypeBox made numbers of which they do not say: `''` and `'false'` would be 0, `'1.5'` the
 * integer 1, and an id of 19 digits another id. The check then refuses them by name.
 * `made` is what became of a copy of `given`; it is changed in place.
 */
export function restoreLossy(given: unknown, made: unknown): unknown {
  if (typeof made === 'number') return typeof given !== 'string' || says(given, made) ? made : given
  if (Array.isArray(made)) {
    const items: readonly unknown[] = Array.isArray(given) ? given : [given]
    for (const [index, item] of made.entries()) made[index] = restoreLossy(items[index], item)
  } else if (isPlain(made) && isPlain(given)) {
    for (const name of Object.keys(made)) made[name] = restoreLossy(given[name], made[name])
  }
  return made
}

function says(text: string, number: number): boolean {
  if (text.trim() === '' || Number(text) !== number) return false
  return Number.isSafeInteger(number) || !/^\s*[+-]?\d+\s*$/.test(text)
}
