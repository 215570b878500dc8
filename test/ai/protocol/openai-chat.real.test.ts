// OpenAI's chat completions, read by its SDK and by the providers of `ai`.
import { describe, expect, test } from 'vitest'
import { openAiChatProtocol } from '../../../src/ai/protocol/openai-chat.ts'
import { OpenParts, type ChatEvent } from '../../../src/chat-model/index.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { encodeLog, plainOptions } from '../../support/chat/encode-log.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 150 }, (_, seed) => seed)
const params = { model: 'model-1', messages: [{ role: 'user', content: 'Hi' }] }

const start: ChatEvent = {
  type: 'run-start',
  wire: 1,
  runId: 'r1',
  chatId: 'c1',
  protocol: 'openai-chat',
  at: 1_790_000_000_000,
  model: 'model-1',
  clientTools: ['locate'],
}
const begun: readonly ChatEvent[] = [start, { type: 'message-start', id: 'm1' }]
const said: readonly ChatEvent[] = [
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'It is ' },
  { type: 'text-delta', id: 't1', delta: '20°.' },
  { type: 'text-end', id: 't1' },
]
const call = (toolCallId: string, toolName: string, executor: 'client' | 'server'): readonly ChatEvent[] => [
  { type: 'tool-input-start', toolCallId, toolName, executor },
  { type: 'tool-input-delta', toolCallId, inputTextDelta: '{"city":' },
  { type: 'tool-input-delta', toolCallId, inputTextDelta: '"Oslo"}' },
  { type: 'tool-input-available', toolCallId, toolName, executor, input: { city: 'Oslo' } },
]
const ended: readonly ChatEvent[] = [
  { type: 'message-end', id: 'm1', reason: 'stop', usage: { inputTokens: 3, outputTokens: 4, reasoningTokens: 1 } },
  { type: 'run-end', outcome: 'completed' },
]

/** The fetch of a server that answers each request with the next of these logs, and counts them. */
function answering(...logs: readonly (readonly ChatEvent[])[]): {
  fetch: () => Promise<Response>
  count: () => number
} {
  let asked = 0
  const fetch = async (): Promise<Response> => {
    const log = logs[asked] ?? []
    asked += 1
    return new Response(encodeLog(openAiChatProtocol, log), { headers: { 'content-type': 'text/event-stream' } })
  }
  return { fetch, count: () => asked }
}

// oxlint-disable-next-line typescript/no-explicit-any -- a client whose types are elsewhere
async function openAi(fetch: () => Promise<Response>): Promise<any> {
  const { OpenAI } = await clientPackage('openai')
  return new OpenAI({ apiKey: 'none', baseURL: 'http://chat/v1', fetch, maxRetries: 0 })
}

function hasClientCalls(log: readonly ChatEvent[]): boolean {
  const open = new OpenParts()
  for (const event of log) open.take(event)
  return open.list().some((part) => part.kind === 'call' && part.executor === 'client')
}

// oxlint-disable-next-line typescript/no-explicit-any -- as above
function wholeOf(log: readonly ChatEvent[]): any {
  const whole = openAiChatProtocol.createWhole?.(plainOptions)
  for (const event of log) whole?.take(event)
  return whole?.body()
}

/** What the SDK throws for an answer that failed before its stream. */
async function failure(code: 'unauthorized' | 'rate_limited', status: number): Promise<unknown> {
  const body = openAiChatProtocol.errorBody({ code, message: 'No.', status, requestId: 'q' })
  const client = await openAi(async () => Response.json(body, { status }))
  return client.chat.completions.create(params).catch((error: unknown) => error)
}

