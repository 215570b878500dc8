// Runs: handlers that outlive their readers. Started once, followed from any node, ended for all readers at once.
import { checkOptions, describeValue, longestDelayMs, TidingsError } from '../../base/index.ts'
import { createSecretEpoch, formatPosition, parsePosition, type Journal } from '../../journal/index.ts'
import type { Resumable, Resumed, ResumeRequest, RunHandler } from '../../sse/index.ts'
import type { ErrorPlace } from '../error-place.ts'
import type { Hub } from '../hub/hub.ts'
import type { HubRun } from '../hub/options.ts'
import type { HubRegistry } from '../hub/registry.ts'
import type { ChannelObservers, ObservedRun } from '../observe/observer.ts'
import { packedPlace } from '../packed/place.ts'
import type { RunReads } from '../packed/run-reads.ts'
import { Run } from './run.ts'
import { RunKeys, type RunKey } from './keys.ts'
import { isId, longestMs, RunLog, type LeaseAt, type RunLimits } from './log.ts'
import { isRefusal } from '../refusal.ts'
import type { RunNode } from './run-node.ts'
import { RunLogs, type RunLogsOptions } from './run-logs.ts'
import { limitsOf, runsChecks, type RunsOptions } from './runs-options.ts'
import { RunWatch } from './watch.ts'
import type { WriteLoad } from './writer.ts'
import { Subscription } from '../reader/subscription.ts'
import type { RunEndReason } from '../run-end.ts'

/** A {@link Resumed} of these runs. */
export type RunResumed =
  | Exclude<Resumed, { readonly outcome: 'following' }>
  | { readonly outcome: 'following'; readonly source: Subscription; readonly runId: string }

/** Decides whether a run may start. Both reject with what the request is answered. */
export interface Admit {
  /** Asked before anything of the run is stored, so that a refusal leaves nothing. May be asked again. */
  readonly check: () => Promise<void>
  /** Asked for a run that has its lease already. */
  readonly admit: (runId: string) => Promise<void>
}

/** What all runs of one `createChannels()` share. */
export interface RunsParts {
  readonly journal: Journal
  readonly hubs: HubRegistry
  readonly maxEventBytes: number
  readonly onError: (error: unknown, place: ErrorPlace) => void
  readonly observers: ChannelObservers
  /** The runs of all `channels.runs()` whose handler runs in this process. */
  readonly running: Set<ObservedRun>
  /** The logs of all runs, also those that are packed. */
  readonly reads: RunReads
  /** This node. Not made before it is needed: Workers have no random numbers while a module is evaluated. */
  readonly node: () => RunNode
}

/** This process, as the runs of others see it. */
interface InProcess {
  readonly node: RunNode
  readonly keys: RunKeys
}

/** Runs, made by `channels.runs()` and passed to `sse: { resume }`. */
export class Runs<Ctx> implements Resumable<Ctx> {
  readonly #parts: RunsParts
  readonly #limits: RunLimits
  readonly #owner: (ctx: Ctx) => string
  readonly #stopsUnfollowed: boolean
  readonly #renewsLeases: boolean
  #inProcess: InProcess | undefined
  #logs: RunLogs | undefined
  /** The runs whose handler runs in this process. */
  readonly #running = new Map<string, Run>()
  /** What a closing server waits for: runs whose handler has not finished its `finally`, or is about to start. */
  readonly #settling = new Set<Promise<void>>()
  readonly #load: WriteLoad = { underWay: 0 }
  readonly #watched = new WeakSet<Hub>()

  /** @internal */
  constructor(options: RunsOptions<Ctx>, parts: RunsParts) {
    checkOptions('runs()', options, runsChecks)
    this.#parts = parts
    this.#owner = options.owner
    this.#stopsUnfollowed = options.unfollowed === 'stop'
    this.#renewsLeases = options.renewLeases === true
    this.#limits = limitsOf(options)
  }

