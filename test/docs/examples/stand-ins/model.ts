// A model that answers, and what is sent to it.

export const question = 'Why?'

/** The token of whoever asks. */
export async function token({ fresh }: { readonly fresh: boolean }): Promise<string> {
  return fresh ? 'a new token' : 'a token'
}

export const model = {
  async *answer(asked: string, { signal }: { readonly signal: AbortSignal }): AsyncGenerator<string> {
    signal.throwIfAborted()
    yield `You asked: ${asked}`
    yield 'Let me think.'
  },
}