describeWith('chat-clients', 'OpenAI chat completions', () => {
  test('the stream comes to the same as the whole answer', async () => {
    const finishes = new Set<string>()
    for (const seed of seeds) {
      const log = randomLog(seed)
      const client = await openAi(answering(log).fetch)
      const { choices, id, created } = await client.chat.completions.stream(params).finalChatCompletion()
      const [whole] = wholeOf(log).choices
      const { content, refusal, tool_calls: calls } = choices[0].message
      expect({ id, created }).toEqual({ id: `chatcmpl-run${seed}`, created: 1_790_000_000 })
      expect(content ?? '', `seed ${seed}`).toBe(whole.message.content ?? '')
      expect(refusal ?? null, `seed ${seed}`).toBe(whole.message.refusal)
      expect(calls ?? [], `seed ${seed}`).toMatchObject(whole.message.tool_calls ?? [])
      expect(calls ?? []).toHaveLength(whole.message.tool_calls?.length ?? 0)
      expect(choices[0].finish_reason, `seed ${seed}`).toBe(whole.finish_reason)
      finishes.add(whole.finish_reason)
    }
    expect(finishes).toEqual(new Set(['stop', 'length', 'content_filter', 'tool_calls']))
  })

  test('for await gives the text, and the usage where it was asked for', async () => {
    const asking = { ...start, options: { include_usage: true } }
    const client = await openAi(answering([asking, ...begun.slice(1), ...said, ...ended]).fetch)
    const texts: string[] = []
    const usages: unknown[] = []
    const reasons: unknown[] = []
    for await (const chunk of await client.chat.completions.create({ ...params, stream: true })) {
      texts.push(chunk.choices[0]?.delta.content ?? '')
      if (chunk.usage !== undefined) usages.push(chunk.usage)
      if (chunk.choices[0]?.finish_reason) reasons.push(chunk.choices[0].finish_reason)
    }
    expect(texts.join('')).toBe('It is 20°.')
    expect(reasons).toEqual(['stop'])
    expect(usages).toEqual([
      { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, completion_tokens_details: { reasoning_tokens: 1 } },
    ])
    expect(encodeLog(openAiChatProtocol, [...begun, ...said, ...ended])).not.toContain('usage')
  })

  test('runTools runs the tools of the client, and never those of the server', async () => {
    const served = [
      ...call('c1', 'weather', 'server'),
      { type: 'tool-output-available', toolCallId: 'c1', output: 20 } as const,
    ]
    const server = answering(
      [...begun, ...call('c2', 'locate', 'client'), ...ended],
      [...begun, ...served, ...said, ...ended],
    )
    const client = await openAi(server.fetch)
    const ran: unknown[] = []
    const tool = (name: string): object => ({
      type: 'function',
      function: { name, parameters: {}, parse: JSON.parse, function: (input: unknown) => void ran.push([name, input]) },
    })
    const runner = client.chat.completions.runTools({
      ...params,
      stream: true,
      tools: [tool('locate'), tool('weather')],
    })
    expect(await runner.finalContent()).toBe('It is 20°.')
    expect(ran).toEqual([['locate', { city: 'Oslo' }]])
    expect(server.count()).toBe(2)
  })

  test('runTools runs nothing of an answer that was stopped, and does not ask again', async () => {
    const { APIError } = await clientPackage('openai')
    const calls = call('c1', 'locate', 'client')
    for (const count of calls.keys()) {
      const server = answering([...begun, ...calls.slice(0, count + 1), { type: 'run-end', outcome: 'stopped' }])
      const client = await openAi(server.fetch)
      const ran: unknown[] = []
      const run = (input: unknown): void => void ran.push(input)
      const tools = [{ type: 'function', function: { name: 'locate', parameters: {}, function: run } }]
      const runner = client.chat.completions.runTools({ ...params, stream: true, tools })
      const error = await runner.done().catch((caught: unknown) => caught)
      expect(error).toBeInstanceOf(APIError)
      expect(error).toMatchObject({ message: 'The answer was stopped.', code: 'interrupted' })
      expect([ran, server.count()]).toEqual([[], 1])
      const whole = wholeOf([...begun, ...said, ...calls.slice(0, count + 1), { type: 'run-end', outcome: 'stopped' }])
      expect(whole.choices[0].message).toMatchObject({ content: 'It is 20°.' })
      expect(whole.choices[0].message).not.toHaveProperty('tool_calls')
    }
  })

  test.each([
    { outcome: 'failed', message: 'The model is busy.', code: 'overloaded' },
    { outcome: 'interrupted', message: 'The answer was interrupted.', code: 'interrupted' },
  ] as const)('a run that has $outcome throws, after any of its events', async ({ outcome, message, code }) => {
    const { APIError } = await clientPackage('openai')
    for (const seed of seeds.slice(0, 8)) {
      const whole = randomLog(seed, { length: 25 })
      for (let count = 1; count < whole.length; count += 1) {
        const client = await openAi(answering(cutLog(whole, count, outcome)).fetch)
        const error = await client.chat.completions
          .stream(params)
          .finalChatCompletion()
          .catch((caught: unknown) => caught)
        expect(error).toBeInstanceOf(APIError)
        expect(error).toMatchObject({ message, code, type: 'server_error' })
      }
    }
  })

  test('a run that was stopped ends as if it had said all, after any event that leaves no call open', async () => {
    for (const seed of seeds.slice(0, 8)) {
      const whole = randomLog(seed, { length: 25 })
      for (let count = 2; count < whole.length; count += 1) {
        const log = cutLog(whole, count, 'stopped')
        if (hasClientCalls(log)) continue
        const client = await openAi(answering(log).fetch)
        const { choices } = await client.chat.completions.stream(params).finalChatCompletion()
        expect(choices[0].finish_reason).toBe('stop')
      }
    }
  })

  test('a failure before the stream is the error of its status', async () => {
    const { AuthenticationError, RateLimitError } = await clientPackage('openai')
    const refused = await failure('unauthorized', 401)
    expect(refused).toBeInstanceOf(AuthenticationError)
    expect(refused).toMatchObject({ message: '401 No.', type: 'authentication_error', code: 'unauthorized' })
    expect(await failure('rate_limited', 429)).toBeInstanceOf(RateLimitError)
  })
})

