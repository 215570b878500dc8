// A run in this process: a handler whose events are appended to a log, until it ends or is ended.
import { TidingsError, toJson } from '../../base/index.ts'
import type { Journal } from '../../journal/index.ts'
import { SseEvent, type RunHandler } from '../../sse/index.ts'
import { noReason } from '../no-reason.ts'
import type { ObservedRun } from '../observe/observer.ts'
import { checkEventSize, checkName } from '../publishing.ts'
import { RunEndedError, type RunEndReason } from '../run-end.ts'
import { LeaseHolder } from './lease-holder.ts'
import { endMark, type LeaseAt, type RunLimits, type RunLog } from './log.ts'
import type { RunNode } from './run-node.ts'
import { RunWriter, type WriteLoad } from './writer.ts'

/** Options of a {@link Run}. */
export interface RunParts {
  readonly journal: Journal
  readonly node: RunNode
  readonly limits: RunLimits
  readonly load: WriteLoad
  readonly maxEventBytes: number
  readonly onError: (error: unknown) => void
  /** Whether the run has followers in this process. Left out if it needs none. */
  readonly isFollowedHere: (() => boolean) | undefined
}

/** One run: its handler and its log. */
export class Run implements ObservedRun {
  readonly log: RunLog
  /** Resolves when the log is closed, even if the handler ignores its signal. Never rejects. */
  readonly ended: Promise<void>
  /** Resolves when the handler's `finally` has run too. Never rejects. */
  readonly settled: Promise<void>
  readonly owner: string
  /** When it began, in milliseconds since 1970. */
  readonly startedAt: number = Date.now()
  /** `running`, or how it ended. */
  state: ObservedRun['state'] = 'running'
  readonly #parts: RunParts
  readonly #controller = new AbortController()
  readonly #lease: LeaseHolder
  readonly #writer: RunWriter
  #interrupt: ((reason: unknown) => void) | undefined
  /** Aborts once the run has ended: stops its lease, and makes later reasons to end it void. */
  readonly #over = new AbortController()
  /** Aborts when the log is no longer this node's: nothing is appended any more. */
  readonly #lost = new AbortController()
  #returning: Promise<void> | undefined

