// `useTopic()`: a topic of a channel in a component.
import { isGap, isReset } from '../client/index.ts'
import type { GapEvent, ResetEvent, ServerEvent, StreamOptions } from '../client/index.ts'
import type { SourceCall } from './feed.ts'
import { keyOf, useFeed, type UseStream } from './use-feed.ts'

/**
 * Where a topic is read: the url of a route that returns a subscription, or a call of `createClient()`:
 * `(call) => client.get('/orders', call)`.
 */
export type TopicSource<Told extends ServerEvent = ServerEvent> =
  | string
  | URL
  | ((call: SourceCall) => AsyncIterable<Told>)

/** The data of a topic's events: what is given, or that of the call that reads it. */
export type TopicData<Event, Told extends ServerEvent> = unknown extends Event ? DataOf<Told> : Event
type DataOf<Told> = Told extends { readonly event: `tidings:${string}` }
  ? never
  : Told extends ServerEvent<infer Data>
    ? Data
    : never

/** Options of {@link useTopic}. */
export interface UseTopicOptions<Event> {
  /** The id of the last event that is known already, as what was loaded with `initial` has it. Default: none. */
  readonly after?: string | undefined
  /** Whether there is a connection. Default true. */
  readonly enabled?: boolean | undefined
  /** How many events are kept for a component that comes later, whose value is made of them. Default 1,000. */
  readonly maxEvents?: number | undefined
  /**
   * How long events and position are kept once the last component has gone, in milliseconds: one that comes within that
   * time goes on where it was. Default 60,000; `false`: not at all. A function is kept under its `key` only.
   */
  readonly keepMs?: number | false | undefined
  /** Options of `stream()`, where the source is a url. Only components without share a connection, or those of one `key`. */
  readonly stream?: StreamOptions<Event> | undefined
  /** What tells sources apart: components with the same key share one connection. Default: the url. */
  readonly key?: string | undefined
}

/** A topic in a component. */
export interface UseTopic<Value> extends UseStream<Value> {
  /**
   * What was missed last, where anything was: events that the topic does not keep any more (`isGap`), or all, because its log
   * was replaced (`isReset`). Load anew what they stand for. A value begins again with `initial` after a reset.
   */
  readonly missed: GapEvent | ResetEvent | undefined
}

/** How events make a value. */
interface Making {
  readonly last?: number | undefined
  readonly initial?: unknown
  readonly reduce?: ((value: never, data: never, event: ServerEvent<never>) => unknown) | undefined
}

/** What the events of a topic have come to. */
interface TopicState {
  readonly value: unknown
  readonly missed: GapEvent | ResetEvent | undefined
}

const none: readonly never[] = []

/** Reads a topic as long as its component is shown: its latest event, its last ones, or what `reduce` makes of them. */
export function useTopic<Event = unknown, Told extends ServerEvent = ServerEvent<Event>>(
  source: TopicSource<Told>,
  options: UseTopicOptions<Event> & {
    /** The value is a list of so many of the last events. */
    readonly last: number
    /** The list before the first event. */
    readonly initial?: readonly TopicData<Event, Told>[]
  },
): UseTopic<readonly TopicData<Event, Told>[]>
export function useTopic<Event, Value, Told extends ServerEvent = ServerEvent<Event>>(
  source: TopicSource<Told>,
  options: UseTopicOptions<Event> & {
    /** The value before the first event. */
    readonly initial: Value
    /** What an event makes of the value, which it must not change. */
    readonly reduce: (value: Value, data: TopicData<Event, Told>, event: ServerEvent<TopicData<Event, Told>>) => Value
  },
): UseTopic<Value>
export function useTopic<Event = unknown, Told extends ServerEvent = ServerEvent<Event>>(
  source: TopicSource<Told>,
  options?: UseTopicOptions<Event> & {
    /** The value before the first event. */
    readonly initial?: TopicData<Event, Told>
  },
): UseTopic<TopicData<Event, Told> | undefined>
export function useTopic(source: TopicSource, options: UseTopicOptions<unknown> & Making = {}): UseTopic<unknown> {
  const { enabled = true, maxEvents = 1000, keepMs = 60_000, after, stream, key, last, reduce } = options
  const initial = options.initial ?? (last === undefined ? undefined : none)
  const fold = (value: unknown, data: unknown, event: ServerEvent): unknown => {
    if (reduce !== undefined) return Reflect.apply(reduce, undefined, [value, data, event])
    return last === undefined ? data : [...toList(value), data].slice(-last)
  }
  const { value: state, ...rest } = useFeed({
    source,
    stream,
    after,
    keepMs: keepMs === false ? 0 : keepMs,
    key: keyOf('topic', { source, stream, after, maxEvents }, key),
    maxEvents,
    isEnabled: enabled,
    initial: undefined,
    reduce: (state, data, told) => next(toState(state, initial), told ?? data, initial, fold),
  })
  return { ...rest, ...toState(state, initial) }
}

function next(
  state: TopicState,
  event: unknown,
  initial: unknown,
  fold: (value: unknown, data: unknown, event: ServerEvent) => unknown,
): TopicState {
  if (!isServerEvent(event)) throw new TypeError('useTopic() reads events: pass on what a call of a client returns.')
  if (isReset(event)) return { value: initial, missed: event }
  if (isGap(event)) return { value: state.value, missed: event }
  return { value: fold(state.value, event.data, event), missed: state.missed }
}

/** Nothing has come as long as there is no state. */
function toState(state: unknown, initial: unknown): TopicState {
  return isState(state) ? state : { value: initial, missed: undefined }
}

function isState(state: unknown): state is TopicState {
  return state !== undefined
}

function isServerEvent(event: unknown): event is ServerEvent {
  return typeof Object(event).event === 'string' && 'data' in Object(event)
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : none
}
