// OpenAI responses, read by its SDK, by its agents and by the provider of `ai`.
import { expect, test } from 'vitest'
import { openAiResponsesProtocol } from '../../../src/ai/protocol/openai-responses.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { answeringFetch } from '../../support/chat/answering-fetch.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { encodeEach } from '../../support/chat/encode-log.ts'
import { fixedLogs } from '../../support/chat/fixed-logs.ts'
import { wholeOf } from '../../support/chat/golden-frames.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { begun, called, cut, ended, said } from '../../support/chat/short-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 60 }, (_, seed) => seed)
const asked = { model: 'model-1', input: 'Hi' }
const usage = { inputTokens: 9, outputTokens: 5, reasoningTokens: 2, cacheReadTokens: 4 }

// oxlint-disable-next-line typescript/no-explicit-any -- a client whose types are elsewhere
async function openAi(fetcher: typeof fetch): Promise<any> {
  const { OpenAI } = await clientPackage('openai')
  return new OpenAI({ apiKey: 'none', baseURL: 'http://chat/v1', fetch: fetcher, maxRetries: 0 })
}

// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function finalOf(log: readonly ChatEvent[]): Promise<any> {
  const client = await openAi(answeringFetch(openAiResponsesProtocol, log).fetch)
  return client.responses.stream(asked).finalResponse()
}

/** What `ai` reads: the types of its parts, its text, why it ended, and how often it was told of an error. */
async function readByAi(log: readonly ChatEvent[]): Promise<{
  readonly types: readonly string[]
  readonly finish: string
  readonly text: string
  readonly errors: number
}> {
  const { createOpenAI } = await clientPackage('@ai-sdk/openai')
  const { streamText } = await clientPackage('ai')
  const { fetch } = answeringFetch(openAiResponsesProtocol, log)
  let errors = 0
  const onError = (): void => void (errors += 1)
  const model = createOpenAI({ apiKey: 'none', fetch }).responses('model-1')
  const result = streamText({ model, prompt: 'Hi', maxRetries: 0, onError })
  const types: string[] = []
  let [finish, text] = ['', '']
  for await (const part of result.fullStream) {
    types.push(part.type)
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'finish') finish = part.finishReason
  }
  return { types, finish, text, errors }
}

async function numbersOf(stream: AsyncIterable<{ sequence_number: number }>): Promise<readonly number[]> {
  const numbers: number[] = []
  for await (const { sequence_number } of stream) numbers.push(sequence_number)
  return numbers
}

