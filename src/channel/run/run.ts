// A handler that runs here: its events go to a log, whoever reads them, until it ends or is ended.
import { backoffMs, EndedError, sleep, TidingsError, toJson } from '../../base/index.ts'
import type { Journal, Unwatch } from '../../journal/index.ts'
import { SseEvent, type RunHandler } from '../../sse/index.ts'
import { journalPauses } from '../hub/journal-retry.ts'
import { checkEventSize, checkName } from '../publishing.ts'
import { endMark, hasCode, isRefusal, type Lease, type LeaseAt, type RunLimits, type RunLog } from './log.ts'

/** What a run is made with. */
export interface RunParts {
  readonly journal: Journal
  readonly limits: RunLimits
  readonly maxEventBytes: number
  readonly onError: (error: unknown) => void
  /** Whether anybody follows, here or elsewhere; asked with each heartbeat. */
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

/** The `reason` of a run's `ctx.signal`. Named `AbortError`, so that what it aborts takes it for what it is. */
export class RunEndedError extends EndedError<RunEndReason> {
  constructor(reason: RunEndReason) {
    super(reason, sentences[reason])
  }
}

/** One handler and its log. */
export class Run {
  readonly log: RunLog
  /** Resolves when the log is closed, also where the handler does not mind its signal. Never rejects. */
  readonly ended: Promise<void>
  /** Resolves when the handler's `finally` has run as well. Never rejects. */
  readonly settled: Promise<void>
  readonly #parts: RunParts
  readonly #controller = new AbortController()
  #seq = 0
  #lease: LeaseAt
  #interrupt: ((reason: unknown) => void) | undefined
  /** Ends what goes on beside the handler, and everything that could still end the run. */
  readonly #over = new AbortController()
  #returning: Promise<void> | undefined

  constructor(log: RunLog, lease: LeaseAt, handler: RunHandler, parts: RunParts) {
    this.log = log
    this.#lease = lease
    this.#parts = parts
    this.ended = this.#live(handler)
    this.settled = this.ended.then(() => this.#returning)
  }

  /** Aborts the handler's signal and closes the log, whether the handler minds its signal or not. */
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

  /** All of its events, then the last: how it ended. False when another node had the last word. */
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
        if (done === true) return
        const event = nameOf(value)
        const json = toJson(value instanceof SseEvent ? value.data : value)
        checkEventSize(json, this.#parts.maxEventBytes)
        if (!(await this.#append(json, { event, close: false }))) this.abort('lost')
        this.#controller.signal.throwIfAborted()
      }
    } catch (error) {
      // Its `finally` runs as soon as the step that it is in is over; the log does not wait for that.
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

  /** A step that the run's end interrupts, though the handler may not mind it. */
  #step<Value>(take: () => Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.#controller.signal.throwIfAborted()
      this.#interrupt = reject
      take().then(resolve, reject)
    })
  }

  /** Appended exactly once, also when the journal has kept it and could not say so; false when the log is not ours any more. */
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

  /** An append was refused: because an earlier try has succeeded, or because another node has closed the log. */
  async #isThere(data: string, close: boolean): Promise<boolean> {
    const { events, tail, closed } = await this.log.read(this.#seq, 1)
    const [event] = events
    if (event?.data !== data || close !== (closed && event.seq === tail)) return false
    this.#seq = event.seq
    return true
  }

  /** Says again and again that this node is alive. */
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

  /** Somebody else wrote the lease; or this node did, and was not told. */
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
      // The next heartbeat finds out.
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

/** @throws TidingsError `ERR_EVENT_FIELD` for what has no place in a run: its log numbers the events itself */
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