  get #here(): InProcess {
    this.#inProcess ??= this.#enter(this.#parts.node())
    return this.#inProcess
  }

  #enter(node: RunNode): InProcess {
    const { journal } = this.#parts
    const onError = (error: unknown): void => this.#parts.onError(error, {})
    const { leaseMs, graceMs } = this.#limits
    node.use(leaseMs, this.#stopsUnfollowed ? graceMs : Infinity)
    const keys = new RunKeys({ journal, node, goodForMs: leaseMs, forgetAfterMs: longestMs(this.#limits), onError })
    return { node, keys }
  }

  /** Follows the run that `lastEventId` names, for its owner alone. Called by the route. */
  async follow({ ctx, lastEventId = '' }: ResumeRequest<Ctx>): Promise<RunResumed> {
    const position = parsePosition(lastEventId)
    if (position === undefined) return { outcome: 'unknown' }
    return this.#resume(position.epoch, this.ownerOf(ctx), lastEventId)
  }

  /**
   * Starts a run, or finds the one of the request's idempotency key, and follows it. Called by the route. A run that `admit`
   * refuses does not start, and burns no key.
   */
  async start(request: ResumeRequest<Ctx>, handler: RunHandler, admit: Admit = admitAll): Promise<RunResumed> {
    const { idempotencyKey: key, route, requestDigest } = request
    const owner = this.ownerOf(request.ctx)
    if (key !== undefined) return this.#startOnce({ owner, route, key }, requestDigest, { handler, admit })
    const log = this.#logOf(createSecretEpoch())
    await admit.check()
    const lease = await this.#firstLease(log, owner)
    const admitted = admit.admit(log.id)
    this.#run(
      log,
      lease,
      admitted.then(
        () => handler,
        () => log.forgetSoon(),
      ),
    )
    await admitted
    return this.#begin(log)
  }

  /**
   * Stops a run of the user who sends the request, on whichever node it runs: its `ctx.signal` aborts and its stream ends.
   * `id` is that of the run or of any of its events.
   *
   * @returns `false` if there is no such run, it has another owner, or it has ended
   */
  async stop(id: string, ctx: Ctx): Promise<boolean> {
    const runId = parsePosition(id)?.epoch ?? id
    if (!isId(runId)) return false
    const log = this.#logOf(runId)
    for (;;) {
      const lease = await log.lease()
      if (lease === undefined || lease.owner !== this.ownerOf(ctx)) return false
      if (lease.state === 'stopped') {
        // It is told again: whoever has stopped it may not have come to that.
        if (await log.isClosed()) return false
        await this.#tellStopped(log, lease)
        return true
      }
      if (lease.state !== 'running') return false
      try {
        await log.writeLease({ ...lease, state: 'stopped' })
        await this.#tellStopped(log, lease)
        return true
      } catch (error) {
        // Another node has written the lease meanwhile: try again.
        if (!isRefusal(error)) throw error
      }
    }
  }

  /**
   * Erases everything that a run of the user who sends the request has said, for example because the user asks for it: its
   * events are deleted for good in the journal, and within `healMs` in every process that serves the run. A run that goes on
   * is stopped. Its followers get a `tidings:gap` and the end. `id` is that of the run or of any of its events.
   *
   * What is left until `keepMs` after its end is that there was the run, and who its owner is.
   *
   * @returns `false` if there is no such run, or it has another owner
   */
  async erase(id: string, ctx: Ctx): Promise<boolean> {
    const runId = parsePosition(id)?.epoch ?? id
    if (!isId(runId)) return false
    const log = this.#logOf(runId)
    const lease = await log.lease()
    if (lease === undefined || lease.owner !== this.ownerOf(ctx)) return false
    if (lease.state === 'running') await this.stop(runId, ctx)
    await this.#running.get(runId)?.ended
    await log.erase()
    return true
  }

  async #tellStopped({ id }: RunLog, { beat, node }: LeaseAt): Promise<void> {
    const run = this.#running.get(id)
    if (run !== undefined) run.abort('stopped')
    else if (beat === 'node') await this.#here.node.tell(node, { run: id })
  }

  /**
   * The logs of the runs.
   *
   * @internal
   */
  get logs(): RunLogs {
    const follow: RunLogsOptions['follow'] = (log, from, signal) =>
      this.#follow(log, from === 'now' ? from : beginningOf(log.id), signal)
    const { journal, reads, maxEventBytes, hubs, onError } = this.#parts
    const followLog: RunLogsOptions['followLog'] = (topic, id, after) =>
      new Subscription(hubs, () => hubs.open(topic, { id, stored: () => undefined }), { after })
    this.#logs ??= new RunLogs({ journal, reads, limits: this.#limits, maxEventBytes, onError, follow, followLog })
    return this.#logs
  }

  /**
   * Waits for the handlers that run in this process. Called when the server closes; `deadline` aborts those that are
   * left.
   */
  async drain(deadline: AbortSignal): Promise<void> {
    const abort = (): void => this.#abortAll('shutdown')
    if (deadline.aborted) abort()
    deadline.addEventListener('abort', abort)
    while (this.#settling.size > 0) await Promise.all(this.#settling)
    deadline.removeEventListener('abort', abort)
    this.#logs?.noteDrained()
  }

  /**
   * Starts the run of an idempotency key, unless it has one. If the journal leaves open whether the handler may start, the
   * request is answered with its error, and the handler starts as soon as that is known: another request can follow it.
   */
  #startOnce(key: RunKey, request: string | undefined, candidate: Candidate): Promise<RunResumed> {
    return new Promise((resolve, reject) => {
      const started = this.#claim(key, request, candidate, reject)
      started.then(resolve, reject)
      // The server waits for it when it closes.
      this.#untilSettled(started.then(noop, noop))
    })
  }

  async #claim(
    key: RunKey,
    request: string | undefined,
    { handler, admit }: Candidate,
    onTrouble: (error: unknown) => void,
  ): Promise<RunResumed> {
    const { owner } = key
    for (;;) {
      const log = this.#logOf(createSecretEpoch())
      const claimed = await this.#here.keys.claim(key, log.id, request)
      if (claimed.outcome === 'started') return this.#resume(claimed.run, owner, beginningOf(claimed.run))
      if (claimed.outcome === 'another-request') return claimed
      const leased = admit.check().then(() => this.#firstLease(log, owner))
      const lease = await leased.catch((error: unknown) => {
        claimed.claim.release()
        throw error
      })
      const admitted = admit.admit(log.id)
      admitted.catch(() => log.forgetSoon())
      // Not released before the run is known not to start.
      admitted.catch(() => claimed.claim.release())
      const starting = admitted.then(() => claimed.claim.start(onTrouble))
      this.#run(
        log,
        lease,
        starting.then((mayStart) => (mayStart ? handler : undefined), noop),
      )
      if (await starting) return this.#begin(log)
      // Another node has taken this one for dead meanwhile: its run counts.
    }
  }

  async #firstLease(log: RunLog, owner: string): Promise<LeaseAt> {
    const { node } = this.#here
    const lease = { owner, node: node.id, state: 'running', seq: 0 } as const
    if (this.#renewsLeases) return log.writeLease({ ...lease, goodForMs: this.#limits.leaseMs })
    // Whoever reads the lease finds the beat.
    await node.beat()
    return log.writeLease({ ...lease, beat: 'node', goodForMs: longestDelayMs })
  }

  async #resume(id: string, owner: string, from: string): Promise<RunResumed> {
    const log = this.#logOf(id)
    const lease = await log.lease()
    if (lease === undefined) return { outcome: 'gone' }
    if (lease.owner !== owner) return { outcome: 'unknown' }
    return { outcome: 'following', source: this.#follow(log, from), runId: id }
  }

  #follow(log: RunLog, from: string, signal?: AbortSignal): Subscription {
    const { hubs, reads } = this.#parts
    const whole = reads.of(packedPlace(log.topic, log.id))
    const run: HubRun = {
      id: log.id,
      stored: () => this.#running.get(log.id)?.stored,
      read: (place, options) => whole.read(place, options),
    }
    const open = (): Hub => {
      const hub = hubs.open(log.topic, run)
      this.#running.get(log.id)?.onJoin()
      this.#watch(log, hub)
      return hub
    }
    const isBeginning = from === beginningOf(log.id)
    if (isBeginning) return new Subscription(hubs, open, { from: 'start', signal })
    return new Subscription(hubs, open, from === 'now' ? { from, signal } : { after: from, signal })
  }

  #watch(log: RunLog, hub: Hub): void {
    if (this.#watched.has(hub)) return
    this.#watched.add(hub)
    const watch = new RunWatch(log, hub, {
      limits: this.#limits,
      node: this.#here.node,
      isHere: () => this.#running.has(log.id),
      mustSign: this.#stopsUnfollowed,
      onError: this.#onErrorOf(log),
    })
    watch.start()
  }

  /** Follows a run of this node from its beginning. */
  #begin(log: RunLog): RunResumed {
    return { outcome: 'following', source: this.#follow(log, beginningOf(log.id)), runId: log.id }
  }

  #run(log: RunLog, lease: LeaseAt, handler: Promise<RunHandler | undefined>): void {
    const { journal, maxEventBytes } = this.#parts
    const onError = this.#onErrorOf(log)
    const isFollowedHere = this.#stopsUnfollowed ? () => this.#parts.hubs.has(log.topic) : undefined
    const [limits, load, { node }] = [this.#limits, this.#load, this.#here]
    const run = new Run(log, lease, handler, { journal, node, limits, load, maxEventBytes, onError, isFollowedHere })
    this.#running.set(log.id, run)
    this.#observe(run)
    this.#untilSettled(this.#outlast(run, handler).catch(onError))
  }

  /** Tells observers of a run, now and once it has ended. */
  #observe(run: Run): void {
    const { running, observers } = this.#parts
    const tell = (): void => observers.tell((observer) => observer.onRun?.(run))
    running.add(run)
    tell()
    void run.ended.then(() => running.delete(run)).then(tell)
  }

  /** Resolves once a run is over, and its handler knows that its log is closed. */
  async #outlast(run: Run, handler: Promise<RunHandler | undefined>): Promise<void> {
    await run.ended
    this.#running.delete(run.log.id)
    const told = handler.then((opened) => opened?.closed?.())
    await run.settled
    await told
  }

  #onErrorOf({ id }: RunLog): (error: unknown) => void {
    return (error) => this.#parts.onError(error, { run: id })
  }

  #untilSettled(work: Promise<void>): void {
    this.#settling.add(work)
    void work.then(() => this.#settling.delete(work))
  }

  #abortAll(reason: RunEndReason): void {
    for (const run of this.#running.values()) run.abort(reason)
  }

  #logOf(id: string): RunLog {
    return new RunLog(this.#parts.journal, id, this.#limits)
  }

  /**
   * The id of the user who sends a request.
   *
   * @throws TidingsError `ERR_OPTION` for anything but a text
   */
  ownerOf(ctx: Ctx): string {
    const owner: unknown = this.#owner(ctx)
    if (typeof owner === 'string' && owner !== '') return owner
    throw new TidingsError(
      'ERR_OPTION',
      `runs: owner must return the id of the user, as a string, not ${describeValue(owner)}.`,
    )
  }
}

function beginningOf(id: string): string {
  return formatPosition({ epoch: id, seq: 0, nonce: '' })
}

const noop = (): undefined => undefined

const admitAll: Admit = { check: async () => {}, admit: async () => {} }

/** What is to run, if it may. */
interface Candidate {
  readonly handler: RunHandler
  readonly admit: Admit
}
