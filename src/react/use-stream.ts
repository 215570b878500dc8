// `useStream()`: a stream of events in a component.
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import type { ServerEvent, StreamOptions } from '../client/index.ts'
import type { StreamSource, StreamStatus } from './feed.ts'
import { useLatest } from './latest.ts'
import { Reduction } from './reduction.ts'

export type { StreamSource, StreamStatus } from './feed.ts'

/** Options of {@link useStream}. */
export interface UseStreamOptions<Event, Value> {
  /**
   * What an event makes of the value; `event` has its name and id where the source is a url. Default: a list of the data of
   * the last `maxEvents` events. It must not change the value that it is given.
   */
  readonly reduce?: ((value: Value, data: Event, event: ServerEvent<Event> | undefined) => Value) | undefined
  /** The value before the first event. Needed with `reduce`. */
  readonly initial?: Value | undefined
  /** Whether there is a connection. Default true. */
  readonly enabled?: boolean | undefined
  /** How many events are kept: for the default value, and for a component that comes later. Default 1,000. */
  readonly maxEvents?: number | undefined
  /** Options of `stream()`, where the source is a url. Only components without share a connection, or those of one `key`. */
  readonly stream?: StreamOptions<Event> | undefined
  /**
   * What tells sources apart: components with the same key share one connection. Default: the url; a function is a source
   * of its own, which is read again when the component is shown anew.
   */
  readonly key?: string | undefined
}

/** A stream in a component. */
export interface UseStream<Value> {
  readonly status: StreamStatus
  /** What the events have come to. */
  readonly value: Value
  /** Why the stream has failed, or reconnects. */
  readonly error: unknown
  /** Ends the connection of this component. */
  readonly stop: () => void
  /** Reads on after `stop()`; a url whose events have ids goes on where it was. */
  readonly resume: () => void
}

const noEvents: readonly never[] = []

/** Reads a stream as long as its component is shown: at most one new value an animation frame. */
export function useStream<Event = unknown>(
  source: StreamSource<Event>,
  options?: Omit<UseStreamOptions<Event, readonly Event[]>, 'reduce' | 'initial'>,
): UseStream<readonly Event[]>
export function useStream<Event, Value>(
  source: StreamSource<Event>,
  options: UseStreamOptions<Event, Value> & { readonly initial: Value },
): UseStream<Value>
export function useStream(
  source: StreamSource<unknown>,
  options: UseStreamOptions<unknown, unknown> = {},
): UseStream<unknown> {
  const { enabled = true, maxEvents = 1000, initial = noEvents } = options
  const latest = useLatest({ source, options })
  const key = keyOf(source, options)
  const reduction = useMemo(() => {
    const reduce = (value: unknown, data: unknown, event: ServerEvent | undefined): unknown =>
      latest.current.options.reduce?.(value, data, event)
    const open = (): AsyncIterable<unknown> => {
      const { source: now } = latest.current
      if (typeof now !== 'function') throw new TypeError('The source of useStream() has become a url: give it a key.')
      return now()
    }
    const feed = { source: typeof source === 'function' ? open : source, stream: options.stream, maxEvents }
    return new Reduction({ key, feed, initial, reduce: options.reduce && reduce })
  }, [key, maxEvents, typeof source === 'function' ? 'function' : String(source)])
  const [isStopped, setStopped] = useState(false)
  const isActive = enabled && !isStopped
  const subscribe = useCallback(
    (listener: () => void) => (isActive ? reduction.subscribe(listener) : () => {}),
    [isActive, reduction],
  )
  const { status, error, value } = useSyncExternalStore(subscribe, reduction.get, reduction.get)
  const stop = useCallback(() => setStopped(true), [])
  const resume = useCallback(() => {
    setStopped(false)
    reduction.resume()
  }, [reduction])
  return { status: isStopped ? 'ended' : status, error, value, stop, resume }
}

/** What tells a shared connection apart from others; `undefined` for one of its own. */
function keyOf(
  source: StreamSource<unknown>,
  { key, stream, maxEvents }: UseStreamOptions<unknown, unknown>,
): string | undefined {
  if (key !== undefined) return `key ${key}`
  if (typeof source === 'function' || stream !== undefined) return undefined
  return `url ${maxEvents ?? ''} ${String(source)}`
}
