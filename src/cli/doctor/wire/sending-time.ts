// When events were sent, by what they say themselves: the only way to see from outside that each of them is late.
import type { ArrivedEvent, Exchange } from './exchange.ts'

/** How late events arrived, in milliseconds, by the times that they carry. */
export interface Lateness {
  /** Where the time was found: `data.at`, `data` or `id`. */
  readonly field: string
  readonly count: number
  readonly leastMs: number
  readonly medianMs: number
  readonly mostMs: number
  /** Whether at least half of them were late by the same time, give or take 60 ms. */
  readonly isAlike: boolean
  /** From the first to the last time that they carry. */
  readonly sentOverMs: number
}

const alikeMs = 60
const mostAheadMs = 1000
const dayMs = 86_400_000

/**
 * How late the events were that were sent after the request. Older ones are history, which nobody has held back.
 * Nothing if fewer than two carry a time of one field.
 */
export function latenessOf(exchange: Exchange, events: readonly ArrivedEvent[]): Lateness | undefined {
  const [first] = events
  if (first === undefined) return undefined
  for (const [field, read] of readersFor(first)) {
    const pairs = events.map((event) => ({ sent: read(event), arrived: exchange.startedAt + event.atMs }))
    const live = pairs.filter((pair): pair is { sent: number; arrived: number } => isLive(pair, exchange.startedAt))
    const [firstLive, lastLive] = [live[0], live.at(-1)]
    if (firstLive === undefined || lastLive === undefined || lastLive.sent <= firstLive.sent) continue
    const lags = live.map(({ sent, arrived }) => arrived - sent).toSorted((a, b) => a - b)
    const [leastMs = 0, medianMs = 0, mostMs = 0] = [lags[0], lags[lags.length >> 1], lags.at(-1)]
    // By the clock of a server that is ahead, history is as good as live.
    if (leastMs < -mostAheadMs) continue
    const isAlike = lags.filter((lag) => Math.abs(lag - medianMs) <= alikeMs).length * 2 >= lags.length
    const sentOverMs = lastLive.sent - firstLive.sent
    return { field, count: lags.length, leastMs, medianMs, mostMs, isAlike, sentOverMs }
  }
  return undefined
}

/** A clock that is a day off says nothing. */
function isLive({ sent, arrived }: { sent: number | undefined; arrived: number }, since: number): boolean {
  return sent !== undefined && sent >= since && Math.abs(arrived - sent) < dayMs
}

type TimeReader = (event: ArrivedEvent) => number | undefined

/** A reader for each place where the event may have a time. */
function readersFor(event: ArrivedEvent): readonly (readonly [string, TimeReader])[] {
  const names = Object.keys(objectOf(event.data) ?? {})
  const fields = names.map((name): readonly [string, TimeReader] => {
    return [`data.${name}`, ({ data }) => toTime(objectOf(data)?.[name])]
  })
  // The ids of Redis streams begin with the time.
  return [...fields, ['data', ({ data }) => toTime(data)], ['id', ({ id }) => toTime(/^\d{13}/.exec(id ?? '')?.[0])]]
}

function objectOf(data: string): Readonly<Record<string, unknown>> | undefined {
  if (!data.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(data)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    // Text that happens to begin with a brace has no fields.
    return undefined
  }
}

/** Milliseconds since 1970, from a number or text of them or an ISO date with milliseconds. Whole seconds are too coarse. */
function toTime(value: unknown): number | undefined {
  if (typeof value === 'number') return value > 1e12 && value < 1e13 ? value : undefined
  if (typeof value !== 'string') return undefined
  if (/^\d{13}$/.test(value)) return Number(value)
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}/.test(value) ? Date.parse(value) : undefined
}
