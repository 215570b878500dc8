// `fetchEventSource`: the API of `@microsoft/fetch-event-source` 2, so that only the import has to change.
import type { RequestTarget } from '../http/fetch-types.ts'
import type { FetchEventSourceInit } from './options.ts'
import { FetchSubscription } from './subscription.ts'

/**
 * Reads server-sent events by callbacks, and reconnects as needed: a drop-in replacement for
 * `@microsoft/fetch-event-source`. Resolves once the stream has ended, the response was 204, or `signal` has aborted;
 * rejects with what `onerror` throws. A `Request` is sent with its method, headers and body, and ends with its signal,
 * unless `init` has others. New code should use `stream()`: it has backpressure, and tells a complete stream
 * from one that was cut off.
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
export async function fetchEventSource(input: RequestTarget, init: FetchEventSourceInit = {}): Promise<void> {
  const subscription = new FetchSubscription(input, init)
  try {
    await subscription.run()
  } finally {
    subscription.stop()
  }
}
