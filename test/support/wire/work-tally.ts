// Counts the characters that code looks at, copies or joins, by standing in for the methods that do it.

// oxlint-disable typescript/unbound-method -- they are called with `this`, and put back where they were
const { indexOf, slice, charCodeAt, startsWith } = String.prototype
const { join } = Array.prototype

/** How many characters `run` scanned, copied and joined. Independent of the machine, unlike a clock. */
export function countWork(run: () => void): number {
  let work = 0
  Object.assign(String.prototype, {
    indexOf(this: string, search: string, from = 0) {
      const index = indexOf.call(this, search, from)
      work += (index === -1 ? this.length : index + 1) - from
      return index
    },
    slice(this: string, start?: number, end?: number) {
      const part = slice.call(this, start, end)
      work += part.length
      return part
    },
    charCodeAt(this: string, index: number) {
      work += 1
      return charCodeAt.call(this, index)
    },
    startsWith(this: string, search: string, from?: number) {
      work += search.length
      return startsWith.call(this, search, from)
    },
  })
  Object.assign(Array.prototype, {
    join(this: unknown[], separator?: string) {
      const text = join.call(this, separator)
      work += text.length
      return text
    },
  })
  try {
    run()
  } finally {
    Object.assign(String.prototype, { indexOf, slice, charCodeAt, startsWith })
    Object.assign(Array.prototype, { join })
  }
  return work
}
