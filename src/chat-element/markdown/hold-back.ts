// What is not shown of a growing text yet, because it would be shown as something else in a moment.

/** A last line of marks alone: `-` may become a heading's line, `1` a list, two backticks code. */
const marks = /(?:^|\n)[ \t>]*(?:[-=*+_#`~|]+|\d{1,9}[.)]?)[ \t]*$/
/** The first line of a block of code, whose language is not whole. */
const fence = /(?:^|\n)[ \t>]*(?:```|~~~)[^\n]*$/
/** The first line of a table, before there is a second that makes it one. */
const table = /(?:^|\n)[ \t]*\|[^\n]*(?:\n[ \t]*\|?[-:| \t]*)?$/

/** The part of a text that grows which can be shown. */
export function withoutUnfinishedMarks(text: string): string {
  const lineStart = text.lastIndexOf('\n', text.lastIndexOf('\n') - 1)
  const end = text.slice(Math.max(0, lineStart))
  const cut = [marks, fence, table].map((pattern) => end.search(pattern)).filter((index) => index !== -1)
  return cut.length === 0 ? text : text.slice(0, text.length - end.length + Math.min(...cut))
}
