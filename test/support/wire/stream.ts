// Streams from items and back. Node 20 has no Array.fromAsync, and TypeScript's DOM no ReadableStream.from.

/** A stream that gives the items one by one, as they are asked for. */
export function streamOf<Item>(items: Iterable<Item>): ReadableStream<Item> {
  const iterator = items[Symbol.iterator]()
  return new ReadableStream<Item>({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
}

/** The items in an array, once the source has ended. */
export async function gather<Item>(source: ReadableStream<Item>): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) items.push(item)
  return items
}
