// The body of a response as text, read piece by piece.

/** The reader of one response's body, which it locks. */
export interface BodyReader {
  /** Reads the next piece; the last one, `done`, contains what the decoder still held. Rejects on a network error. */
  readonly read: () => Promise<{ readonly done: boolean; readonly text: string }>
  /** Cancels the body: a pending `read` ends at once, and the server sees the disconnect. */
  readonly close: () => void
}

/** Locks `body`, and decodes it as UTF-8. A `fetch` over XMLHttpRequest gives text, where there may be no decoder. */
export function createBodyReader(body: ReadableStream<Uint8Array | string>): BodyReader {
  const reader = body.getReader()
  let decoder: TextDecoder | undefined
  return {
    async read() {
      const { done, value } = await reader.read()
      const isText = typeof value === 'string'
      return { done, text: isText ? value : (decoder ??= new TextDecoder()).decode(value, { stream: !done }) }
    },
    close() {
      // A body that has failed cannot be cancelled; its error is reported by `read`.
      reader.cancel().catch(() => {})
    },
  }
}

/** A response whose body can be read. */
export interface ReadableResponse extends Response {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>
}

/** Whether the body of a response can be read: it is a stream, as not every `fetch` gives one, and nobody has read it. */
export function isReadable(response: unknown): response is ReadableResponse {
  try {
    const { body, bodyUsed }: Partial<Response> = Object(response)
    return Boolean(body?.getReader && !body.locked && !bodyUsed)
  } catch {
    // A getter that throws, of a `fetch` that only looks like one.
    return false
  }
}

/** Cancels the body of what may be a response that nobody will read, so that the server sees the disconnect. */
export function discardBody(response: unknown): void {
  // A body that somebody else reads is theirs, and one that has failed cannot be cancelled.
  if (isReadable(response)) response.body.cancel().catch(() => {})
}
