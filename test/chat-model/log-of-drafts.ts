// Drafts, and the log that a normaliser makes of them.
import type { ChatEvent, ChatMessage, DraftEvent, ToolPart } from '../../src/chat-model/index.ts'
import { Normaliser, type NormaliserOptions } from '../../src/chat-model/internal.ts'

/** What drafts come from where nothing else is said. */
export const source = {}

/** Another source. */
export const other = {}

/** The log that drafts come to: a list is of one source, a pair of a draft and a source of that one. */
export function logOf(
  drafts: readonly (DraftEvent | readonly [DraftEvent, object])[],
  options: Partial<NormaliserOptions> = {},
): readonly ChatEvent[] {
  const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false, ...options })
  const log = drafts.flatMap((draft) => {
    const [event, from] = 'type' in draft ? [draft, source] : draft
    return normaliser.take(event, from)
  })
  return [...log, ...normaliser.finish()]
}

/** A log in short: types with ids and text. */
export function short(log: readonly ChatEvent[]): readonly string[] {
  return log.map((event) => {
    const words: (string | undefined)[] = [event.type]
    if ('toolCallId' in event) words.push(event.toolCallId)
    else if ('id' in event) words.push(event.id)
    if ('delta' in event) words.push(event.delta)
    if ('inputTextDelta' in event) words.push(event.inputTextDelta)
    return words.filter((word) => word !== undefined).join(' ')
  })
}

/** Text without a part. */
export const text = (delta: string): DraftEvent => ({ type: 'text', delta })

/** Text of a part. */
export const delta = (id: string, delta: string): DraftEvent => ({ type: 'text-delta', id, delta })

/** A whole call. */
export const available = (toolCallId: string, toolName = 'weather'): DraftEvent => ({
  type: 'tool-input-available',
  toolCallId,
  toolName,
  input: {},
})

/** The message of a request that an answer goes on with. */
export const continuedWith = (...parts: ToolPart[]): ChatMessage => ({ id: 'last', role: 'assistant', parts })
