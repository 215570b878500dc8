// A run in the journal: a log of its events, and a lease with its owner, its node and its state.
import { TidingsError } from '../../base/index.ts'
import type { Journal, NewEvent, Page, Retention } from '../../journal/index.ts'
import { erasePacked } from '../packed/erase-packed.ts'
import { packedPlace } from '../packed/place.ts'
import { isRefusal } from '../refusal.ts'

/** The limits of a run: how long it lasts, and how much of it is kept for how long. */
export interface RunLimits {
  /** How long a node may be silent before the others take it for dead, in milliseconds. */
  readonly leaseMs: number
  /** How long a run continues without followers, in milliseconds. */
  readonly graceMs: number
  /** How long a run may last, and how long it is kept after its end, in milliseconds. */
  readonly maxDurationMs: number
  readonly keepMs: number
  readonly maxEvents: number
  readonly maxBytes: number
}

/** The lease of a run. Only the node that runs it writes `running`; any node may end it, once. */
export interface Lease {
  readonly owner: string
  readonly node: string
  readonly state: 'running' | 'ended' | 'stopped' | 'interrupted'
  /**
   * What shows that its node lives: `node`, that the node itself beats. Left out, the lease is renewed at each beat, as earlier
   * versions do and expect of others.
   */
  readonly beat?: 'node' | undefined
  /**
   * After how long without a change its node counts as dead, in milliseconds. Earlier versions have not said so. With `beat`
   * it is for them alone: longer than any run.
   */
  readonly goodForMs?: number | undefined
}

/** A lease that was read, with its sequence number. */
export interface LeaseAt extends Lease {
  readonly seq: number
}

/** The name of the event that closes the log of a run that ended properly. Readers do not see it. */
export const endMark = 'tidings:end'

/** How long a run is remembered that was refused, in milliseconds. */
const forgetsUnstartedAfterMs = 1000

/** The prefix of the names of all topics of runs. */
export const runPrefix = '~run/'

/** Whether this may be the id of a run, or of a node. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-z]{1,32}$/.test(value)
}

/** One run in the journal. The run's id is the epoch of its logs, so that a request for it never creates one. */
export class RunLog {
  readonly id: string
  readonly topic: string
  readonly leaseTopic: string
  readonly #journal: Journal
  readonly #limits: RunLimits
  /** How long the closed log is kept. */
  #keepMs: number

  constructor(journal: Journal, id: string, limits: RunLimits) {
    this.id = id
    this.topic = `${runPrefix}${id}`
    this.leaseTopic = `${this.topic}/lease`
    this.#journal = journal
    this.#limits = limits
    this.#keepMs = limits.keepMs
  }

  /** The run has not started, and nobody knows of it: what is written of it from now on is forgotten with its end. */
  forgetSoon(): undefined {
    this.#keepMs = forgetsUnstartedAfterMs
  }

  /** Appends events after `seq`, all or none; `close` closes the log with the last. Resolves with the number of the last. */
  async append(seq: number, events: readonly NewEvent[], close: boolean): Promise<number> {
    const { maxEvents, maxBytes } = this.#limits
    const forgetAfterMs = close ? this.#keepMs : this.#longestMs
    const retention = { maxEvents, maxBytes, forgetAfterMs }
    const position = await this.#journal.appendAll(this.topic, events, {
      close,
      epoch: this.id,
      expectSeq: seq,
      retention,
    })
    return position.seq
  }

  /** Closes the log if it is open: its followers get the end. */
  async close(event: string, data: object): Promise<void> {
    const { tail, closed } = await this.read(0, 0)
    if (closed) return
    try {
      await this.append(tail, [{ event, data: JSON.stringify(data) }], true)
    } catch (error) {
      // Another node was faster: it closes the log, or is alive after all.
      if (!isRefusal(error)) throw error
    }
  }

  /** Erases all events for good, for a run that has ended or is to end now. Readers that come to them get a gap. */
  async erase(): Promise<void> {
    while (!(await this.isClosed())) await this.close(endMark, { reason: 'stopped' })
    // Before the log itself: whoever is packing it finds that out, and packs no more of it.
    await erasePacked(this.#journal, packedPlace(this.topic, this.id), this.#limits.keepMs)
    const { tail } = await this.read(0, 0)
    await this.#journal.trim(this.topic, tail)
    // The last one by itself, and at last: every process then forgets what it holds of the log, and reads it anew.
    await this.#journal.erase(this.topic, { epoch: this.id, seq: tail, nonce: '' })
  }

  /** Whether there is a log; none before its first event, and none once it is forgotten. */
  async exists(): Promise<boolean> {
    return (await this.read(0, 0)).epoch !== ''
  }

  async isClosed(): Promise<boolean> {
    return (await this.read(0, 0)).closed
  }

  /** The events after `seq`. */
  read(seq: number, limit: number): Promise<Page> {
    return this.#journal.read(this.topic, { epoch: this.id, seq, nonce: '' }, { limit })
  }

  /** Appends a sign that the run has followers on this node. */
  async sign(): Promise<void> {
    const retention: Retention = { maxEvents: 1, forgetAfterMs: this.#longestMs }
    await this.#journal.append(this.#signTopic, '1', { epoch: this.id, retention })
  }

  /** The number of the last sign. */
  async lastSign(): Promise<number> {
    return (await this.#journal.read(this.#signTopic, { epoch: this.id, seq: 0, nonce: '' }, { limit: 0 })).tail
  }

  get #signTopic(): string {
    return `${this.topic}/followers`
  }

  /** The lease; `undefined` if there is no such run. */
  async lease(): Promise<LeaseAt | undefined> {
    const page = await this.#journal.read(this.leaseTopic, { epoch: this.id, seq: 0, nonce: '' }, { limit: 10 })
    const event = page.events.at(-1)
    if (event === undefined) return undefined
    return { ...parseLease(event.data), seq: event.seq }
  }

  /** Writes the lease behind the one with the number `seq`, unless another node has. Resolves with it as it is then. */
  async writeLease({ seq, ...lease }: LeaseAt): Promise<LeaseAt> {
    const close = lease.state !== 'running'
    const retention: Retention = { maxEvents: 1, forgetAfterMs: close ? this.#keepMs : this.#longestMs }
    const options = { epoch: this.id, expectSeq: seq, close, retention }
    const { position } = await this.#journal.append(this.leaseTopic, JSON.stringify(lease), options)
    return { ...lease, seq: position.seq }
  }

  get #longestMs(): number {
    return longestMs(this.#limits)
  }
}

/** How long nothing of a run, and no key of it, may be forgotten: for as long as it may last, and be followed after that. */
export function longestMs({ maxDurationMs, keepMs }: RunLimits): number {
  return Math.min(maxDurationMs + keepMs, Number.MAX_SAFE_INTEGER)
}

/** @throws TidingsError `ERR_EVENT_INVALID` for what no node has written */
function parseLease(data: string): Lease {
  const lease = parseJson(data)
  if (isLease(lease)) return lease
  throw new TidingsError('ERR_EVENT_INVALID', `The lease of a run is invalid: ${data.slice(0, 100)}`)
}

/** The value of a JSON text that may have been damaged; `undefined` if it is none. */
export function parseJson(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return undefined
  }
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null || !('owner' in value && 'node' in value && 'state' in value))
    return false
  if (typeof value.owner !== 'string' || typeof value.node !== 'string' || typeof value.state !== 'string') return false
  if ('beat' in value && value.beat !== 'node') return false
  return !('goodForMs' in value) || (typeof value.goodForMs === 'number' && value.goodForMs > 0)
}
