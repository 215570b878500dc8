// How deep the JSON of a request's body may be nested.
import { err } from './http-error.ts'

/**
 * The most levels of lists and objects. Schemas, copies and `JSON.stringify` go down by recursion, and the smallest stack
 * of the runtimes ends at a few thousand levels.
 */
const maxLevels = 500

/**
 * Checks JSON that is not parsed yet: V8 needs 150 ms for a megabyte of brackets, a look at its characters 4 ms. Costs a
 * fifth of `JSON.parse`, and nothing for what is too short to be deep.
 *
 * @throws HttpError 400 for more than 500 levels
 */
export function checkDepthOfText(text: string): void {
  if (text.length > 2 * maxLevels && depthOf(text) > maxLevels) throw tooDeep()
}

/**
 * Checks what a body parser before us has made of JSON.
 *
 * @throws HttpError 400 for more than 500 levels
 */
export function checkDepthOfValue(value: unknown): void {
  if (isDeeper(value, maxLevels)) throw tooDeep()
}

const [quote, backslash] = [0x22, 0x5c]
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d]

/** How deep JSON is nested; any number for what is no JSON. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === quote) isInString = !isInString
    else if (isInString) index += code === backslash ? 1 : 0
    else if (code === openList || code === openObject) deepest = Math.max(deepest, (depth += 1))
    else if (code === closeList || code === closeObject) depth -= 1
  }
  return deepest
}

/** Whether `value` has more than `levels`; goes down no further than that, in a cycle neither. */
function isDeeper(value: unknown, levels: number): boolean {
  if (Array.isArray(value)) return levels === 0 || value.some((item) => isDeeper(item, levels - 1))
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1))
}

function tooDeep(): Error {
  return err.badRequest(`The body is nested deeper than ${maxLevels} levels.`)
}
