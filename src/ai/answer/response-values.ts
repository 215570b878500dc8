// A Response that a chat handler has returned: what another server has answered, as values one by one.
import { createParser, type ParsedEvent } from '../../sse/index.ts'
import { codeOfStatus } from '../../chat-model/index.ts'
import { ChatFailure } from '../../chat-model/internal.ts'

/** How much of an answer that is no stream is read. */
const maxWholeChars = 16 * 1024 * 1024

/**
 * The values of a response: of a stream of events its data as JSON, of plain text its text, of JSON the whole. An answer
 * that is not ok, and the end of a stream that breaks off, are failures.
 */
export async function* readFrames(response: Response, signal: AbortSignal): AsyncGenerator {
  const { ok, status, body } = response
  const type = response.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!ok) {
    await body?.cancel()
    throw new ChatFailure({
      type: 'failure',
      code: codeOfStatus(status),
      retryable: status >= 500 || status === 429,
      error: new Error(`The handler has returned a Response of status ${status}.`),
    })
  }
  if (body === null) return
  if (type === 'application/json') yield JSON.parse(await readWhole(body, signal))
  else if (type === 'text/event-stream') yield* readEvents(body, signal)
  else yield* readText(body, signal)
}

async function* readText(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = body.getReader()
  // What waits for the next bytes is ended by nothing else.
  const stop = (): void => void reader.cancel().catch(() => {})
  signal.addEventListener('abort', stop)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const text = decoder.decode(value, { stream: !done })
      if (text !== '') yield text
      if (done) return
    }
  } finally {
    signal.removeEventListener('abort', stop)
    await reader.cancel()
  }
}

async function* readEvents(body: ReadableStream<Uint8Array>, signal: AbortSignal): AsyncGenerator {
  let events: ParsedEvent[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  for await (const text of readText(body, signal)) {
    parser.feed(text)
    const taken = events
    events = []
    for (const { data } of taken) {
      if (data === '[DONE]') return
      yield JSON.parse(data)
    }
  }
}

async function readWhole(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  let whole = ''
  for await (const text of readText(body, signal)) {
    whole += text
    if (whole.length > maxWholeChars) throw new RangeError('The Response of the handler is too long.')
  }
  return whole
}
