// A client of OpenAI's chat completions, in this process: its model asks for the weather once, and tells it then.

interface Asked {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content?: unknown }[]
  readonly tools: readonly { readonly type: 'function'; readonly function: { readonly name: string } }[]
  readonly stream: true
}

interface Chunk {
  readonly choices: readonly object[]
}

const toChunk = (delta: object, finish_reason?: string): Chunk => ({ choices: [{ index: 0, delta, finish_reason }] })

async function* answer({ messages, tools }: Asked, signal: AbortSignal): AsyncGenerator<Chunk> {
  signal.throwIfAborted()
  const output = messages.findLast(({ role }) => role === 'tool')
  if (output === undefined) {
    const call = { name: tools[0]?.function.name, arguments: '{"city":"Oslo"}' }
    yield toChunk({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: call }] })
    yield toChunk({}, 'tool_calls')
    return
  }
  for (const word of ['The forecast: ', String(output.content)]) yield toChunk({ content: word })
  yield toChunk({}, 'stop')
}

export const openai = {
  chat: {
    completions: {
      create: async (asked: Asked, { signal }: { readonly signal: AbortSignal }): Promise<AsyncIterable<Chunk>> =>
        answer(asked, signal),
    },
  },
}
