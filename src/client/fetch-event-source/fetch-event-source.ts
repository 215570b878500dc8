// `fetchEventSource`: the face of `@microsoft/fetch-event-source` 2, so that an import is all that changes.
import type { FetchEventSourceInit } from './options.ts'
import { FetchSubscription } from './subscription.ts'

/**
 * Reads server-sent events by callbacks, over any number of requests. Resolves once the stream has ended, the answer was
 * 204, or `signal` has aborted; rejects with what `onerror` throws. For new code, `stream()` is more: it holds the server
 * back, and knows a whole stream from one that was cut.
 *
 * @example
 * import { fetchEventSource } from 'tidings/client'
 *
 * await fetchEventSource('https://example.com/chat', {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: JSON.stringify({ question: 'Why?' }),
 *   onmessage: (event) => console.log(event.data),
 * })
 */
export async function fetchEventSource(input: RequestInfo | URL, init: FetchEventSourceInit = {}): Promise<void> {
  if (init.signal?.aborted) return
  const subscription = new FetchSubscription(input, init)
  try {
    await subscription.run()
  } finally {
    subscription.stop()
  }
}
