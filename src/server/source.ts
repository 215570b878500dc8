// The iterator of what a handler streams, which can be ended at any time.

/**
 * The iterator of `events`. Its `return()` also ends a source that is waiting: a `ReadableStream` (a `fetch` body) is
 * cancelled and a Node `Readable` is destroyed, while their own iterators would first wait for the next item.
 */
export function iterate(events: AsyncIterable<unknown>): AsyncIterator<unknown> {
  if (isReadableStream(events)) return iterateStream(events)
  const iterator = events[Symbol.asyncIterator]()
  return isDestroyable(events) ? withDestroy(iterator, events) : iterator
}

function iterateStream(stream: ReadableStream<unknown>): AsyncIterator<unknown> {
  const reader = stream.getReader()
  return {
    next: async () => {
      const { done, value } = await reader.read()
      return done ? { done, value: undefined } : { done, value }
    },
    return: async () => {
      await reader.cancel()
      return { done: true, value: undefined }
    },
  }
}

interface Destroyable {
  destroy(): unknown
}

function withDestroy(iterator: AsyncIterator<unknown>, source: Destroyable): AsyncIterator<unknown> {
  return {
    next: () => iterator.next(),
    return: async () => {
      source.destroy()
      return (await iterator.return?.()) ?? { done: true, value: undefined }
    },
  }
}

function isReadableStream(events: object): events is ReadableStream<unknown> {
  return 'getReader' in events && typeof events.getReader === 'function'
}

/** Whether this is a stream of Node, by what no other iterable has. */
function isDestroyable(events: object): events is Destroyable {
  return 'destroy' in events && typeof events.destroy === 'function' && 'readableFlowing' in events
}
