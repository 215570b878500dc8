// What channels tell of their topics, runs and journal, as metrics.
import { TidingsError } from '../base/index.ts'
import type {
  ChannelObserver,
  Channels,
  ErrorPlace,
  Healing,
  JournalCall,
  MissedEvents,
  ObservedRun,
} from '../channel/index.ts'
import type { Counter, Gauge, Histogram, MetricMaker } from './prometheus.ts'
import type { TopicLabels } from './topic-labels.ts'

const callBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const runBuckets = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600]
/** Refusals by a fence, or of a log that is closed, are answers: runs are built on them. */
const answers: ReadonlySet<string> = new Set(['ERR_FENCED', 'ERR_LOG_CLOSED'])

/** Counts what any number of `createChannels()` tell. */
export class ChannelMetrics implements ChannelObserver {
  readonly #calls: Histogram
  readonly #errors: Counter
  readonly #events: Counter
  readonly #heals: Counter
  readonly #healed: Counter
  readonly #gaps: Counter
  readonly #resets: Counter
  readonly #runs: Counter
  readonly #runSeconds: Histogram

  constructor(meter: MetricMaker, channels: readonly Channels[], labels: TopicLabels) {
    this.#calls = meter.seconds('journal_call_seconds', 'How long the journal took to answer.', ['method'], callBuckets)
    this.#errors = meter.counter('journal_errors_total', 'Calls of the journal that failed.', ['method', 'code'])
    this.#events = meter.counter('journal_events_total', 'Events appended to and read from the journal.', ['method'])
    this.#heals = meter.counter('heals_total', 'Reads for events that no hint has brought.', ['of'])
    this.#healed = meter.counter('healed_events_total', 'Events that such reads have found.', ['of'])
    this.#gaps = meter.counter('gaps_total', 'Readers told that they have missed events for good.', ['of'])
    this.#resets = meter.counter('resets_total', 'Logs that were replaced.', ['of'])
    this.#runs = meter.counter('runs_ended_total', 'Runs of this process that have ended, by how.', ['state'])
    this.#runSeconds = meter.seconds('run_seconds', 'Time from the start of a run to its end.', ['state'], runBuckets)
    meter.gauge('runs_active', 'Runs whose handler runs in this process.', [], (gauge) => {
      gauge.set(
        {},
        channels.reduce((sum, one) => sum + one.status().runs.length, 0),
      )
    })
    meter.gauge(
      'run_lease_age_seconds',
      'Age of the oldest lease among the active runs of this process.',
      [],
      (gauge) => {
        const ages = channels.flatMap((one) => one.status().runs.map(({ leaseAgeMs }) => leaseAgeMs / 1000))
        gauge.set(
          {},
          ages.reduce((oldest, age) => Math.max(oldest, age), 0),
        )
      },
    )
    meter.gauge(
      'topic_lag_events',
      'Events that the slowest reader in this process is behind, by topic.',
      ['topic'],
      (gauge) => {
        findLag(gauge, channels, labels)
      },
    )
    meter.gauge('topic_readers', 'Readers in this process, by topic.', ['topic'], (gauge) => {
      countReaders(gauge, channels, labels)
    })
    meter.gauge('run_readers', 'Readers of runs in this process.', [], (gauge) => {
      const runs = channels.flatMap((one) => one.status().followed).filter(({ run }) => run !== undefined)
      gauge.set(
        {},
        runs.reduce((sum, { readers }) => sum + readers, 0),
      )
    })
  }

  onJournalCall({ method, durationMs, events, error }: JournalCall): void {
    this.#calls.observe({ method }, durationMs / 1000)
    if (events > 0) this.#events.inc({ method }, events)
    if (error === undefined) return
    const code = codeOf(error)
    if (!answers.has(code)) this.#errors.inc({ method, code })
  }

  onHeal({ place, events }: Healing): void {
    this.#heals.inc({ of: kindOf(place) })
    if (events > 0) this.#healed.inc({ of: kindOf(place) }, events)
  }

  onGap({ place }: MissedEvents): void {
    this.#gaps.inc({ of: kindOf(place) })
  }

  onReset(place: ErrorPlace): void {
    this.#resets.inc({ of: kindOf(place) })
  }

  onRun({ state, startedAt }: ObservedRun): void {
    if (state === 'running') return
    this.#runs.inc({ state })
    this.#runSeconds.observe({ state }, (Date.now() - startedAt) / 1000)
  }
}

/** Our own codes are a closed set; what an engine's driver throws may have any code, or one for each error. */
function codeOf(error: unknown): string {
  return error instanceof TidingsError ? error.code : 'other'
}

function kindOf({ run }: ErrorPlace): string {
  return run === undefined ? 'topic' : 'run'
}

/** Sets the lag of each label anew: of topics that share one, the largest. */
function findLag(gauge: Gauge, channels: readonly Channels[], labels: TopicLabels): void {
  const lags = new Map<string, number>()
  for (const { topic, maxLag } of channels.flatMap((one) => one.status().followed)) {
    if (topic !== undefined) lags.set(labels.of(topic), Math.max(lags.get(labels.of(topic)) ?? 0, maxLag))
  }
  gauge.reset()
  for (const [topic, lag] of lags) gauge.set({ topic }, lag)
}

/** Sets the readers of each label anew: topics share labels, and one without readers is not followed any more. */
function countReaders(gauge: Gauge, channels: readonly Channels[], labels: TopicLabels): void {
  gauge.reset()
  for (const { topic, readers } of channels.flatMap((one) => one.status().followed)) {
    if (topic !== undefined) gauge.inc({ topic: labels.of(topic) }, readers)
  }
}
