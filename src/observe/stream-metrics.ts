// What a server tells of its streams, as metrics.
import { byteLength } from '../journal/internal.ts'
import type { Context, ObservedStream, ServerObserver } from '../server/index.ts'
import type { AttachedTo } from '../server/internal.ts'
import type { Counter, Gauge, Histogram, MetricMaker } from './prometheus.ts'

const perRoute = ['method', 'route']
/** From a fast handler to a model that thinks before it answers. */
const firstEventBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
/** From a short answer to a page that is open for a day. */
const durationBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400]

/** What is remembered of an open stream. */
interface Watched {
  readonly labels: { readonly method: string; readonly route: string }
  readonly openedAt: number
  /** When its request came; `undefined` once its first event was seen, and where the stream was open before. */
  askedAt: number | undefined
  events: number
  isFull: boolean
}

/** Counts the streams of servers. */
export class StreamMetrics implements ServerObserver {
  readonly #watched = new Map<ObservedStream, Watched>()
  readonly #askedAt = new WeakMap<Context, number>()
  readonly #open: Gauge
  readonly #full: Gauge
  readonly #ended: Counter
  readonly #events: Counter
  readonly #bytes: Counter
  readonly #blocked: Counter
  readonly #resumes: Counter
  readonly #firstEvent: Histogram
  readonly #duration: Histogram
  #isAttaching = false

  constructor(meter: MetricMaker) {
    this.#open = meter.gauge('streams_open', 'Streams that are open.', perRoute)
    this.#full = meter.gauge('streams_full', 'Open streams whose reader takes nothing at the moment.', perRoute)
    this.#ended = meter.counter('streams_ended_total', 'Streams that have ended, by how.', [...perRoute, 'outcome'])
    this.#events = meter.counter('stream_events_total', 'Events sent.', perRoute)
    this.#bytes = meter.counter('stream_bytes_total', 'Bytes sent, before any compression.', perRoute)
    this.#blocked = meter.counter('stream_full_total', 'Times that a reader began to take nothing.', perRoute)
    this.#resumes = meter.counter('stream_resumes_total', 'Streams opened with a last event id.', perRoute)
    this.#firstEvent = meter.seconds(
      'stream_first_event_seconds',
      'Time from a request to the first event of its stream.',
      perRoute,
      firstEventBuckets,
    )
    this.#duration = meter.seconds(
      'stream_duration_seconds',
      'Time from the opening of a stream to its end.',
      perRoute,
      durationBuckets,
    )
  }

  /** Counts the streams of `server`, those that are open included. */
  attach(server: AttachedTo): void {
    this.#isAttaching = true
    server.observe(this)
    this.#isAttaching = false
  }

  /** A request has come. */
  begin(ctx: Context): void {
    this.#askedAt.set(ctx, performance.now())
  }

  onOpen(stream: ObservedStream): void {
    const { ctx, route = '' } = stream
    const labels = { method: ctx.method, route }
    const askedAt = this.#askedAt.get(ctx)
    // What a stream has sent before it was observed is not known event by event, and not counted.
    const events = this.#isAttaching ? stream.events : 0
    const watched = { labels, openedAt: performance.now(), askedAt, events, isFull: false }
    this.#watched.set(stream, watched)
    this.#open.inc(labels)
    if (ctx.lastEventId !== undefined) this.#resumes.inc(labels)
    this.#countEvents(stream, watched)
  }

  onWrite(stream: ObservedStream, frames: string | Uint8Array): void {
    const watched = this.#watched.get(stream)
    if (watched === undefined) return
    this.#bytes.inc(watched.labels, typeof frames === 'string' ? byteLength(frames) : frames.byteLength)
    this.#countEvents(stream, watched)
  }

  onFull(stream: ObservedStream): void {
    const watched = this.#watched.get(stream)
    if (watched === undefined || watched.isFull) return
    watched.isFull = true
    this.#full.inc(watched.labels)
    this.#blocked.inc(watched.labels)
  }

  onRoom(stream: ObservedStream): void {
    const watched = this.#watched.get(stream)
    if (watched !== undefined) this.#unblock(watched)
  }

  onEnd(stream: ObservedStream): void {
    const watched = this.#watched.get(stream)
    if (watched === undefined) return
    this.#watched.delete(stream)
    this.#countEvents(stream, watched)
    this.#unblock(watched)
    this.#open.dec(watched.labels)
    this.#ended.inc({ ...watched.labels, outcome: stream.outcome ?? 'complete' })
    this.#duration.observe(watched.labels, (performance.now() - watched.openedAt) / 1000)
  }

  #countEvents(stream: ObservedStream, watched: Watched): void {
    const count = stream.events - watched.events
    if (count === 0) return
    watched.events = stream.events
    this.#events.inc(watched.labels, count)
    if (watched.askedAt === undefined) return
    this.#firstEvent.observe(watched.labels, (performance.now() - watched.askedAt) / 1000)
    watched.askedAt = undefined
  }

  #unblock(watched: Watched): void {
    if (!watched.isFull) return
    watched.isFull = false
    this.#full.dec(watched.labels)
  }
}
