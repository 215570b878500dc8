// What a run came to, read from its log.
import type { Runs } from '../../channel/index.ts'
import { ChatFold, type ChatEvent, type ChatMessage, type Json, type RunStart } from '../../chat-model/index.ts'
import type { Context } from '../../server/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import { eventsOfClosing, isChatEvent, isClosing } from './closing.ts'
import type { LogItem, RunItems } from './run-frames.ts'
import type { RunResult } from './run-result.ts'

/** Sums up the items of a run. */
export class ResultFold {
  readonly #fold = new ChatFold()
  #start: RunStart | undefined

  take(item: LogItem): void {
    const data: unknown = item.value ?? JSON.parse(item.data)
    if (isClosing(item.event)) for (const event of eventsOfClosing(item.event, data)) this.#fold.take(event)
    else if (isChatEvent(data)) this.#takeEvent(data)
  }

  /** What the run came to. Called once its end was taken. */
  result(owner: string, meta: Json): RunResult {
    const { messages, usage, error, reason = 'other', outcome = 'interrupted' } = this.#fold
    const { runId = '', chatId = '' } = this.#start ?? {}
    const message: ChatMessage = messages.at(-1) ?? { id: `msg_${runId}`, role: 'assistant', parts: [] }
    return { outcome, reason, chatId, runId, owner, message, messages, usage, error, meta }
  }

  #takeEvent(event: ChatEvent): void {
    if (event.type === 'run-start') this.#start = event
    this.#fold.take(event)
  }
}

/** Reads what a run came to from its closed log; `undefined` if it is not kept. */
export async function readResult(runs: Runs<Context>, runId: string, meta: Json): Promise<RunResult | undefined> {
  const found = await runs.logs.find(runId)
  if (found === undefined) return undefined
  const fold = new ResultFold()
  const items = found.source.stored()
  for (;;) {
    const { done, value } = await items.next()
    if (done === true) return fold.result(found.owner, meta)
    if (!(value instanceof ControlEvent)) fold.take(value)
  }
}

/** Reads the chat that a run belongs to, as its first event says it; `undefined` for a run that died before that. */
export async function readChatId(items: RunItems): Promise<string | undefined> {
  try {
    for (;;) {
      const { done, value } = await items.next()
      if (done === true) return undefined
      if (value instanceof ControlEvent) continue
      const event: unknown = JSON.parse(value.data)
      return isChatEvent(event) && event.type === 'run-start' ? event.chatId : undefined
    }
  } finally {
    await items.return?.()
  }
}
