// The events of a source in a component: what `useStream()` and `useTopic()` are made of.
import { useCallback, useMemo, useState, useSyncExternalStore } from 'react'
import type { ServerEvent, StreamOptions } from '../client/index.ts'
import type { StreamSource, StreamStatus } from './feed.ts'
import { useLatest } from './latest.ts'
import { Reduction } from './reduction.ts'

/** A stream in a component. */
export interface UseStream<Value> {
  readonly status: StreamStatus
  /** What the events have come to. */
  readonly value: Value
  /** Why the stream has failed, or reconnects. */
  readonly error: unknown
  /** Ends the connection of this component. */
  readonly stop: () => void
  /** Reads on after `stop()`; where the events have ids it goes on where it was. */
  readonly resume: () => void
}

/** What {@link useFeed} needs. */
export interface FeedUse {
  readonly source: StreamSource<unknown>
  readonly stream: StreamOptions | undefined
  /** What tells sources apart; `undefined` for a connection of its own. */
  readonly key: string | undefined
  readonly after?: string | undefined
  readonly keepMs?: number
  readonly maxEvents: number
  readonly isEnabled: boolean
  readonly initial: unknown
  readonly reduce: ((value: unknown, data: unknown, event: ServerEvent | undefined) => unknown) | undefined
}

/** Reads a source as long as its component is shown: at most one new value an animation frame. */
export function useFeed(use: FeedUse): UseStream<unknown> {
  const { source, key, maxEvents, isEnabled } = use
  const latest = useLatest(use)
  const reduction = useMemo(() => {
    const { stream, after, keepMs = 0, initial, reduce } = use
    const open: StreamSource<unknown> = (call) => {
      const { source: now } = latest.current
      if (typeof now !== 'function') throw new TypeError('The source has become a url: give it a key.')
      return now(call)
    }
    const feed = { source: typeof source === 'function' ? open : source, stream, after, keepMs, maxEvents }
    const reduceNow = (value: unknown, data: unknown, event: ServerEvent | undefined): unknown =>
      (latest.current.reduce ?? reduce)?.(value, data, event)
    return new Reduction({ key, feed, initial, reduce: reduce && reduceNow })
  }, [key, maxEvents, typeof source === 'function' ? 'function' : String(source)])
  const [isStopped, setStopped] = useState(false)
  const isActive = isEnabled && !isStopped
  const subscribe = useCallback(
    (listener: () => void) => (isActive ? reduction.subscribe(listener) : () => {}),
    [isActive, reduction],
  )
  const { status, error, value } = useSyncExternalStore(subscribe, reduction.get, reduction.getInitial)
  const stop = useCallback(() => setStopped(true), [])
  const resume = useCallback(() => {
    setStopped(false)
    reduction.resume()
  }, [reduction])
  return { status: isStopped ? 'ended' : status, error, value, stop, resume }
}

/** What tells a shared connection apart from others: its key, or its url where nothing else makes a difference. */
export function keyOf(
  kind: string,
  use: Pick<FeedUse, 'source' | 'stream' | 'after' | 'maxEvents'>,
  key?: string,
): string | undefined {
  if (key !== undefined) return `${kind} key ${key}`
  const { source, stream, after, maxEvents } = use
  if (typeof source === 'function' || stream !== undefined) return undefined
  return `${kind} url ${maxEvents} ${after ?? ''} ${String(source)}`
}
