// What channels tell of their topics, runs and journal, counted for the rows that the inspector shows.
import type { ChannelObserver, Channels, Healing, JournalCall, MissedEvents, ObservedRun } from '../channel/index.ts'
import type { JournalRow, RunRow, TopicRow } from '../inspector-model/index.ts'

/** How many topics are counted; those whose count is oldest are forgotten first. */
const mostTopics = 1000
/** How many runs that have ended are shown. */
const mostRuns = 100
/** Of how many calls the percentiles are. */
const mostDurations = 512
/** Refusals by a fence, or of a key that is taken, are answers: runs are built on them. */
const answers: ReadonlySet<string> = new Set(['ERR_FENCED', 'ERR_LOG_CLOSED'])

interface TopicCount {
  heals: number
  healed: number
  gaps: number
  resets: number
}

/** Counts what one `createChannels()` tells. */
export class ChannelRecorder implements ChannelObserver {
  readonly #name: string
  readonly #channels: Channels
  readonly #topics = new Map<string, TopicCount>()
  readonly #runs = new Map<string, RunRow>()
  readonly #durations: number[] = []
  #calls = 0
  #reads = 0
  #appends = 0
  #appended = 0
  #errors = 0
  #lastError: string | undefined

  constructor(name: string, channels: Channels) {
    this.#name = name
    this.#channels = channels
  }

  onJournalCall({ method, durationMs, events, error }: JournalCall): void {
    this.#durations[this.#calls % mostDurations] = durationMs
    this.#calls += 1
    if (method === 'read') this.#reads += 1
    if (method === 'append' || method === 'appendAll') {
      this.#appends += 1
      this.#appended += events
    }
    if (error === undefined || answers.has(String(Reflect.get(Object(error), 'code')))) return
    this.#errors += 1
    this.#lastError = error instanceof Error ? error.message : 'An unknown error.'
  }

  onHeal({ place, events }: Healing): void {
    const count = this.#countOf(place.topic)
    if (count === undefined) return
    count.heals += 1
    count.healed += events
  }

  onGap({ place }: MissedEvents): void {
    const count = this.#countOf(place.topic)
    if (count !== undefined) count.gaps += 1
  }

  onReset(place: { readonly topic?: string | undefined }): void {
    const count = this.#countOf(place.topic)
    if (count !== undefined) count.resets += 1
  }

  onRun(run: ObservedRun): void {
    this.#runs.delete(run.id)
    if (run.state === 'running') return
    this.#runs.set(run.id, this.#rowOf(run, 0))
    const [oldest] = this.#runs.keys()
    if (oldest !== undefined && this.#runs.size > mostRuns) this.#runs.delete(oldest)
  }

  /** The topics that are followed at the moment. */
  get topics(): readonly TopicRow[] {
    return this.#channels.status().followed.flatMap(({ topic, readers, lagging, maxLag, position, first, tail }) => {
      if (topic === undefined) return []
      const counts = this.#topics.get(topic) ?? { heals: 0, healed: 0, gaps: 0, resets: 0 }
      return [{ name: topic, readers, lagging, maxLag, position, kept: Math.max(0, tail - first + 1), ...counts }]
    })
  }

  /** The runs of this process: those that have ended lately, then those that are active. */
  get runs(): readonly RunRow[] {
    const { followed, runs } = this.#channels.status()
    const readersOf = new Map(followed.map(({ run, readers }) => [run, readers]))
    return [...this.#runs.values(), ...runs.map((run) => this.#rowOf(run, readersOf.get(run.id) ?? 0))]
  }

  /** How the journal does. */
  get journal(): JournalRow {
    const sorted = this.#durations.toSorted((a, b) => a - b)
    const at = (share: number): number => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100
    return {
      name: this.#name,
      calls: this.#calls,
      reads: this.#reads,
      appends: this.#appends,
      appended: this.#appended,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
      errors: this.#errors,
      lastError: this.#lastError,
    }
  }

  #rowOf(run: ObservedRun, readers: number): RunRow {
    const { id, owner, node, events, startedAt, state } = run
    const seconds = toSeconds(Date.now() - startedAt)
    const lease = state === 'running' ? `${toSeconds(run.leaseAgeMs)} of ${toSeconds(run.leaseMs)} s` : undefined
    return { id, state, owner, node, lease, events, readers, seconds, channels: this.#name }
  }

  #countOf(topic: string | undefined): TopicCount | undefined {
    if (topic === undefined) return undefined
    const known = this.#topics.get(topic)
    if (known !== undefined) return known
    const [oldest] = this.#topics.keys()
    if (oldest !== undefined && this.#topics.size >= mostTopics) this.#topics.delete(oldest)
    const count = { heals: 0, healed: 0, gaps: 0, resets: 0 }
    this.#topics.set(topic, count)
    return count
  }
}

/** In seconds, to a tenth. */
function toSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
