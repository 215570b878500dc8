// What is not shown of a growing text yet, because it would be shown as something else in a moment.

/** A last line of marks alone: `-` may become a heading's line, `1` a list, two backticks code. */
const marks = /(?:^|\n)[ \t>]*(?:[-=*+_#`~|]+|\d{1,9}[.)]?)[ \t]*$/
/** The first line of a block of code, whose language is not whole. */
const fence = /(?:^|\n)[ \t>]*(?:```|~~~)[^\n]*$/
/** The line under the first line of a table, as far as it is there. */
const underline = /^[ \t]*\|?[-:| \t]*$/

/** The part of a text that grows which can be shown. */
export function withoutUnfinishedMarks(text: string): string {
  const table = tableStart(text)
  if (table !== undefined) return text.slice(0, table)
  const end = text.slice(Math.max(0, text.lastIndexOf('\n')))
  const cut = [marks, fence].map((pattern) => end.search(pattern)).filter((index) => index !== -1)
  return cut.length === 0 ? text : text.slice(0, text.length - end.length + Math.min(...cut))
}

/** Where the first line of a table starts, before there is a second that makes it one. */
function tableStart(text: string): number | undefined {
  const [last, before] = [startOfLine(text, text.length), startOfLine(text, text.lastIndexOf('\n'))]
  const isSecond = last > 0 && isRow(text, before) && underline.test(text.slice(last))
  const start = isSecond ? before : last
  const isFirst = start === 0 || !isRow(text, startOfLine(text, start - 1))
  return isFirst && isRow(text, start) ? Math.max(0, start - 1) : undefined
}

function startOfLine(text: string, end: number): number {
  return end <= 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
}

function isRow(text: string, start: number): boolean {
  return /^[ \t]*\|/.test(text.slice(start, start + 100))
}
