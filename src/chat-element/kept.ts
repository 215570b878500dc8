// A conversation that is kept in the browser.
import type { ChatMessage } from '../chat/index.ts'
import { newId } from '../chat/internal.ts'

/** Where a conversation is kept: `local`, for all tabs, until it is deleted; `session`, for this tab, until it is closed. */
export type KeptIn = 'local' | 'session'

/** The messages of a conversation. */
export interface KeptMessages {
  readonly messages: readonly ChatMessage[]
  /** The answer that the last one may not have to its end. */
  readonly runId: string | undefined
}

/** A conversation in a store of the browser. */
export interface KeptConversation {
  /** The id under which it is known. */
  readonly id: string
  /** What is kept, if anything is. */
  load(): KeptMessages | undefined
  save(kept: KeptMessages): void
}

/** Opens what is kept for a url. Without an id, it is the conversation that was begun there last. */
export function openStore(keptIn: KeptIn, url: string, id: string | undefined): KeptConversation {
  const place = `tidings-chat ${new URL(url, document.baseURI).href}`
  const known = id ?? read(keptIn, place) ?? newId()
  if (id === undefined) write(keptIn, place, known)
  const name = `${place} ${known}`
  return {
    id: known,
    load: () => toKept(read(keptIn, name)),
    save: (kept) => write(keptIn, name, JSON.stringify(kept)),
  }
}

function toKept(text: string | undefined): KeptMessages | undefined {
  if (text === undefined) return undefined
  try {
    const { messages, runId }: { messages?: unknown; runId?: unknown } = Object(JSON.parse(text))
    if (!Array.isArray(messages) || !messages.every(isMessage)) return undefined
    return { messages, runId: typeof runId === 'string' && runId !== '' ? runId : undefined }
  } catch {
    // Not what was written here: there is nothing to go on with.
    return undefined
  }
}

function isMessage(value: unknown): value is ChatMessage {
  const { id, role, parts }: { id?: unknown; role?: unknown; parts?: unknown } = Object(value)
  const isKnown = role === 'user' || role === 'assistant' || role === 'system'
  return typeof id === 'string' && isKnown && Array.isArray(parts) && parts.every(isPart)
}

function isPart(value: unknown): boolean {
  return typeof Reflect.get(Object(value), 'type') === 'string'
}

function read(keptIn: KeptIn, name: string): string | undefined {
  try {
    return storageOf(keptIn).getItem(name) ?? undefined
  } catch {
    // A browser may refuse its stores: the conversation is then not kept.
    return undefined
  }
}

function write(keptIn: KeptIn, name: string, text: string): void {
  try {
    storageOf(keptIn).setItem(name, text)
  } catch {
    // Refused or full: the conversation goes on without being kept.
  }
}

function storageOf(keptIn: KeptIn): Storage {
  return keptIn === 'local' ? localStorage : sessionStorage
}
