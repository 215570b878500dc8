// The types of what a chat handler yields, and values that say which source they come from.
import type { MadeEvent } from '../../chat-model/index.ts'

/**
 * What a chat handler may yield: text, what `chat` makes, chunks of OpenAI and Anthropic, parts and chunks of `ai`, events of
 * AG-UI; and what `chat.merge` and `chat.collect` pass on.
 */
export type ChatYield =
  | string
  | MadeEvent
  | Sourced
  | { readonly type: string }
  | { readonly choices: readonly unknown[] }

/** A stream of what a chat handler may yield. */
export type ChatStream = AsyncIterable<ChatYield> | ReadableStream<ChatYield>

/** A value of a source that is passed on beside others: its parts keep apart from theirs. */
export class Sourced {
  /** Whose value it is: values of one source have the same. */
  readonly source: object
  /** What the source has said. */
  readonly value: unknown

  constructor(source: object, value: unknown) {
    this.source = source
    this.value = value
  }
}
