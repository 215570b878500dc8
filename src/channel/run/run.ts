// A run in this process: a handler whose events are appended to a log, until it ends or is ended.
import { backoffMs, EndedError, sleep, TidingsError, toJson } from '../../base/index.ts'
import type { Journal, Unwatch } from '../../journal/index.ts'
import { SseEvent, type RunHandler } from '../../sse/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { checkEventSize, checkName } from '../publishing.ts'
import { endMark, hasCode, isRefusal, type Lease, type LeaseAt, type RunLimits, type RunLog } from './log.ts'

/** Options of a {@link Run}. */
export interface RunParts {
  readonly journal: Journal
  readonly limits: RunLimits
  readonly maxEventBytes: number
  readonly onError: (error: unknown) => void
  /** Whether the run has no followers, here or on another node. Called with each heartbeat of the lease. */
  readonly isAbandoned: () => Promise<boolean>
}

/** Why a run ended before its handler did. `lost`: another node has ended it. */
export type RunEndReason = 'stopped' | 'shutdown' | 'duration' | 'abandoned' | 'lost'

const sentences: Readonly<Record<RunEndReason, string>> = {
  stopped: 'The run was stopped.',
  shutdown: 'The server is shutting down.',
  duration: 'The run has reached its maxDurationMs.',
  abandoned: 'Nobody follows the run any more.',
  lost: 'The run was ended by another node, to which this one seemed dead.',
}

/** The `reason` of a run's `ctx.signal`. Its name is `AbortError`, by which other libraries recognise an abort. */
export class RunEndedError extends EndedError<RunEndReason> {
  constructor(reason: RunEndReason) {
    super(reason, sentences[reason])
  }
}

/** One run: its handler and its log. */
export class Run {
  readonly log: RunLog
  /** Resolves when the log is closed, even if the handler ignores its signal. Never rejects. */
  readonly ended: Promise<void>
  /** Resolves when the handler's `finally` has run too. Never rejects. */
  readonly settled: Promise<void>
  readonly #parts: RunParts
  readonly #controller = new AbortController()
  #seq = 0
  #lease: LeaseAt
  #interrupt: ((reason: unknown) => void) | undefined
  /** Aborts once the run has ended: stops its lease, and makes later reasons to end it void. */
  readonly #over = new AbortController()
  #returning: Promise<void> | undefined

