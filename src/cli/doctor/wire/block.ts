// The lines of a stream as they were written, block by block: what a parser hides.

/** One line of a block. */
export interface Field {
  /** The name before the colon; the whole line if there is no colon. Empty for a comment. */
  readonly name: string
  readonly value: string
}

/** The lines between two empty ones. */
export interface Block {
  readonly fields: readonly Field[]
  /** Whether an empty line ended it. */
  readonly isClosed: boolean
  /** The number of its first line, from 1. */
  readonly line: number
}

/** The line ends that a text has. */
export interface LineEnds {
  readonly lf: number
  readonly crlf: number
  readonly cr: number
}

/** Counts how lines end. */
export function lineEndsOf(text: string): LineEnds {
  const ends = { lf: 0, crlf: 0, cr: 0 }
  for (const [end] of text.matchAll(/\r\n|\r|\n/g)) {
    if (end === '\n') ends.lf += 1
    else if (end === '\r') ends.cr += 1
    else ends.crlf += 1
  }
  return ends
}

/** Splits a text into its blocks. The last one is open unless an empty line ended it. */
export function* blocksOf(text: string): Generator<Block> {
  let fields: Field[] = []
  let [at, line, start] = [0, 1, 1]
  for (const { 0: end, index } of text.matchAll(/\r\n|\r|\n/g)) {
    const content = text.slice(at, index)
    at = index + end.length
    line += 1
    if (content !== '') {
      fields.push(toField(content))
      continue
    }
    if (fields.length > 0) yield { fields, isClosed: true, line: start }
    fields = []
    start = line
  }
  if (at < text.length) fields.push(toField(text.slice(at)))
  if (fields.length > 0) yield { fields, isClosed: false, line: start }
}

function toField(line: string): Field {
  const colon = line.indexOf(':')
  if (colon === -1) return { name: line, value: '' }
  const value = line.slice(colon + 1)
  return { name: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value }
}
