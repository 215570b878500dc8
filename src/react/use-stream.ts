// `useStream()`: a stream of events in a component.
import type { ServerEvent, StreamOptions } from '../client/index.ts'
import type { StreamSource } from './feed.ts'
import { keyOf, useFeed, type UseStream } from './use-feed.ts'

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
  const { enabled = true, maxEvents = 1000, initial = noEvents, stream, key, reduce } = options
  return useFeed({
    source,
    stream,
    key: keyOf('stream', { source, stream, maxEvents }, key),
    maxEvents,
    isEnabled: enabled,
    initial,
    reduce,
  })
}
