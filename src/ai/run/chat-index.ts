// Which runs a chat has: one small log for each chat, whose last event says so. It is written by compare and set.
import { sha256, TidingsError } from '../../base/index.ts'
import type { Journal } from '../../journal/index.ts'

/** The runs of a chat that have not been seen to end, the current one first; or else the last that it had. */
export type ChatRuns = readonly string[]

/** What the index of a chat said when it was read. */
export interface ChatState {
  readonly runs: ChatRuns
  /** The number of the event that said so; 0 for none. */
  readonly seq: number
}

/** The index of one chat. */
export class ChatIndex {
  readonly #journal: Journal
  readonly #topic: string
  readonly #forgetAfterMs: number

  private constructor(journal: Journal, topic: string, forgetAfterMs: number) {
    this.#journal = journal
    this.#topic = topic
    this.#forgetAfterMs = forgetAfterMs
  }

  /** Opens the index of a chat. Its topic's name tells neither the owner nor the chat. */
  static async open(
    journal: Journal,
    { owner, route, chatId }: { readonly owner: string; readonly route: string; readonly chatId: string },
    forgetAfterMs: number,
  ): Promise<ChatIndex> {
    const digest = await sha256(JSON.stringify([owner, route, chatId]))
    return new ChatIndex(journal, `~chat/${digest}`, forgetAfterMs)
  }

  async read(): Promise<ChatState> {
    const page = await this.#journal.read(this.#topic, nowhere, { limit: 0 })
    if (page.epoch === '' || page.tail === 0) return { runs: [], seq: 0 }
    const { events } = await this.#journal.read(this.#topic, { epoch: page.epoch, seq: page.tail - 1, nonce: '' })
    const last = events.at(-1)
    // Another node has written it anew between the two reads.
    if (last === undefined || last.seq < page.tail) return this.read()
    return { runs: parseRuns(last.data), seq: last.seq }
  }

  /** Writes the runs of the chat. Resolves with `false` if another node has, since the index was read. */
  async write(runs: ChatRuns, { seq }: ChatState): Promise<boolean> {
    const retention = { maxEvents: 1, forgetAfterMs: this.#forgetAfterMs }
    try {
      await this.#journal.append(this.#topic, JSON.stringify({ runs }), { expectSeq: seq, retention })
      return true
    } catch (error) {
      if (error instanceof TidingsError && error.code === 'ERR_FENCED') return false
      throw error
    }
  }
}

/** A position of no log: to read from it makes none. */
const nowhere = { epoch: 'none', seq: 0, nonce: '' }

function parseRuns(data: string): ChatRuns {
  const value: unknown = JSON.parse(data)
  const runs: unknown = typeof value === 'object' && value !== null && 'runs' in value ? value.runs : undefined
  return Array.isArray(runs) ? runs.filter((run): run is string => typeof run === 'string') : []
}
