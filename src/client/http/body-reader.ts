// The body of an answer as text, pulled piece by piece.

/** Reads a body to which nobody else holds on. */
export interface BodyReader {
  /** The next piece; the last one, `done`, is what the decoder has kept. Rejects when the connection breaks. */
  readonly read: () => Promise<{ readonly done: boolean; readonly text: string }>
  /** Lets go of the body: a read that waits ends at once, and the server notices. */
  readonly close: () => void
}

/** Takes the body for itself. */
export function createBodyReader(body: ReadableStream<Uint8Array>): BodyReader {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  return {
    async read() {
      const { done, value } = await reader.read()
      return { done, text: decoder.decode(value, { stream: !done }) }
    },
    close() {
      // It may have failed by itself; whoever reads it is told.
      reader.cancel().catch(() => {})
    },
  }
}