describeWith('chat-clients', 'OpenAI responses', () => {
  test('the helper comes to the response that the last frame has, and that a whole answer has', async () => {
    const statuses = new Set<string>()
    for (const seed of seeds) {
      const log = randomLog(seed)
      const response = await finalOf(log)
      expect(response).toMatchObject(wholeOf(openAiResponsesProtocol, log) ?? {})
      statuses.add(response.status)
    }
    expect([...statuses].toSorted()).toEqual(['completed', 'incomplete'])
  })

  test('what the helper has gathered of the frames is what the last one says', async () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      const client = await openAi(answeringFetch(openAiResponsesProtocol, log).fetch)
      const deltas = new Map<string, string>()
      const stream = client.responses.stream(asked)
      for await (const event of stream) {
        if (event.type === 'response.output_text.delta')
          deltas.set(event.item_id, (deltas.get(event.item_id) ?? '') + event.delta)
      }
      const { output } = await stream.finalResponse()
      for (const [id, text] of deltas) {
        // oxlint-disable-next-line typescript/no-explicit-any -- as above
        expect(output.find((item: any) => item.id === id).content[0].text).toBe(text)
      }
    }
  })

  test('text, usage and the time and name of the response', async () => {
    const response = await finalOf([...begun, ...said('t1', 'It is ', '20°.'), ...ended('stop', usage)])
    expect(response).toMatchObject({
      id: 'resp_r1',
      created_at: 1_790_000_000,
      model: 'model-1',
      status: 'completed',
      output_text: 'It is 20°.',
      usage: { input_tokens: 9, output_tokens: 5, total_tokens: 14, input_tokens_details: { cached_tokens: 4 } },
    })
  })

  test('a call of the client is a function call, and one of the server a call of MCP that has its output', async () => {
    const log: readonly ChatEvent[] = [
      ...begun,
      ...called('c1', 'weather', 'server'),
      { type: 'tool-output-available', toolCallId: 'c1', output: { celsius: 20 } },
      ...called('c2', 'locate', 'client'),
      ...ended('tool-calls'),
    ]
    expect((await finalOf(log)).output).toMatchObject([
      { type: 'mcp_call', name: 'weather', server_label: 'tidings', status: 'completed', output: '{"celsius":20}' },
      { type: 'function_call', call_id: 'c2', name: 'locate', arguments: '{"city":"Oslo"}', status: 'completed' },
    ])
  })

  test('an input in plain text is that of a custom tool', async () => {
    const [toolCallId, toolName, executor] = ['c1', 'locate', 'client'] as const
    const log: readonly ChatEvent[] = [
      ...begun,
      { type: 'tool-input-start', toolCallId, toolName, executor, inputEncoding: 'text' },
      { type: 'tool-input-delta', toolCallId, inputTextDelta: 'SELECT ' },
      { type: 'tool-input-delta', toolCallId, inputTextDelta: '1' },
      { type: 'tool-input-available', toolCallId, toolName, executor, input: 'SELECT 1' },
      ...ended('tool-calls'),
    ]
    expect((await finalOf(log)).output).toMatchObject([
      { type: 'custom_tool_call', call_id: 'c1', name: 'locate', input: 'SELECT 1' },
    ])
  })

  test.each([
    { outcome: 'failed', message: 'The model is busy.' },
    { outcome: 'interrupted', message: 'The answer was interrupted.' },
  ] as const)('a run that has $outcome throws after its last delta', async ({ outcome, message }) => {
    const log = [...begun, { type: 'text-start', id: 't1' }, { type: 'text-delta', id: 't1', delta: 'Half' }] as const
    const { fetch } = answeringFetch(openAiResponsesProtocol, [...log, ...cut(outcome)])
    const stream = await (await openAi(fetch)).responses.create({ ...asked, stream: true })
    let text = ''
    const read = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta
    }
    await expect(read()).rejects.toThrow(message)
    expect(text).toBe('Half')
    await expect(finalOf([...log, ...cut(outcome)])).rejects.toThrow(message)
  })

  test('a run that was stopped is cancelled, and one that was too long incomplete', async () => {
    const stopped = await finalOf([...begun, ...said('t1', 'Half'), ...cut('stopped')])
    expect(stopped).toMatchObject({ status: 'cancelled', output_text: 'Half', error: null })
    const long = await finalOf([...begun, ...said('t1', 'Half'), ...ended('length')])
    expect(long).toMatchObject({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } })
  })

  test('after a cut, a response goes on behind the number of the last frame that was read', async () => {
    const log = fixedLogs['calls'] ?? []
    const frames = encodeEach(openAiResponsesProtocol, log).flat()
    const fetch = async (input: RequestInfo | URL): Promise<Response> => {
      const after = new URL(input instanceof Request ? input.url : input).searchParams.get('starting_after')
      const rest = frames.slice(after === null ? 0 : Number(after) + 1)
      return new Response(rest.join(''), { headers: { 'content-type': 'text/event-stream' } })
    }
    const { responses } = await openAi(fetch)
    for (const starting_after of [0, 7, frames.length - 2]) {
      const rest = frames.map((_, number) => number).slice(starting_after + 1)
      expect(await numbersOf(await responses.retrieve('resp_run1', { stream: true, starting_after }))).toEqual(rest)
      expect(await numbersOf(responses.stream({ response_id: 'resp_run1', starting_after }))).toEqual(rest)
    }
  })

  test('an error before the stream has its code and type', async () => {
    const fault = { code: 'rate_limited', message: 'Later.', status: 429, requestId: 'q1' } as const
    const body = JSON.stringify(openAiResponsesProtocol.errorBody(fault))
    const fetch = async (): Promise<Response> =>
      new Response(body, { status: 429, headers: { 'content-type': 'application/json' } })
    const failed = (await openAi(fetch)).responses.create({ ...asked, stream: true })
    await expect(failed).rejects.toMatchObject({ status: 429, code: 'rate_limited', type: 'rate_limit_error' })
  })

  test('agents run the tools of the client and never those of the server', async () => {
    const agents = await clientPackage('@openai/agents')
    const { z } = await clientPackage('zod')
    agents.setTracingDisabled(true)
    const first: readonly ChatEvent[] = [
      ...begun,
      ...called('c1', 'weather', 'server'),
      { type: 'tool-output-available', toolCallId: 'c1', output: 20 },
      ...called('c2', 'locate', 'client'),
      ...ended('tool-calls'),
    ]
    const { fetch, asked } = answeringFetch(openAiResponsesProtocol, first, [
      ...begun,
      ...said('t1', 'Here.'),
      ...ended(),
    ])
    const run: unknown[] = []
    const locate = agents.tool({
      name: 'locate',
      description: 'Finds a city.',
      parameters: z.object({ city: z.string() }),
      execute: async (input: unknown) => {
        run.push(input)
        return 'north'
      },
    })
    const model = new agents.OpenAIResponsesModel(await openAi(fetch), 'model-1')
    const agent = new agents.Agent({ name: 'Guide', instructions: 'Guide.', model, tools: [locate] })
    const result = await agents.run(agent, 'Where?', { stream: true })
    await result.completed
    expect(result.finalOutput).toBe('Here.')
    expect(run).toEqual([{ city: 'Oslo' }])
    expect(asked.length).toBe(2)
    expect(asked[1]?.body).toMatchObject({
      input: expect.arrayContaining([
        expect.objectContaining({ type: 'function_call_output', call_id: 'c2', output: 'north' }),
      ]),
    })
  })

  test('agents are told of a run that has failed, and of one that was stopped', async () => {
    const agents = await clientPackage('@openai/agents')
    agents.setTracingDisabled(true)
    const readBy = async (log: readonly ChatEvent[]): Promise<void> => {
      const client = await openAi(answeringFetch(openAiResponsesProtocol, log).fetch)
      const model = new agents.OpenAIResponsesModel(client, 'model-1')
      const result = await agents.run(new agents.Agent({ name: 'Guide', model }), 'Hi', { stream: true })
      await result.completed
    }
    await expect(readBy([...begun, ...said('t1', 'Half'), ...cut('failed')])).rejects.toThrow('The model is busy.')
    await expect(readBy([...begun, ...said('t1', 'Half'), ...cut('stopped')])).rejects.toThrow('response.incomplete')
  })

  test('the provider of ai takes every log, and tells of a failure once', async () => {
    for (const seed of seeds.slice(0, 20)) {
      const log = randomLog(seed)
      expect((await readByAi(log)).errors).toBe(0)
      expect(await readByAi(cutLog(log, 20, 'failed'))).toMatchObject({ errors: 1, finish: 'error' })
    }
  })

  test.each([
    { log: [...said('t1', 'Hi'), ...ended()], finish: 'stop' },
    { log: [...said('t1', 'Hi'), ...ended('length')], finish: 'length' },
    { log: [...said('t1', 'Hi'), ...ended('content-filter')], finish: 'content-filter' },
    { log: [...called('c', 'locate', 'client'), ...ended('tool-calls')], finish: 'tool-calls' },
    { log: [...said('t1', 'Hi'), ...cut('stopped')], finish: 'other' },
  ])('the provider of ai ends with $finish', async ({ log, finish }) => {
    expect((await readByAi([...begun, ...log])).finish).toBe(finish)
  })

  test('the provider of ai gives a call that waits for a person no output', async () => {
    const { types } = await readByAi([
      ...begun,
      ...called('c1', 'pay', 'server'),
      { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
      ...ended(),
    ])
    expect(types).toContain('tool-approval-request')
    expect(types).not.toContain('tool-result')
  })
})
