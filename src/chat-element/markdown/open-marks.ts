// The marks of emphasis, code, links and tags that are open at a place of a text, seen from its start.
import { isKnownTag } from './sanitizer.ts'

/**
 * Follows a text and knows whether a mark is open that something later could close. It errs on the side of open: where it says
 * that none is, the text before and the text behind mean the same apart as together.
 */
export class OpenMarks {
  readonly #emphasis: Record<string, number[]> = { '*': [], _: [], '~': [] }
  #backticks = 0
  #brackets = 0
  #parentheses = 0
  #tags = 0
  #isInTag = false

  /** Whether nothing is open. */
  get isEmpty(): boolean {
    const { '*': stars = [], _: lines = [], '~': waves = [] } = this.#emphasis
    const depth = this.#backticks + this.#brackets + this.#parentheses + this.#tags
    return depth + stars.length + lines.length + waves.length === 0 && !this.#isInTag
  }

  /** Reads the mark at `index`, if there is one. Returns where it ends: the last of its characters. */
  read(source: string, index: number): number {
    const character = source[index] ?? ''
    if (character === '`') return this.#readBackticks(source, index)
    if (this.#backticks > 0) return index
    if (character === '\\') return index + 1
    if (this.#parentheses > 0) return this.#readTarget(character, index)
    if (character === '[') this.#brackets += 1
    if (character === ']') return this.#closeBracket(source, index)
    if (character === '<') return this.#readTag(source, index)
    return character in this.#emphasis ? this.#readEmphasis(source, index) : index
  }

  #readBackticks(source: string, index: number): number {
    const length = runLength(source, index)
    if (this.#backticks === 0) this.#backticks = length
    else if (this.#backticks === length) this.#backticks = 0
    return index + length - 1
  }

  /** The address of a link, in which marks are characters. */
  #readTarget(character: string, index: number): number {
    if (character === '(') this.#parentheses += 1
    if (character === ')') this.#parentheses -= 1
    return index
  }

  #closeBracket(source: string, index: number): number {
    if (this.#brackets === 0) return index
    this.#brackets -= 1
    if (source[index + 1] !== '(') return index
    this.#parentheses = 1
    return index + 1
  }

  #readTag(source: string, index: number): number {
    if (!/[a-z/!?]/i.test(source[index + 1] ?? '')) return index
    const end = source.indexOf('>', index)
    if (end === -1) {
      this.#isInTag = true
      return index
    }
    const tag = source.slice(index, end + 1)
    if (isKnownTag(tag) && !/^<(?:br|hr|img|wbr|!)/i.test(tag)) this.#tags += tag[1] === '/' ? -1 : 1
    this.#tags = Math.max(0, this.#tags)
    return end
  }

  #readEmphasis(source: string, index: number): number {
    const length = runLength(source, index)
    const [before, after] = [source[index - 1] ?? ' ', source[index + length] ?? ' ']
    const stack = this.#emphasis[source[index] ?? ''] ?? []
    const isInWord = source[index] === '_' && /[\p{L}\p{N}]/u.test(before) && /[\p{L}\p{N}]/u.test(after)
    let left = isInWord ? 0 : length
    while (/\S/.test(before) && left > 0 && left >= (stack.at(-1) ?? Infinity)) left -= stack.pop() ?? 0
    if (/\S/.test(after) && left > 0) stack.push(left)
    return index + length - 1
  }
}

function runLength(source: string, index: number): number {
  let end = index + 1
  while (source[end] === source[index]) end += 1
  return end - index
}
