// Finds the name that was probably meant by one that does not exist.

/** The one of `names` that is most like `unknown`, whatever their case: it shares most letters, in their order. */
export function nearestName(unknown: string, names: readonly string[]): string {
  return names.reduce((best, name) => (likeness(unknown, name) > likeness(unknown, best) ? name : best))
}

/** The one of `names` that `unknown` is a misspelling of: they share most of their letters. `undefined` if there is none. */
export function misspeltName(unknown: string, names: readonly string[]): string | undefined {
  const name = nearestName(unknown, names)
  const shared = 2 * commonLetters(unknown.slice(0, 60).toLowerCase(), name.toLowerCase())
  return shared >= 0.7 * (unknown.length + name.length) ? name : undefined
}

/** How like two names are: the letters that both have in the same order, less those that only `name` has. */
function likeness(unknown: string, name: string): number {
  const [a, b] = [unknown.slice(0, 60).toLowerCase(), name.toLowerCase()]
  // `host` is `hostname`, however many letters more that has; of several such names, the one with the fewest more.
  if (a !== '' && b.includes(a)) return 1000 - b.length
  return 2 * commonLetters(a, b) - b.length
}

/** The length of the longest common subsequence, one row at a time: `row[i]` is that of the first `i + 1` letters of `b`. */
function commonLetters(a: string, b: string): number {
  let row: readonly number[] = []
  for (const letter of a) {
    let [before, left] = [0, 0]
    row = Array.from(b, (other, index) => {
      const above = row[index] ?? 0
      left = letter === other ? before + 1 : Math.max(above, left)
      before = above
      return left
    })
  }
  return row.at(-1) ?? 0
}
