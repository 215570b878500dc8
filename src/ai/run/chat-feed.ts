// The answers of a chat as they begin, over all nodes: what a second tab reads while nothing is said in it.
import { ControlEvent, encode } from '../../sse/index.ts'
import type { RunItems } from './run-frames.ts'
import { parseRuns } from './chat-index.ts'

/** What a {@link ChatFeed} needs. */
export interface ChatFeedOptions {
  /** The chat's index from the reader's place on: each event has the runs of the chat, the one that has begun last. */
  readonly items: RunItems
  /** What a reader without a place is told first: the runs that are being answered, and where it stands. */
  readonly first: { readonly runs: readonly string[]; readonly id: string } | undefined
}

const finished = { done: true, value: undefined } as const

/** Iterates the frames of a feed: `event: runs`, with the ids of runs that have begun. `return()` ends a pending `next()`. */
export class ChatFeed implements AsyncIterableIterator<string, undefined> {
  readonly #items: RunItems
  #first: ChatFeedOptions['first']

  constructor({ items, first }: ChatFeedOptions) {
    this.#items = items
    this.#first = first
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    const first = this.#first
    if (first !== undefined) {
      this.#first = undefined
      return { done: false, value: frameOf(first.runs, first.id) }
    }
    for (;;) {
      const { done, value } = await this.#items.next()
      if (done === true) return finished
      // It tells of places that are not kept any more: what is kept follows.
      if (value instanceof ControlEvent) continue
      return { done: false, value: frameOf(parseRuns(value.data).slice(-1), value.id) }
    }
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    await this.#items.return?.()
    return finished
  }
}

function frameOf(runIds: readonly string[], id: string): string {
  return encode({ event: 'runs', id, data: { runIds } })
}
