// What all connections of a measurement came to.
import { Histogram } from './histogram.ts'

/** The reasons of failures that are told apart; more are counted together. */
const reasonLimit = 20

/** Counts of one measurement. */
export class Tally {
  /** Connections whose head has arrived. */
  opened = 0
  /** Connections whose stream is being read. */
  open = 0
  /** Connections that failed, before or after their head. */
  failed = 0
  /** Connections that the server ended in order. */
  ended = 0
  events = 0
  bytes = 0
  /** Events whose time lies in the future: the clocks of the two machines differ. */
  future = 0
  readonly reasons: Map<string, number> = new Map()
  /** From the request to the response's head. */
  readonly head: Histogram = new Histogram()
  /** From the request to the first event. */
  readonly first: Histogram = new Histogram()
  /** From one event to the next of the same connection. */
  readonly between: Histogram = new Histogram()
  /** From the time that an event carries to its arrival. */
  readonly latency: Histogram = new Histogram()

  /** Counts a connection that failed. */
  fail(reason: string): void {
    this.failed += 1
    const name = this.reasons.has(reason) || this.reasons.size < reasonLimit ? reason : 'other reasons'
    this.reasons.set(name, (this.reasons.get(name) ?? 0) + 1)
  }

  /** Counts a latency. */
  addLatency(ms: number): void {
    if (ms < 0) this.future += 1
    this.latency.add(ms)
  }
}
