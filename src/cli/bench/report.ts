// The result of a measurement: for people, and for programs.
import { describeBytes, describeMs } from '../terminal/duration.ts'
import type { Paint } from '../terminal/paint.ts'
import { escapeControls, toVisibleJson } from '../terminal/visible.ts'
import type { Histogram, Percentiles } from './histogram.ts'
import type { Tally } from './tally.ts'

/** What was measured. */
export interface Measurement {
  readonly url: string
  /** The connections that were asked for. */
  readonly connections: number
  readonly elapsedMs: number
  readonly tally: Tally
}

/** The result as a table. */
export function describeMeasurement({ url, connections, elapsedMs, tally }: Measurement, paint: Paint): string {
  const { opened, failed, ended, events, bytes, future } = tally
  const counts = [`${opened} of ${connections} opened`, `${ended} ended by the server`]
  const failures = failed === 0 ? '0 failed' : paint.red(`${failed} failed`)
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['connections', [...counts, failures].join(', ')],
    ...[...tally.reasons].map(([reason, count]): readonly [string, string] => [
      '',
      paint.red(`${count} x ${escapeControls(reason)}`),
    ]),
    ['events', `${group(events)}, ${group(perSecond(events, elapsedMs))} a second`],
    ['bytes', `${describeBytes(bytes)}, ${describeBytes(Math.round(perSecond(bytes, elapsedMs)))} a second`],
    ['head after', describeTimes(tally.head)],
    ['first event after', describeTimes(tally.first)],
    ['between events', describeTimes(tally.between)],
    ['latency', describeTimes(tally.latency)],
    ['', future === 0 ? undefined : paint.yellow(`${group(future)} events are from the future: the clocks differ`)],
  ]
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${paint.dim(name.padEnd(18))} ${value}`]))
  return [`${paint.bold(url)} for ${describeMs(elapsedMs)}`, '', ...lines, ''].join('\n')
}

/** The result as one line of JSON; times in milliseconds. */
export function toMeasurementLine({ url, connections, elapsedMs, tally }: Measurement): string {
  const { opened, failed, ended, events, bytes, reasons } = tally
  const result = {
    url,
    elapsedMs: Math.round(elapsedMs),
    connections: { asked: connections, opened, ended, failed },
    failures: Object.fromEntries(reasons),
    events,
    eventsPerSecond: Math.round(perSecond(events, elapsedMs)),
    bytes,
    headMs: toNumbers(tally.head),
    firstEventMs: toNumbers(tally.first),
    betweenEventsMs: toNumbers(tally.between),
    latencyMs: toNumbers(tally.latency),
  }
  return toVisibleJson(JSON.stringify(result))
}

/** The state of a measurement that goes on, in one line of `columns` at most. */
export function describeProgress({ connections, elapsedMs, tally }: Measurement, columns: number): string {
  const { open, events, failed } = tally
  const between = tally.between.percentiles()
  const parts = [
    describeMs(elapsedMs).padStart(6),
    `${open}/${connections} open`,
    `${group(events)} events`,
    `${group(perSecond(events, elapsedMs))}/s`,
    ...(between === undefined ? [] : [`between p50 ${describeMs(between.p50)} p99 ${describeMs(between.p99)}`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ]
  return parts.join('  ').slice(0, columns - 1)
}

function describeTimes(histogram: Histogram): string | undefined {
  const times = histogram.percentiles()
  if (times === undefined) return undefined
  return Object.entries(times)
    .map(([name, ms]: readonly [string, number]) => `${name} ${describeMs(ms)}`.padEnd(13))
    .join(' ')
    .trimEnd()
}

function toNumbers(histogram: Histogram): Percentiles | null {
  const times = histogram.percentiles()
  if (times === undefined) return null
  return { p50: round(times.p50), p90: round(times.p90), p99: round(times.p99), max: round(times.max) }
}

function round(ms: number): number {
  return Number(ms.toPrecision(4))
}

function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs === 0 ? 0 : (count / elapsedMs) * 1000
}

/** A count with its thousands apart. */
function group(count: number): string {
  return (count < 10 && !Number.isInteger(count) ? count.toFixed(1) : String(Math.round(count))).replace(
    /\B(?=(\d{3})+$)/g,
    ',',
  )
}
