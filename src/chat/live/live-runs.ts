// The answers that others have asked for in a chat: told by its feed, and followed here one after another.
import type { CreateChatOptions } from '../options.ts'
import type { Wire } from '../wire/wire.ts'
import { OtherRuns } from './other-runs.ts'
import { RunFeed } from './run-feed.ts'

/** What {@link LiveRuns} needs. */
export interface LiveRunsOptions {
  readonly options: CreateChatOptions
  readonly wire: Wire
  readonly chatId: string
  /** Told when there may be one to follow. */
  readonly onNews: () => void
}

/** Finds the answers of others, where the chat is `live`. */
export class LiveRuns {
  readonly #others = new OtherRuns()
  readonly #feed: RunFeed | undefined

  constructor({ options: { live, retry = {}, idleTimeoutMs = 45_000 }, wire, chatId, onNews }: LiveRunsOptions) {
    const onRuns = (runIds: readonly string[]): void => {
      this.#others.add(runIds)
      onNews()
    }
    this.#feed = live === true ? new RunFeed({ wire, chatId, retry, idleTimeoutMs, onRuns }) : undefined
  }

  /** A run has begun that this page has not asked for; its feed may tell of it late, or not at all once it is over. */
  add(runId: string | undefined): void {
    if (runId !== undefined) this.#others.add([runId])
  }

  begin(): void {
    this.#feed?.begin()
  }

  close(): void {
    this.#feed?.close()
  }

  /** The run is followed here, if it is known. */
  note(runId: string | undefined): void {
    if (runId !== undefined) this.#others.note(runId)
  }

  /** The first run that was not followed here. */
  next(): string | undefined {
    return this.#others.next()
  }
}
