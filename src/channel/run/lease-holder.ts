// The lease of a run in this process: how the run learns that it was stopped or lost elsewhere, and ends in time.
import { sleep } from '../../base/index.ts'
import type { Journal } from '../../journal/index.ts'
import { endLater } from './late-end.ts'
import { LeaseRenewal } from './lease-renewal.ts'
import { longestMs, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import { hasCode, isRefusal } from '../refusal.ts'
import { persist } from './persist.ts'
import type { HeldRun, RunNode } from './run-node.ts'
import { isExpired, observe, type Sight, type Silence } from './silence.ts'

/** Why a run is ended by what its lease, or the time, says. */
export type LeaseEnd = 'stopped' | 'lost' | 'duration' | 'abandoned' | 'shutdown'

/** Options of a {@link LeaseHolder}. */
export interface LeaseHolderParts {
  readonly journal: Journal
  readonly node: RunNode
  readonly limits: RunLimits
  readonly onError: (error: unknown) => void
  /** Called with the reason to end the run. */
  readonly abort: (reason: LeaseEnd) => void
  /** Aborts once the run has ended. */
  readonly over: AbortSignal
  /** Whether the journal still has everything that the run has appended. */
  readonly hasAll: () => Promise<boolean>
  /** Whether the run has followers in this process. Left out if it needs none. */
  readonly isFollowedHere: (() => boolean) | undefined
}

/** Holds the lease of one run, until the run ends. */
export class LeaseHolder implements HeldRun {
  readonly #log: RunLog
  readonly #parts: LeaseHolderParts
  #lease: LeaseAt
  /** How long nobody has followed the run. */
  #unfollowed: Silence | undefined
  /** Other nodes that have said that they follow it, and how often any has. */
  readonly #followers = new Set<string>()
  #joins = 0
  /** The last sign of a follower on a node of an earlier version. */
  #sign = 0
  /** How often this node has written the lease. */
  #writes = 0
  #isUnreadable = false
  /** When the journal last took a sign of this node, by `performance.now()`. */
  #renewedAt = performance.now()
  #release: () => void | Promise<void> = () => {}

  constructor(log: RunLog, lease: LeaseAt, parts: LeaseHolderParts) {
    this.#log = log
    this.#lease = lease
    this.#parts = parts
  }

  /** How long ago, in milliseconds, the journal last took a sign that this node lives. */
  get ageMs(): number {
    return performance.now() - this.#renewedAt
  }

  start(): void {
    const { node } = this.#parts
    void this.#endInTime()
    if (this.#lease.beat === 'node') this.#release = node.hold(this.#log.id, this)
    else this.#release = this.#keepRenewing()
  }

  /** Ends the lease of a run whose log is closed. */
  end(): Promise<void> {
    // Nobody else writes it but who ends the run, so that it need not be read: whoever was first is told by the refusal.
    let known: LeaseAt | undefined = this.#lease
    return this.#finish(async () => {
      const current = known ?? (await this.#log.lease())
      known = undefined
      if (current?.state === 'running') await this.#log.writeLease({ ...current, state: 'ended' })
    })
  }

  /** Closes a log to which this node could not append what the run has said: as interrupted, unless another node has. */
  interrupt(): Promise<void> {
    return this.#finish(async () => {
      // None: the journal has lost it, or has forgotten it.
      const current = (await this.#log.lease()) ?? { ...this.#lease, seq: 0 }
      if (current.state === 'running') await this.#log.writeLease({ ...current, state: 'interrupted' })
      await this.#log.close('error', { error: 'interrupted' })
    })
  }

  /** Reads the lease, and ends the run if it is not this node's any more, or the journal has lost a part of it. */
  async look(hasLoss: boolean): Promise<void> {
    try {
      await this.#isOurs(hasLoss)
      this.#isUnreadable = false
    } catch (error) {
      if (!hasCode(error, 'ERR_EVENT_INVALID')) throw error
      // Somebody else has damaged it. That must not keep the runs beside it from being looked at.
      if (!this.#isUnreadable) this.#parts.onError(error)
      this.#isUnreadable = true
    }
  }

  addFollower(node: string): void {
    this.#followers.add(node)
    this.onJoin()
  }

  /** To join is a sign in itself: who hops from node to node may be on none when it beats. */
  onJoin(): void {
    this.#joins += 1
    this.#unfollowed = undefined
  }

  /** Ends the run if it has had no followers for too long. */
  async onBeat(): Promise<void> {
    this.#renewedAt = performance.now()
    const { isFollowedHere, limits, abort } = this.#parts
    if (isFollowedHere === undefined) return
    const joins = this.#joins
    const isFollowed = (): boolean => isFollowedHere() || joins !== this.#joins
    const sight = isFollowedHere() ? undefined : await this.#lastSign()
    this.#unfollowed =
      sight === undefined || isFollowed() ? undefined : observe(this.#unfollowed, sight, limits.graceMs)
    if (this.#unfollowed === undefined || !isExpired(this.#unfollowed, limits.graceMs)) return
    if (await this.#hasNewSign()) this.#unfollowed = undefined
    else if (!isFollowed()) abort('abandoned')
  }

  onFailure(error: unknown): void {
    this.#unfollowed = undefined
    // By this process itself: nothing that the run says can be kept any more.
    if (hasCode(error, 'ERR_JOURNAL_CLOSED')) this.#parts.abort('shutdown')
  }

  /** Resolves once `work` is done, or the journal has refused it: then it is done later, for those who follow the run elsewhere. */
  async #finish(work: () => Promise<void>): Promise<void> {
    const { onError, limits } = this.#parts
    const untilOurs = async (): Promise<void> => {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          // Another node has written the lease since it was read.
          if (!isRefusal(error)) throw error
        }
      }
    }
    try {
      await persist(untilOurs, { onTrouble: onError })
    } catch (error) {
      onError(error)
      // No later than they would find a node dead; and nothing of the run is kept for longer than that.
      if (!hasCode(error, 'ERR_JOURNAL_CLOSED'))
        endLater(untilOurs, { forMs: longestMs(limits), longestPauseMs: limits.leaseMs })
    }
    await this.#release()
  }

  async #endInTime(): Promise<void> {
    const { limits, over, abort } = this.#parts
    await sleep(limits.maxDurationMs, over).catch(() => {})
    abort('duration')
  }

  /** Resolves with whether the lease is still this node's, and the run goes on. */
  async #isOurs(hasLoss: boolean): Promise<boolean> {
    const { abort, hasAll } = this.#parts
    const { seq, node } = this.#lease
    const writes = this.#writes
    const lease = await this.#log.lease()
    // If this node has written the lease during the read, the answer may be older than that; an end is final.
    const isOld = writes !== this.#writes && (lease === undefined || lease.state === 'running')
    if (!isOld && (lease?.state !== 'running' || lease.node !== node)) {
      abort(lease?.state === 'stopped' ? 'stopped' : 'lost')
      return false
    }
    const isBack = !isOld && lease !== undefined && lease.seq < seq
    if (!isOld && lease !== undefined) this.#lease = lease
    if ((!hasLoss && !isBack) || (await hasAll())) return true
    abort('lost')
    return false
  }

  async #lastSign(): Promise<Sight> {
    const { node } = this.#parts
    if (this.#lease.beat === 'node') return node.signsOf(this.#log.id, this.#followers)
    const askedAt = performance.now()
    const mark = String(await this.#log.lastSign())
    return { mark, askedAt, answeredAt: performance.now() }
  }

  /** Whether a node of an earlier version has signed since this was asked before: it knows nothing of beats. */
  async #hasNewSign(): Promise<boolean> {
    if (this.#lease.beat !== 'node') return false
    const before = this.#sign
    this.#sign = await this.#log.lastSign()
    return this.#sign !== before
  }

  async #write(lease: LeaseAt): Promise<void> {
    this.#lease = await this.#log.writeLease(lease)
    this.#writes += 1
  }

  #keepRenewing(): () => Promise<void> {
    const { journal, limits, onError, over } = this.#parts
    const renewal = new LeaseRenewal({
      journal,
      leaseTopic: this.#log.leaseTopic,
      beatMs: Math.min(limits.leaseMs, limits.graceMs) / 3,
      onError,
      over,
      renew: () => this.#renew(),
      look: () => this.look(false),
      onFailure: (error) => this.onFailure(error),
    })
    return () => renewal.end()
  }

  async #renew(): Promise<void> {
    try {
      await this.#write(this.#lease)
    } catch (error) {
      if (!isRefusal(error)) throw error
      // This node has written it and the answer was lost, or the journal is back from an older state; or another node has.
      if (await this.#isOurs(false)) await this.#write(this.#lease)
    }
    await this.onBeat()
  }
}
