// Work on many runs, several at a time: one by one it would take as many answers of the journal as there are runs.

/** How many are under way at once. */
const width = 16

/** Does the work for each item. Rejects with the first error, and begins no more then. */
export async function sideBySide<Item>(items: Iterable<Item>, work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]()
  let hasFailed = false
  const workOn = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true && !hasFailed; next = rest.next()) {
      try {
        await work(next.value)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  await Promise.all(Array.from({ length: width }, workOn))
}