  /** `handler` resolves once it may start, or with `undefined` if it must not. The lease is kept meanwhile. */
  constructor(log: RunLog, lease: LeaseAt, handler: Promise<RunHandler | undefined>, parts: RunParts) {
    const { journal, node, limits, load, onError, isFollowedHere } = parts
    this.log = log
    this.owner = lease.owner
    this.#parts = parts
    this.#lease = new LeaseHolder(log, lease, {
      journal,
      node,
      limits,
      onError,
      isFollowedHere,
      over: this.#over.signal,
      abort: (reason) => this.abort(reason),
      hasAll: () => this.#hasAll(),
    })
    this.#writer = new RunWriter({
      log,
      load,
      onError,
      lost: this.#lost.signal,
      onLost: () => this.abort('lost'),
      onFailure: (error) => this.#fail(error),
    })
    this.ended = this.#live(handler)
    this.settled = this.ended.then(() => this.#returning)
  }

  get id(): string {
    return this.log.id
  }

  get node(): string {
    return this.#parts.node.id
  }

  get leaseMs(): number {
    return this.#parts.limits.leaseMs
  }

  get leaseAgeMs(): number {
    return this.#lease.ageMs
  }

  get events(): number {
    return this.#writer.seq
  }

  /** The number of the last event that the journal has stored. */
  get stored(): number {
    return this.#writer.seq
  }

  /** Called whenever somebody begins to follow the run in this process. */
  onJoin(): void {
    this.#lease.onJoin()
  }

  /** Ends the run: aborts the handler's signal, and closes the log even if the handler ignores that. */
  abort(reason: RunEndReason): void {
    if (this.#over.signal.aborted || this.#controller.signal.aborted) return
    const error = new RunEndedError(reason)
    this.#controller.abort(error)
    if (reason === 'lost') this.#lost.abort()
    this.#interrupt?.(error)
  }

  async #live(starting: Promise<RunHandler | undefined>): Promise<void> {
    this.#lease.start()
    const isOurs = await this.#writeAll(starting).catch((error: unknown) => {
      this.#parts.onError(error)
      return false
    })
    if (this.state === 'running') this.state = isOurs ? 'complete' : 'lost'
    this.#over.abort(noReason)
    await (isOurs ? this.#lease.end() : this.#lease.interrupt())
  }

  async #writeAll(starting: Promise<RunHandler | undefined>): Promise<boolean> {
    const handler = await starting
    return handler === undefined || this.#write(handler)
  }

  /** Writes the handler's events, then the one that closes the log. Resolves with `false` if it is not this node's any more. */
  async #write(handler: RunHandler): Promise<boolean> {
    try {
      await this.#writeEvents(handler)
      return await this.#writer.close({ event: endMark, data: '{}' })
    } catch (error) {
      this.state = error instanceof RunEndedError ? error.reason : 'failed'
      if (this.#lost.signal.aborted) return false
      const { event, data } = this.#lastFor(error, handler)
      return this.#writer.close({ event, data: JSON.stringify(data) }, true)
    }
  }

  #lastFor(error: unknown, handler: RunHandler): { readonly event: string; readonly data: object } {
    if (!(error instanceof RunEndedError)) return { event: 'error', data: handler.describe(error) }
    if (error.reason === 'stopped' || error.reason === 'abandoned')
      return { event: endMark, data: { reason: error.reason } }
    return { event: 'error', data: { error: error.reason === 'duration' ? error.message : 'interrupted' } }
  }

  async #writeEvents(handler: RunHandler): Promise<void> {
    this.#controller.signal.throwIfAborted()
    const events = toIterator(await handler.open(this.#controller.signal))
    try {
      await this.#writeEach(events)
    } catch (error) {
      // The generator's `finally` runs once its present step is over; the log does not wait for that.
      this.#returning = this.#return(events)
      throw error
    }
  }

  /**
   * Takes the handler's events, one by one. The end of the run rejects it, even if the handler ignores its signal. With
   * callbacks: an async loop with a promise for each step makes four times the garbage.
   */
  #writeEach(events: AsyncIterator<unknown>): Promise<void> {
    const { signal } = this.#controller
    return new Promise((resolve, reject) => {
      const pull = (): void => {
        try {
          signal.throwIfAborted()
          events.next().then(take, reject)
        } catch (error) {
          reject(error)
        }
      }
      const take = (result: IteratorResult<unknown, unknown>): void => {
        if (signal.aborted) return
        try {
          if (result.done === true) return resolve(refuseAnswer(result.value))
          const room = this.#writeOne(result.value)
          if (room === undefined) pull()
          else room.then(pull, reject)
        } catch (error) {
          reject(error)
        }
      }
      this.#interrupt = reject
      pull()
    })
  }

  /** Returns a promise if the next event has to wait for room. */
  #writeOne(value: unknown): Promise<void> | undefined {
    const event = nameOf(value)
    const data = toJson(value instanceof SseEvent ? value.data : value)
    checkEventSize(data, this.#parts.maxEventBytes, event)
    return this.#writer.write({ event, data })
  }

  async #return(events: AsyncIterator<unknown>): Promise<void> {
    try {
      await events.return?.()
    } catch (error) {
      this.#parts.onError(error)
    }
  }

  /** Ends the run because an event could not be stored: those after it are dropped. */
  #fail(error: unknown): void {
    this.#controller.abort(error)
    this.#interrupt?.(error)
  }

  /** Whether the journal still has what the run has appended: it has not if it came back from an older state. */
  async #hasAll(): Promise<boolean> {
    const { seq } = this.#writer
    return seq === 0 || !(await this.log.read(seq, 0)).foreign
  }
}

/** A run is what its handler yields, for all who follow it: what it returns would get to nobody. */
function refuseAnswer(result: unknown): void {
  const isResponse = Object.prototype.toString.call(result) === '[object Response]'
  if (!isResponse && !(Symbol.asyncIterator in Object(result))) return
  const what = isResponse ? 'a Response' : 'a stream: yield* it instead'
  throw new TidingsError('ERR_ROUTE', `The handler of a run has returned ${what}. What it yields is streamed.`)
}

/**
 * The name of a yielded event.
 *
 * @throws TidingsError `ERR_EVENT_FIELD` for an id or a retry: the log of a run assigns the ids itself
 */
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
