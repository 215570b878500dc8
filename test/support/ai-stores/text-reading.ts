// A response whose text comes piece by piece, as the nodes of assistant-ui and resumable-stream answer.

/** A response under way. */
export interface TextReading {
  readonly status: number
  /** What has arrived. */
  text(): string
  /** Resolves when all has arrived; with what arrived until it broke off, and `|broken`, if it did. */
  readonly end: Promise<string>
  /** Leaves. */
  leave(): void
}

/** Reads a response. */
export async function readText(url: string, init: RequestInit = {}): Promise<TextReading> {
  const left = new AbortController()
  const response = await fetch(url, { ...init, signal: left.signal })
  let text = ''
  const read = async (): Promise<string> => {
    try {
      for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += piece
      return text
    } catch {
      // Whatever has broken it off: the text says how far it came.
      return `${text}|broken`
    }
  }
  return { status: response.status, text: () => text, end: read(), leave: () => left.abort() }
}
