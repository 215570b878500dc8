// What an example says that it prints: the first comment behind each `console.log`, and the lines of comment below that.

/**
 * @param {string} code
 * @returns {{ readonly stated: readonly string[], readonly other: readonly string[] }} the comments that say what is printed,
 * and those that say something else
 */
export function commentsOf(code) {
  const stated = []
  const other = []
  let isOwed = false
  let isGoingOn = false
  for (const line of code.split('\n')) {
    const [before, comment] = splitLine(line)
    if (before.includes('console.log(')) isOwed = true
    const isStated = isOwed || (isGoingOn && before.trim() === '')
    if (comment !== undefined) {
      ;(isStated ? stated : other).push(comment)
      isOwed = false
    }
    isGoingOn = comment !== undefined && isStated
  }
  return { stated, other }
}

/** White space tells nothing here: `// 1 2` states two lines. */
export function words(text) {
  return text.split(/\s+/).filter(Boolean).join(' ')
}

function splitLine(line) {
  const at = /(^|\s)\/\/ /.exec(line)
  return at === null ? [line] : [line.slice(0, at.index), line.slice(at.index + at[0].length)]
}