  constructor(log: RunLog, lease: LeaseAt, handler: RunHandler, parts: RunParts) {
    this.log = log
    this.#lease = lease
    this.#parts = parts
    this.ended = this.#live(handler)
    this.settled = this.ended.then(() => this.#returning)
  }

  /** Ends the run: aborts the handler's signal, and closes the log even if the handler ignores that. */
  abort(reason: RunEndReason): void {
    if (this.#over.signal.aborted || this.#controller.signal.aborted) return
    const error = new RunEndedError(reason)
    this.#controller.abort(error)
    this.#interrupt?.(error)
  }

  async #live(handler: RunHandler): Promise<void> {
    const { onError } = this.#parts
    const unwatch = this.#watchLease()
    void this.#keepLease()
    const isOurs = await this.#write(handler).catch((error: unknown) => {
      onError(error)
      return false
    })
    this.#over.abort()
    if (isOurs) await this.#retrying(() => this.#endLease())
    await (await unwatch)?.().catch(onError)
  }

  /** Appends the handler's events, then the one that closes the log. Resolves with `false` if another node has closed it. */
  async #write(handler: RunHandler): Promise<boolean> {
    let last: { readonly event: string; readonly data: object } = { event: endMark, data: {} }
    try {
      await this.#writeEvents(handler)
    } catch (error) {
      last = this.#lastFor(error, handler)
    }
    const { signal } = this.#controller
    if (signal.reason instanceof RunEndedError && signal.reason.reason === 'lost') return false
    return this.#append(JSON.stringify(last.data), { event: last.event, close: true })
  }

  #lastFor(error: unknown, handler: RunHandler): { readonly event: string; readonly data: object } {
    if (!(error instanceof RunEndedError)) return { event: 'error', data: handler.describe(error) }
    if (error.reason === 'stopped' || error.reason === 'abandoned')
      return { event: endMark, data: { reason: error.reason } }
    return { event: 'error', data: { error: error.reason === 'duration' ? error.message : 'interrupted' } }
  }

  async #writeEvents(handler: RunHandler): Promise<void> {
    const events = toIterator(await handler.open(this.#controller.signal))
    try {
      for (;;) {
        const { done, value } = await this.#step(() => events.next())
        if (done === true) return refuseAnswer(value)
        const event = nameOf(value)
        const json = toJson(value instanceof SseEvent ? value.data : value)
        checkEventSize(json, this.#parts.maxEventBytes)
        if (!(await this.#append(json, { event, close: false }))) this.abort('lost')
        this.#controller.signal.throwIfAborted()
      }
    } catch (error) {
      // The generator's `finally` runs once its present step is over; the log does not wait for that.
      this.#returning = this.#return(events)
      throw error
    }
  }

  async #return(events: AsyncIterator<unknown>): Promise<void> {
    try {
      await events.return?.()
    } catch (error) {
      this.#parts.onError(error)
    }
  }

  /** Takes the handler's next event. The end of the run rejects it, even if the handler ignores its signal. */
  #step<Value>(take: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#controller.signal.throwIfAborted()
      this.#interrupt = reject
      take().then(resolve, reject)
    })
  }

  /**
   * Appends an event exactly once, also if the journal has stored it and the answer was lost. Resolves with `false` if the log
   * no longer belongs to this node.
   */
  async #append(data: string, options: { event?: string | undefined; close: boolean }): Promise<boolean> {
    for (let failures = 0; ; failures += 1) {
      try {
        this.#seq = await this.log.append(this.#seq, data, options)
        return true
      } catch (error) {
        if (isRefusal(error)) return this.#isThere(data, options.close)
        if (!hasCode(error, 'ERR_JOURNAL_UNAVAILABLE') || failures > 60) throw error
        if (failures === 0) this.#parts.onError(error)
        await sleep(backoffMs(failures, journalPauses))
      }
    }
  }

  /** Whether a refused append is stored nevertheless, by an earlier attempt; otherwise another node has closed the log. */
  async #isThere(data: string, close: boolean): Promise<boolean> {
    const { events, tail, closed } = await this.log.read(this.#seq, 1)
    const [event] = events
    if (event?.data !== data || close !== (closed && event.seq === tail)) return false
    this.#seq = event.seq
    return true
  }

  /** Renews the lease periodically, which shows that this node is alive. */
  async #keepLease(): Promise<void> {
    const over = this.#over.signal
    const { leaseMs, graceMs, maxDurationMs } = this.#parts.limits
    const since = performance.now()
    while (!over.aborted) {
      await sleep(Math.min(leaseMs, graceMs) / 3, over).catch(() => {})
      if (over.aborted) return
      if (performance.now() - since > maxDurationMs) this.abort('duration')
      try {
        if (await this.#parts.isAbandoned()) this.abort('abandoned')
        await this.#beat()
      } catch (error) {
        this.#parts.onError(error)
      }
    }
  }

  async #beat(): Promise<void> {
    const { owner, node, state, seq } = this.#lease
    try {
      this.#lease = { owner, node, state, seq: await this.log.writeLease(seq, { owner, node, state }) }
    } catch (error) {
      if (!isRefusal(error)) throw error
      await this.#lookAtLease()
    }
  }

  /** Reads the lease after a refused write: another node has written it, or this one did and the answer was lost. */
  async #lookAtLease(): Promise<void> {
    const lease = await this.log.lease()
    if (lease?.state === 'running' && lease.node === this.#lease.node) this.#lease = lease
    else this.abort(lease?.state === 'stopped' ? 'stopped' : 'lost')
  }

  async #watchLease(): Promise<Unwatch | undefined> {
    const look = (): void => {
      if (!this.#over.signal.aborted) this.#lookAtLease().catch(this.#parts.onError)
    }
    try {
      return await this.#parts.journal.watch(this.log.leaseTopic, {
        onEvent: (event) => {
          if (event === undefined || event.closed) look()
        },
        onReconnect: look,
      })
    } catch (error) {
      // The next renewal of the lease finds out.
      this.#parts.onError(error)
      return undefined
    }
  }

  async #endLease(): Promise<void> {
    const lease: Lease = { owner: this.#lease.owner, node: this.#lease.node, state: 'ended' }
    const current = await this.log.lease()
    if (current?.state !== 'running') return
    await this.log.writeLease(current.seq, lease)
  }

  async #retrying(work: () => Promise<void>): Promise<void> {
    for (let failures = 0; failures < 10; failures += 1) {
      try {
        return await work()
      } catch (error) {
        if (isRefusal(error)) continue
        if (failures === 0) this.#parts.onError(error)
        await sleep(backoffMs(failures, journalPauses))
      }
    }
  }
}

/**
 * The name of a yielded event.
 *
 * @throws TidingsError `ERR_EVENT_FIELD` for an id or a retry: the log of a run assigns the ids itself
 */
/** A run is a stream for all who follow it: what its handler returns has no reader. */
function refuseAnswer(result: unknown): void {
  if (Object.prototype.toString.call(result) !== '[object Response]') return
  throw new TidingsError(
    'ERR_ROUTE',
    'The handler of a run returned a Response: a route with `sse: { resume }` streams.',
  )
}

function nameOf(value: unknown): string | undefined {
  if (!(value instanceof SseEvent)) return undefined
  const { event, id, retry } = value.fields
  if (id !== undefined || retry !== undefined) {
    throw new TidingsError('ERR_EVENT_FIELD', 'In a run an event has no id and no retry of its own: leave them out.')
  }
  if (event !== undefined) checkName(event)
  return event
}

function toIterator(events: unknown): AsyncIterator<unknown> {
  if (typeof events === 'object' && events !== null && Symbol.asyncIterator in events) {
    const make = events[Symbol.asyncIterator]
    if (typeof make === 'function') return make.call(events)
  }
  throw new TidingsError('ERR_ROUTE', 'A handler with `sse` must be an `async function*` or return an AsyncIterable.')
}
