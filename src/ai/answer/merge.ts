// Several sources at once, and one that is passed on and summed up.
import { ChatFold, type ChatMessage, type FinishReason, type Json, type Usage } from '../../chat-model/index.ts'
import { Intake } from './intake.ts'
import { Sourced, type ChatStream } from './source.ts'
import { valuesOf } from './source-values.ts'

/** A tool call that a model has made. */
export interface ToolCall {
  readonly id: string
  readonly name: string
  readonly input: Json
}

/** What one call of a provider came to. */
export interface Turn {
  readonly text: string
  /** The calls that nobody has answered yet. */
  readonly toolCalls: readonly ToolCall[]
  readonly reason: FinishReason
  readonly usage: Usage
  readonly message: ChatMessage
}

const never = new AbortController().signal

/** Passes a provider's chunks on, and returns what they came to. */
export async function* collect(stream: ChatStream): AsyncGenerator<Sourced, Turn> {
  const source = {}
  const turn = new TurnFold()
  for await (const value of iterate(stream)) {
    turn.take(new Sourced(source, value))
    yield new Sourced(source, value)
  }
  return turn.finish()
}

/** Passes several sources on at once, in the order in which they speak. The first that fails ends the others. */
export async function* merge(...streams: readonly ChatStream[]): AsyncGenerator<Sourced, void> {
  const sources = streams.map((stream) => new Merged(stream))
  try {
    let open: readonly Merged[] = sources
    while (open.length > 0) {
      const { merged, result } = await Promise.race(open.map((one) => one.next()))
      merged.take()
      if (result.done === true) open = open.filter((one) => one !== merged)
      else yield new Sourced(merged, result.value instanceof Sourced ? result.value.value : result.value)
    }
  } finally {
    await Promise.all(sources.map((one) => one.return()))
  }
}

/** One of the sources that are merged: its next value is asked for once. */
class Merged {
  readonly #values: AsyncIterator<unknown>
  #next: Promise<{ readonly merged: Merged; readonly result: IteratorResult<unknown, unknown> }> | undefined

  constructor(stream: ChatStream) {
    this.#values = valuesOf(stream, never)
  }

  next(): Promise<{ readonly merged: Merged; readonly result: IteratorResult<unknown, unknown> }> {
    this.#next ??= this.#values.next().then((result) => ({ merged: this, result }))
    return this.#next
  }

  /** Its value is taken: the next is another. */
  take(): void {
    this.#next = undefined
  }

  async return(): Promise<void> {
    this.#next?.catch(() => {
      // Another source has failed before.
    })
    await this.#values.return?.()
  }
}

async function* iterate(stream: ChatStream): AsyncGenerator {
  const values = valuesOf(stream, never)
  let isDone = false
  try {
    for (;;) {
      const result = await values.next()
      isDone = result.done === true
      if (isDone) return
      yield result.value
    }
  } finally {
    if (!isDone) await values.return?.()
  }
}

/** Sums up a source by the same rules as the answer. Ids are the source's own. */
class TurnFold {
  readonly #intake = new Intake({ runId: 'turn', callsAreTheClients: true, unknownYield: 'ignore' })
  readonly #fold = new ChatFold()

  take(value: Sourced): void {
    for (const event of this.#intake.take(value)) this.#fold.take(event)
  }

  finish(): Turn {
    for (const event of this.#intake.finish()) this.#fold.take(event)
    const message = this.#fold.messages.at(-1) ?? { id: 'msg_turn', role: 'assistant', parts: [] }
    return {
      text: message.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      toolCalls: message.parts.flatMap((part) =>
        part.type === 'dynamic-tool' && part.state === 'input-available'
          ? [{ id: part.toolCallId, name: part.toolName, input: asJson(part.input) }]
          : [],
      ),
      reason: this.#fold.reason ?? 'other',
      usage: this.#fold.usage,
      message,
    }
  }
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null))
}
