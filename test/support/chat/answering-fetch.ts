// A server of chats in this process: a fetch that answers each request with the next of its logs.
import type { ChatProtocol } from '../../../src/ai/protocol/protocol.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { encodeLog } from './encode-log.ts'

/** What was asked. */
export interface Asked {
  readonly url: string
  readonly body: unknown
}

/** The fetch, and what it was asked. */
export function answeringFetch(
  protocol: ChatProtocol,
  ...logs: readonly (readonly ChatEvent[])[]
): { readonly fetch: typeof fetch; readonly asked: readonly Asked[] } {
  const asked: Asked[] = []
  const fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const url = input instanceof Request ? input.url : String(input)
    asked.push({ url, body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined })
    const frames = encodeLog(protocol, logs[asked.length - 1] ?? [])
    return new Response(frames, { headers: { 'content-type': protocol.contentType } })
  }
  return { fetch, asked }
}