interface Told {
  readonly text: string
  readonly reasoning: string
  readonly calls: readonly unknown[]
  readonly errors: readonly unknown[]
  readonly finish: string
}

/** What `streamText` of `ai` makes of the log, with our server as its provider. */
async function streamText(provider: string, log: readonly ChatEvent[]): Promise<Told> {
  const { streamText: stream, tool, jsonSchema } = await clientPackage('ai')
  const options = { name: 'ours', apiKey: 'none', baseURL: 'http://chat/v1', fetch: answering(log).fetch }
  const made = await clientPackage(provider)
  const model =
    provider === '@ai-sdk/openai'
      ? made.createOpenAI(options).chat('model-1')
      : made.createOpenAICompatible(options).chatModel('model-1')
  const locate = tool({ inputSchema: jsonSchema({ type: 'object' }) })
  const result = stream({
    model,
    prompt: 'Hi',
    tools: { locate, ask: locate },
    maxRetries: 0,
    onError: () => undefined,
  })
  const told = { text: '', reasoning: '', calls: [] as unknown[], errors: [] as unknown[], finish: '' }
  for await (const part of result.fullStream ?? result.stream) {
    if (part.type === 'text-delta') told.text += part.text
    if (part.type === 'reasoning-delta') told.reasoning += part.text
    if (part.type === 'tool-call') told.calls.push([part.toolName, part.input])
    if (part.type === 'error') told.errors.push(part.error)
    if (part.type === 'finish') told.finish = part.finishReason
  }
  return told
}

describeWith('chat-clients', 'OpenAI chat completions as a provider', () => {
  describe.each(['@ai-sdk/openai', '@ai-sdk/openai-compatible'])('%s', (provider) => {
    test('gives text and the calls of the client', async () => {
      const served = [
        ...call('c1', 'weather', 'server'),
        { type: 'tool-output-available', toolCallId: 'c1', output: 20 } as const,
      ]
      const told = await streamText(provider, [
        ...begun,
        ...served,
        ...said,
        ...call('c2', 'locate', 'client'),
        ...ended,
      ])
      expect(told).toMatchObject({ text: 'It is 20°.', errors: [], finish: 'tool-calls' })
      expect(told.calls).toEqual([['locate', { city: 'Oslo' }]])
    })

    test('reads every log, to the same text', async () => {
      for (const seed of seeds.slice(0, 60)) {
        // A refusal is text for these providers.
        const log = randomLog(seed).filter(({ type }) => !type.startsWith('refusal'))
        const { message } = wholeOf(log).choices[0]
        const told = await streamText(provider, log)
        expect(told.errors, `seed ${seed}`).toEqual([])
        expect(told.text, `seed ${seed}`).toBe(message.content ?? '')
        if (provider === '@ai-sdk/openai-compatible') expect(told.reasoning).toBe(message.reasoning_content ?? '')
      }
    })

    test('a failure is an error', async () => {
      const told = await streamText(provider, cutLog([...begun, ...said], 4, 'failed'))
      expect(told.errors).toHaveLength(1)
      expect(JSON.stringify(told.errors)).toContain('The model is busy.')
      expect(told.finish).toBe('error')
    })
  })
})
