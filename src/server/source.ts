// The iterator of what a handler streams, which can be ended at any time.
import type { TidingsError } from '../base/index.ts'
import { mistake, type Routed } from './mistake.ts'

/**
 * The iterator of `events`. Its `return()` also ends a source that is waiting: a `ReadableStream` (a `fetch` body) is
 * cancelled and a Node `Readable` is destroyed, while their own iterators would first wait for the next item.
 */
export function iterate(events: AsyncIterable<unknown>): AsyncIterator<unknown> {
  if (isReadableStream(events)) return iterateStream(events)
  const iterator = events[Symbol.asyncIterator]()
  return isDestroyable(events) ? withDestroy(iterator, events) : iterator
}

/**
 * The error for a generator that returned `events`, of which nothing would be sent: its stream would end empty, as if all
 * was well. What they read from is let go.
 */
export function refuseReturned(route: Routed, events: AsyncIterable<unknown>): TidingsError {
  const release = async (): Promise<unknown> => iterate(events).return?.()
  release().catch(() => {
    // The mistake is what the application is told.
  })
  const hint = 'Write `yield*` in front of it, or return it from a handler that is no generator (no `*`).'
  return mistake(route, `the handler, a generator, returned an async iterable, which is not sent. ${hint}`)
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
