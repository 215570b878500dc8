// How a run is kept: a log of its events, and a lease that says whose it is and whether it still runs.
import { TidingsError, type ErrorCode } from '../../base/index.ts'
import type { Journal, Page, Retention } from '../../journal/index.ts'

/** How long and how much of a run is kept. */
export interface RunLimits {
  /** How long a node may be silent until the others take it for dead, in milliseconds. */
  readonly leaseMs: number
  /** How long a run goes on that nobody follows, in milliseconds. */
  readonly graceMs: number
  /** How long a run may last, and how long it is kept after its end, in milliseconds. */
  readonly maxDurationMs: number
  readonly keepMs: number
  readonly maxEvents: number
  readonly maxBytes: number
}

/** What a lease says. Only the node that runs it writes `running`; any node may end it, once. */
export interface Lease {
  readonly owner: string
  readonly node: string
  readonly state: 'running' | 'ended' | 'stopped' | 'interrupted'
}

/** A lease as it was read. */
export interface LeaseAt extends Lease {
  readonly seq: number
}

/** The name of the event that closes the log of a run that ended as it should. Readers do not see it. */
export const endMark = 'tidings:end'

/** What begins the name of every topic of a run. */
export const runPrefix = '~run/'

/** One run in the journal. All of its logs have the run's id for an epoch, so that none is made by asking for it. */
export class RunLog {
  readonly id: string
  readonly topic: string
  readonly leaseTopic: string
  readonly #journal: Journal
  readonly #limits: RunLimits

  constructor(journal: Journal, id: string, limits: RunLimits) {
    this.id = id
    this.topic = `${runPrefix}${id}`
    this.leaseTopic = `${this.topic}/lease`
    this.#journal = journal
    this.#limits = limits
  }

  /** Adds an event behind number `seq`, or closes the log with it. Resolves with its number. */
  async append(
    seq: number,
    data: string,
    { event, close }: { event?: string | undefined; close: boolean },
  ): Promise<number> {
    const { maxEvents, maxBytes, keepMs } = this.#limits
    const forgetAfterMs = close ? keepMs : this.#longestMs
    const retention = { maxEvents, maxBytes, forgetAfterMs }
    const options = { event, close, epoch: this.id, expectSeq: seq, retention }
    const { position } = await this.#journal.append(this.topic, data, options)
    return position.seq
  }

  /** Closes the log if nobody has: its followers are told that it ends. */
  async close(event: string, data: object): Promise<void> {
    const { tail, closed } = await this.read(0, 0)
    if (closed) return
    try {
      await this.append(tail, JSON.stringify(data), { event, close: true })
    } catch (error) {
      // Somebody was faster, and closes it or is alive after all.
      if (!isRefusal(error)) throw error
    }
  }

  /** The events behind number `seq`. */
  read(seq: number, limit: number): Promise<Page> {
    return this.#journal.read(this.topic, { epoch: this.id, seq, nonce: '' }, limit)
  }

  /** Leaves a sign that somebody follows the run on this node. */
  async sign(): Promise<void> {
    const retention: Retention = { maxEvents: 1, forgetAfterMs: this.#longestMs }
    await this.#journal.append(this.#signTopic, '1', { epoch: this.id, retention })
  }

  /** Changes with each sign. */
  async lastSign(): Promise<number> {
    return (await this.#journal.read(this.#signTopic, { epoch: this.id, seq: 0, nonce: '' }, 0)).tail
  }

  get #signTopic(): string {
    return `${this.topic}/followers`
  }

  /** The lease; nothing where there is no such run. */
  async lease(): Promise<LeaseAt | undefined> {
    const page = await this.#journal.read(this.leaseTopic, { epoch: this.id, seq: 0, nonce: '' }, 1)
    const [event] = page.events
    if (event === undefined) return undefined
    return { ...parseLease(event.data), seq: event.seq }
  }

  /** Writes the lease if nobody has written it since number `seq`. Resolves with its number. */
  async writeLease(seq: number, lease: Lease): Promise<number> {
    const close = lease.state !== 'running'
    const retention: Retention = { maxEvents: 1, forgetAfterMs: close ? this.#limits.keepMs : this.#longestMs }
    const options = { epoch: this.id, expectSeq: seq, close, retention }
    const { position } = await this.#journal.append(this.leaseTopic, JSON.stringify(lease), options)
    return position.seq
  }

  /** Nothing of a run may be forgotten while it may still run. */
  get #longestMs(): number {
    return this.#limits.maxDurationMs + this.#limits.keepMs
  }
}

/** @throws TidingsError `ERR_EVENT_INVALID` for what no node has written */
function parseLease(data: string): Lease {
  const lease: unknown = JSON.parse(data)
  if (isLease(lease)) return lease
  throw new TidingsError('ERR_EVENT_INVALID', `The lease of a run is none: ${data.slice(0, 100)}`)
}

function isLease(value: unknown): value is Lease {
  return typeof value === 'object' && value !== null && 'owner' in value && 'node' in value && 'state' in value
}

/** Whether a journal has refused an append because somebody else was first. */
export function isRefusal(error: unknown): boolean {
  return hasCode(error, 'ERR_FENCED') || hasCode(error, 'ERR_LOG_CLOSED')
}

/** Whether an error is a {@link TidingsError} of this code. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof TidingsError && error.code === code
}
