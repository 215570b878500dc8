// The logs of runs, for a room that reads them itself: whoever asks is the server, and no user.
import { formatPosition, type Journal, type StoredEvent } from '../../journal/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import type { CondensedLog } from '../packed/condensed-log.ts'
import type { LogCodec } from '../packed/log-codec.ts'
import { packLog } from '../packed/pack-log.ts'
import { packedPlace } from '../packed/place.ts'
import type { RunReads } from '../packed/run-reads.ts'
import type { StoredItem, Subscription } from '../reader/subscription.ts'
import { findStarted, type RunKey } from './keys.ts'
import { longestMs, RunLog, type RunLimits } from './log.ts'
import { PackingQueue } from './packing-queue.ts'
import { persist } from './persist.ts'

/** What {@link RunLogs} needs. */
export interface RunLogsOptions {
  readonly journal: Journal
  readonly reads: RunReads
  readonly limits: RunLimits
  /** The largest event, in bytes of its data. */
  readonly maxEventBytes: number
  readonly onError: (error: unknown, place: ErrorPlace) => void
  /** Follows a run from its beginning, or from `now` on. Whoever does so finds out if the run's node has died. */
  readonly follow: (log: RunLog, from: 'beginning' | 'now', signal?: AbortSignal) => Subscription
  /** Follows a log that is no run's, behind a position; to follow one that does not exist makes none. */
  readonly followLog: (topic: string, epoch: string, after: string) => Subscription
}

/** What {@link RunLogs.condensed} gives. */
export interface CondensedRun {
  readonly items: AsyncIterator<StoredItem, undefined> | undefined
  readonly length: number
}

/** The logs of the runs of one `channels.runs()`. */
export class RunLogs {
  readonly journal: Journal
  readonly limits: RunLimits
  readonly maxEventBytes: number
  /** How long nothing of a run may be forgotten, in milliseconds. */
  readonly longestMs: number
  /** Follows a log that is no run's, with an epoch that is known before it exists, behind a position. */
  readonly followLog: RunLogsOptions['followLog']
  readonly #follow: RunLogsOptions['follow']
  readonly #reads: RunReads
  readonly #onError: RunLogsOptions['onError']
  readonly #onDrained = new Set<() => void>()

  constructor({ journal, reads, limits, maxEventBytes, onError, follow, followLog }: RunLogsOptions) {
    this.journal = journal
    this.limits = limits
    this.maxEventBytes = maxEventBytes
    this.longestMs = longestMs(limits)
    this.followLog = followLog
    this.#follow = follow
    this.#reads = reads
    this.#onError = onError
  }

  /**
   * Reads logs that are packed by this codec: all runs of one `createChannels()` share it. Returns what packs those that it is
   * told of, `afterMs` milliseconds later; with `false`, or where that is too late for any use, it packs none.
   */
  packBy(codec: LogCodec, afterMs: number | false): PackingQueue {
    const { journal } = this
    const { keepMs } = this.limits
    this.#reads.codec = codec
    const queue = new PackingQueue({
      delayMs: afterMs === false || afterMs >= keepMs ? Infinity : afterMs,
      pack: (id) => packLog(packedPlace(this.#logOf(id).topic, id), { journal, codec, forgetAfterMs: keepMs }),
      onError: (error, run) => this.#onError(error, { run }),
    })
    this.onDrained(() => queue.clear())
    return queue
  }

  /** Calls `listener` whenever a server that closes has waited for the runs of this process. */
  onDrained(listener: () => void): void {
    this.#onDrained.add(listener)
  }

  /** Tells that a server has waited for the runs. */
  noteDrained(): void {
    for (const listener of this.#onDrained) listener()
  }

  /** A run from its beginning, with its owner; `undefined` if it is not kept. */
  async find(id: string): Promise<{ readonly owner: string; readonly source: Subscription } | undefined> {
    const log = this.#logOf(id)
    const lease = await log.lease()
    return lease === undefined ? undefined : { owner: lease.owner, source: this.#follow(log, 'beginning') }
  }

  /** The run that an idempotency key has started; `undefined` for none. */
  startedBy(key: RunKey): Promise<string | undefined> {
    return findStarted(this.journal, key)
  }

  /**
   * The events of a run whose log is packed, from its beginning, in fewer events that come to the same; no `items` if it is
   * not packed. And the number of its last event; 0 for none. Who asks has made sure that the run may be read.
   */
  async condensed(id: string): Promise<CondensedRun> {
    const { log, length } = await this.#reads.condensed(packedPlace(this.#logOf(id).topic, id))
    return { items: log && iterate(log, id), length }
  }

  /** The number of the last event of a run; 0 for none. */
  async lengthOf(id: string): Promise<number> {
    return (await this.#logOf(id).read(0, 0)).tail
  }

  /** Whether a run has ended: its log is closed, or there is none of it, or it has never begun. */
  async hasEnded(id: string): Promise<boolean> {
    const log = this.#logOf(id)
    if (await log.isClosed()) return true
    const lease = await log.lease()
    // Written behind the end of the log, or in place of a log that was never begun.
    return lease === undefined || lease.state === 'ended'
  }

  /**
   * Resolves when the log of a run is closed. Like every follower it finds out if the run's node has died, and closes the log
   * then. Rejects when `signal` aborts.
   */
  async untilEnded(id: string, signal: AbortSignal): Promise<void> {
    if (await this.hasEnded(id)) return
    const events = this.#follow(this.#logOf(id), 'now', signal).stored()
    while ((await events.next()).done !== true) continue
  }

  #logOf(id: string): RunLog {
    return new RunLog(this.journal, id, this.limits)
  }
}

/** Iterates a log. It ends before its end where it cannot be read on; an outage of the journal is waited for. */
function iterate(log: CondensedLog, id: string): AsyncIterator<StoredItem, undefined> {
  const over = new AbortController()
  let events: readonly StoredEvent[] = []
  let at = 0
  return {
    next: async () => {
      if (at === events.length && !over.signal.aborted) {
        events = await persist(() => log.next(), { signal: over.signal })
        at = 0
      }
      const event = events[at]
      if (over.signal.aborted || event === undefined || event.erased === true) return finished
      at += 1
      const position = formatPosition({ epoch: id, seq: event.seq, nonce: event.nonce })
      return { done: false, value: { id: position, event: event.event, data: event.data } }
    },
    return: async () => {
      over.abort()
      return finished
    },
  }
}

const finished = { done: true, value: undefined } as const
