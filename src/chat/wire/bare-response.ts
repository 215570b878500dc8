// Responses for runtimes whose own cannot stream.

/** What is read of a response. */
export interface BareResponse {
  readonly status: number
  readonly headers: Headers
  /** Reads the next piece of text; the end of the body has none. */
  readonly read: () => Promise<{ readonly done: boolean; readonly value: string | undefined }>
  readonly cancel: () => void
}

/** A response in as much as our clients read one: status, headers, and a body of text that has a reader. */
export function toResponse({ status, headers, read, cancel }: BareResponse): Response {
  const body = {
    locked: false,
    cancel: async () => cancel(),
    getReader: () => ({ read, cancel: async () => cancel() }),
  }
  const ok = status >= 200 && status < 300
  // Not every runtime with `Response` lets one be made with a body that is read piece by piece.
  const response: Response = Object.assign(Object.create(null), { status, ok, headers, body, bodyUsed: false })
  return response
}

/** A response without content: the stream that it answers is over. */
export function noContent(): Response {
  const end = { done: true, value: undefined }
  return toResponse({ status: 204, headers: new Headers(), read: async () => end, cancel: () => {} })
}
