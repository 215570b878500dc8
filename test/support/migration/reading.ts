// What a neutral reader gets of a server: by the reference parser, from a socket of its own.
import { parseReference } from '../wire/reference-parser.mjs'
import { RawClient } from '../server/raw-client.ts'

/** An event as any reader sees it: a missing name is `message`. */
export interface ReadEvent {
  readonly event: string
  readonly data: string
}

/** The events of a stream that ends. */
export async function eventsOf(url: string, init?: RequestInit): Promise<ReadEvent[]> {
  const response = await fetch(url, init)
  return toEvents(new Uint8Array(await response.arrayBuffer()))
}

/** The ids of a stream that ends. */
export async function idsOf(url: string): Promise<string[]> {
  return parseReference(new Uint8Array(await (await fetch(url)).arrayBuffer())).ids
}

/** The first events of a stream that goes on, and the last id; the reader leaves behind them. */
export async function firstOf(
  response: Response,
  count: number,
): Promise<{ events: ReadEvent[]; lastEventId: string }> {
  const reader = response.body?.getReader()
  let bytes = Buffer.alloc(0)
  while (toEvents(bytes).length < count) {
    const { value, done } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done || value === undefined) break
    bytes = Buffer.concat([bytes, value])
  }
  await reader?.cancel()
  return { events: toEvents(bytes), lastEventId: parseReference(bytes).lastEventId }
}

/** A reader that sends its request and takes nothing of the answer. */
export async function openIdle(url: string): Promise<RawClient> {
  const { port, pathname } = new URL(url)
  const client = await RawClient.open(Number(port))
  client.socket.pause()
  return client.request(`GET ${pathname} HTTP/1.1`)
}

/** The status that a browser's EventSource is answered with when it comes back to a stream that it has read to its end. */
export async function statusAfterEnd(url: string): Promise<number> {
  const headers = { accept: 'text/event-stream', 'cache-control': 'no-cache' }
  const first = await fetch(url, { headers })
  const { lastEventId } = parseReference(new Uint8Array(await first.arrayBuffer()))
  const again = await fetch(url, { headers: { ...headers, 'last-event-id': lastEventId } })
  await again.arrayBuffer()
  return again.status
}

function toEvents(bytes: Uint8Array): ReadEvent[] {
  return parseReference(bytes).events.map(({ event = 'message', data }) => ({ event, data }))
}
