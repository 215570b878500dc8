// The logs of runs, for a room that reads them itself: whoever asks is the server, and no user.
import type { Journal } from '../../journal/index.ts'
import type { Subscription } from '../reader/subscription.ts'
import { findStarted, type RunKey } from './keys.ts'
import { longestMs, RunLog, type RunLimits } from './log.ts'

/** What {@link RunLogs} needs. */
export interface RunLogsOptions {
  readonly journal: Journal
  readonly limits: RunLimits
  /** The largest event, in bytes of its data. */
  readonly maxEventBytes: number
  /** Follows a run from its beginning, or from `now` on. Whoever does so finds out if the run's node has died. */
  readonly follow: (log: RunLog, from: 'beginning' | 'now', signal?: AbortSignal) => Subscription
  /** Follows a log that is no run's, behind a position; to follow one that does not exist makes none. */
  readonly followLog: (topic: string, epoch: string, after: string) => Subscription
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

  constructor({ journal, limits, maxEventBytes, follow, followLog }: RunLogsOptions) {
    this.journal = journal
    this.limits = limits
    this.maxEventBytes = maxEventBytes
    this.longestMs = longestMs(limits)
    this.followLog = followLog
    this.#follow = follow
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

  /** The number of the last event of a run; 0 for none. */
  async lengthOf(id: string): Promise<number> {
    return (await this.#logOf(id).read(0, 0)).tail
  }

  /** Whether a run has ended: its log is closed, or there is none of it. */
  async hasEnded(id: string): Promise<boolean> {
    const log = this.#logOf(id)
    return (await log.isClosed()) || (await log.lease()) === undefined
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
