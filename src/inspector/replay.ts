// A stream that was seen, sent once more, at the pace at which it came.
import { sleep } from '../base/index.ts'
import { streamFormatOf } from '../inspector-model/index.ts'
import type { History } from './history.ts'
import type { StreamLog } from './stream-log.ts'

/** A silence that was longer is replayed as one of so many milliseconds. */
const longestPauseMs = 10_000

/** What is kept of a stream, as it was written. `speed`: how many times as fast. */
export function replay(history: History, log: StreamLog, speed: number, signal: AbortSignal): Response {
  const chunks = paced(history, log, speed, signal)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
  const headers = {
    'content-type': contentTypeOf(log),
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  }
  return new Response(body, { headers })
}

/** That of the stream. What other programs report to be a page must not be one of this server. */
function contentTypeOf({ head }: StreamLog): string {
  const contentType = head?.contentType ?? 'text/event-stream'
  return streamFormatOf(contentType) === undefined || /[^ -~]/.test(contentType) ? 'text/plain' : contentType
}

async function* paced(
  history: History,
  log: StreamLog,
  speed: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder()
  let last: number | undefined
  for (const written of log.written) {
    const pauseMs = Math.min(written.at - (last ?? written.at), longestPauseMs) / speed
    last = written.at
    if (pauseMs > 0) await sleep(pauseMs, signal)
    yield encoder.encode(history.reveal(log, written))
  }
}
