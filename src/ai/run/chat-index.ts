// Which runs a chat has: one small log for each chat, whose last event says so. It is written by compare and set.
import { sha256, TidingsError } from '../../base/index.ts'
import { formatPosition, type Journal } from '../../journal/index.ts'

/** The runs of a chat that have not been seen to end, the current one first; or else the last that it had. */
export type ChatRuns = readonly string[]

/** What the index of a chat said when it was read. */
export interface ChatState {
  readonly runs: ChatRuns
  /** The number of the event that said so; 0 for none. */
  readonly seq: number
  /** The position of that event, or before the first. */
  readonly id: string
}

/** How many messages of a chat a reader may have missed that comes back to the chat's feed. */
const keptEvents = 16

/** The index of one chat. */
export class ChatIndex {
  /** The log of the index. Its epoch is known without it, so that to follow a chat that has none makes none. */
  readonly topic: string
  readonly epoch: string
  readonly #journal: Journal
  readonly #forgetAfterMs: number

  private constructor(journal: Journal, digest: string, forgetAfterMs: number) {
    this.#journal = journal
    this.topic = `~chat/${digest}`
    this.epoch = digest.slice(0, 25)
    this.#forgetAfterMs = forgetAfterMs
  }

  /** Opens the index of a chat. Its topic's name tells neither the owner nor the chat. */
  static async open(
    journal: Journal,
    { owner, route, chatId }: { readonly owner: string; readonly route: string; readonly chatId: string },
    forgetAfterMs: number,
  ): Promise<ChatIndex> {
    const digest = await sha256(JSON.stringify([owner, route, chatId]))
    return new ChatIndex(journal, digest, forgetAfterMs)
  }

  async read(): Promise<ChatState> {
    const { epoch } = this
    for (let seq = 0; ;) {
      const page = await this.#journal.read(this.topic, { epoch, seq, nonce: '' })
      const last = page.events.at(-1)
      if (last === undefined) return { runs: [], seq: page.tail, id: formatPosition({ epoch, seq: 0, nonce: '' }) }
      if (last.seq === page.tail)
        return { runs: parseRuns(last.data), seq: last.seq, id: formatPosition({ epoch, ...last }) }
      seq = last.seq
    }
  }

  /** Writes the runs of the chat. Resolves with `false` if another node has, since the index was read. */
  async write(runs: ChatRuns, { seq }: ChatState): Promise<boolean> {
    const retention = { maxEvents: keptEvents, forgetAfterMs: this.#forgetAfterMs }
    try {
      await this.#journal.append(this.topic, JSON.stringify({ runs }), { epoch: this.epoch, expectSeq: seq, retention })
      return true
    } catch (error) {
      if (error instanceof TidingsError && error.code === 'ERR_FENCED') return false
      throw error
    }
  }
}

/** The runs that an event of an index names. */
export function parseRuns(data: string): ChatRuns {
  const value: unknown = JSON.parse(data)
  const runs: unknown = typeof value === 'object' && value !== null && 'runs' in value ? value.runs : undefined
  return Array.isArray(runs) ? runs.filter((run): run is string => typeof run === 'string') : []
}
