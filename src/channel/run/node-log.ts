// A node in the journal, which is one `createChannels()`: a topic of its beats, and one of what other nodes have told it.
import { longestDelayMs } from '../../base/index.ts'
import type { Journal, Position, Retention } from '../../journal/index.ts'
import { isId, parseJson, runPrefix } from './log.ts'

/** What a node says of itself with each beat. */
export interface Beat {
  /** After how long without another beat it counts as dead, in milliseconds. */
  readonly goodForMs: number
  /** The runs of other nodes that have followers on it, of those that are stopped without any. */
  readonly follows: readonly string[]
}

/** What one node tells another: that the lease of a run is not what it was, or, with `follower`, that this node follows it. */
export interface NodeMessage {
  readonly run: string
  readonly follower?: string | undefined
}

/** How long the topics of a node are kept after its end. A beat that is gone looks as if its node had gone on. */
const forgetAfterMs = 3_600_000

/** A message takes about 60 bytes. A node reads them at each beat; one that has missed some looks at all its runs. */
const messageRetention: Retention = { maxEvents: 100_000, maxBytes: 16 * 1024 * 1024, forgetAfterMs }

/** One node in the journal. Its id is the epoch of its messages, so that reading them never makes a log. */
export class NodeLog {
  readonly #journal: Journal
  readonly id: string
  readonly #topic: string

  constructor(journal: Journal, id: string) {
    this.#journal = journal
    this.id = id
    this.#topic = `${runPrefix}node/${id}`
  }

  /** The topic of its messages. */
  get inbox(): string {
    return `${this.#topic}/inbox`
  }

  /** The topic in which it says who is present on it. */
  get members(): string {
    return `${this.#topic}/members`
  }

  async beat(beat: Beat): Promise<Position> {
    const retention = { maxEvents: 1, forgetAfterMs: Math.max(forgetAfterMs, 10 * beat.goodForMs) }
    const { position } = await this.#journal.append(this.#topic, JSON.stringify(beat), { epoch: this.id, retention })
    return position
  }

  /** The last beat, and a mark that changes with each; `undefined` in place of a beat that is gone or cannot be read. */
  async lastBeat(): Promise<{ readonly mark: string; readonly beat: Beat | undefined }> {
    const page = await this.#journal.read(this.#topic, { epoch: this.id, seq: 0, nonce: '' }, { limit: 10 })
    return { mark: `${page.tail} ${page.nonce}`, beat: parseBeat(page.events.at(-1)?.data) }
  }

  async tell(message: NodeMessage): Promise<void> {
    await this.#journal.append(this.inbox, JSON.stringify(message), { epoch: this.id, retention: messageRetention })
  }
}

function parseBeat(data: string | undefined): Beat | undefined {
  const value = data === undefined ? undefined : parseObject(data)
  if (value === undefined || !('goodForMs' in value)) return undefined
  const { goodForMs } = value
  // Beats of earlier versions say nothing of what their nodes follow.
  const follows = 'follows' in value && Array.isArray(value.follows) ? value.follows : []
  return isTime(goodForMs) ? { goodForMs, follows } : undefined
}

/** Whether a node may say that it is good for so long: what `leaseMs` may be. */
function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= longestDelayMs
}

/** What a message says; `undefined` if it cannot be read. */
export function parseMessage(data: string): NodeMessage | undefined {
  const value = parseObject(data)
  if (value === undefined || !('run' in value) || !isId(value.run)) return undefined
  if (!('follower' in value) || value.follower === undefined) return { run: value.run }
  return isId(value.follower) ? { run: value.run, follower: value.follower } : undefined
}

function parseObject(data: string): object | undefined {
  const value = parseJson(data)
  return typeof value === 'object' && value !== null ? value : undefined
}
