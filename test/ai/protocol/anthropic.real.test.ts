// Anthropic messages, read by its SDK and by the provider of `ai`.
import { expect, test } from 'vitest'
import { anthropicProtocol } from '../../../src/ai/protocol/anthropic.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { answeringFetch } from '../../support/chat/answering-fetch.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { wholeOf } from '../../support/chat/golden-frames.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { begun, called, cut, ended, said } from '../../support/chat/short-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 100 }, (_, seed) => seed)
interface Block {
  readonly type: string
  readonly id: string
}

const asked = { model: 'model-1', max_tokens: 100, messages: [{ role: 'user', content: 'Hi' }] }

// oxlint-disable-next-line typescript/no-explicit-any -- a client whose types are elsewhere
async function anthropic(fetcher: typeof fetch): Promise<any> {
  const { Anthropic } = await clientPackage('@anthropic-ai/sdk')
  return new Anthropic({ apiKey: 'none', baseURL: 'http://chat', fetch: fetcher, maxRetries: 0 })
}

// oxlint-disable-next-line typescript/no-explicit-any -- as above
async function finalOf(log: readonly ChatEvent[]): Promise<any> {
  const { messages } = await anthropic(answeringFetch(anthropicProtocol, log).fetch)
  return messages.stream(asked).finalMessage()
}

async function readByAi(log: readonly ChatEvent[]): Promise<{ finish: string; text: string; errors: number }> {
  const { createAnthropic } = await clientPackage('@ai-sdk/anthropic')
  const { streamText } = await clientPackage('ai')
  const { fetch } = answeringFetch(anthropicProtocol, log)
  let errors = 0
  const onError = (): void => void (errors += 1)
  const model = createAnthropic({ apiKey: 'none', fetch })('model-1')
  const result = streamText({ model, prompt: 'Hi', maxRetries: 0, maxOutputTokens: 100, onError })
  let [finish, text] = ['', '']
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') text += part.text
    if (part.type === 'finish') finish = part.finishReason
  }
  return { finish, text, errors }
}

describeWith('chat-clients', 'Anthropic messages', () => {
  test('the helper comes to the same message as a whole answer', async () => {
    const reasons = new Set<string>()
    for (const seed of seeds) {
      const log = randomLog(seed)
      const { parsed_output: _, ...message } = JSON.parse(JSON.stringify(await finalOf(log)))
      // What has no complete input is no call in a whole answer; in a stream it has been told already.
      const complete = new Set(log.map((event) => event.type === 'tool-input-available' && event.toolCallId))
      const content = message.content.filter((block: Block) => block.type !== 'tool_use' || complete.has(block.id))
      expect({ ...message, content }).toEqual(wholeOf(anthropicProtocol, log))
      reasons.add(message.stop_reason)
    }
    expect([...reasons].toSorted()).toEqual(['end_turn', 'max_tokens', 'pause_turn', 'refusal', 'tool_use'])
  })

  test('text, thinking with its signature, a call of the client, and the usage', async () => {
    const log: readonly ChatEvent[] = [
      ...begun,
      { type: 'reasoning-start', id: 'r1' },
      { type: 'reasoning-delta', id: 'r1', delta: 'Let me see.' },
      { type: 'reasoning-end', id: 'r1', providerMetadata: { anthropic: { signature: 'c2ln' } } },
      { type: 'reasoning-start', id: 'r2', providerMetadata: { anthropic: { redactedData: 'aGlk' } } },
      { type: 'reasoning-end', id: 'r2' },
      ...said('t1', 'It is ', '20°.'),
      ...called('c1', 'weather', 'server'),
      { type: 'tool-output-available', toolCallId: 'c1', output: 20 },
      ...called('c2', 'locate', 'client'),
      { type: 'tool-input-available', toolCallId: 'c3', toolName: 'locate', executor: 'client', input: {} },
      ...ended('tool-calls', { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 1 }),
    ]
    expect(await finalOf(log)).toMatchObject({
      id: 'msg_r1',
      model: 'model-1',
      stop_reason: 'tool_use',
      content: [
        { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' },
        { type: 'redacted_thinking', data: 'aGlk' },
        { type: 'text', text: 'It is 20°.' },
        { type: 'tool_use', id: 'c2', name: 'locate', input: { city: 'Oslo' } },
        { type: 'tool_use', id: 'c3', name: 'locate', input: {} },
      ],
      usage: {
        input_tokens: 5,
        output_tokens: 5,
        cache_read_input_tokens: 4,
        cache_creation_input_tokens: 1,
      },
    })
  })

  test('a citation of Anthropic comes with its text', async () => {
    const citation = {
      type: 'char_location',
      cited_text: 'cold',
      document_index: 0,
      document_title: 'Oslo',
      start_char_index: 0,
      end_char_index: 4,
      file_id: null,
    }
    const { content } = await finalOf([
      ...begun,
      { type: 'text-start', id: 't1' },
      { type: 'text-delta', id: 't1', delta: 'It is cold.' },
      {
        type: 'citation',
        partId: 't1',
        source: { kind: 'document', mediaType: 'text/plain', title: 'Oslo' },
        raw: citation,
      },
      { type: 'text-end', id: 't1' },
      ...ended(),
    ])
    expect(content).toMatchObject([{ type: 'text', text: 'It is cold.', citations: [citation] }])
  })

  test('two calls whose inputs come at once are two blocks', async () => {
    const [first, second] = [called('c1', 'locate', 'client'), called('c2', 'locate', 'client')]
    const mixed = first.flatMap((event, index) => [event, second[index] ?? event])
    expect((await finalOf([...begun, ...mixed, ...ended('tool-calls')])).content).toMatchObject([
      { id: 'c1', input: { city: 'Oslo' } },
      { id: 'c2', input: { city: 'Oslo' } },
    ])
  })

  test.each([
    { outcome: 'failed', type: 'overloaded_error', message: 'The model is busy.' },
    { outcome: 'interrupted', type: 'api_error', message: 'The answer was interrupted.' },
  ] as const)('a run that has $outcome throws after its last delta', async ({ outcome, type, message }) => {
    const torn = [...begun, { type: 'text-start', id: 't1' }, { type: 'text-delta', id: 't1', delta: 'Half' }] as const
    const { fetch } = answeringFetch(anthropicProtocol, [...torn, ...cut(outcome)])
    const stream = await (await anthropic(fetch)).messages.create({ ...asked, stream: true })
    let text = ''
    const read = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'content_block_delta') text += event.delta.text
    }
    await expect(read()).rejects.toMatchObject({ error: { error: { type, message } } })
    expect(text).toBe('Half')
    await expect(finalOf([...torn, ...cut(outcome)])).rejects.toThrow(message)
  })

  test('a run that was stopped anywhere has no reason, and what it has said', async () => {
    for (const seed of seeds) {
      const log = randomLog(seed)
      expect((await finalOf(cutLog(log, 2 + ((seed * 5) % log.length), 'stopped'))).stop_reason).toBe(null)
    }
    const { content } = await finalOf([...begun, ...said('t1', 'Half'), ...cut('stopped')])
    expect(content).toMatchObject([{ type: 'text', text: 'Half' }])
  })

  test('an error before the stream has its type, and a busy model the status 529', async () => {
    const fault = { code: 'overloaded', message: 'Later.', status: 529, requestId: 'q1' } as const
    expect(anthropicProtocol.errorStatus?.('overloaded')).toBe(529)
    expect(anthropicProtocol.errorStatus?.('busy')).toBe(undefined)
    const body = JSON.stringify(anthropicProtocol.errorBody(fault))
    const fetch = async (): Promise<Response> =>
      new Response(body, { status: 529, headers: { 'content-type': 'application/json' } })
    const failed = (await anthropic(fetch)).messages.create({ ...asked, stream: true })
    await expect(failed).rejects.toMatchObject({
      status: 529,
      error: { type: 'error', error: { type: 'overloaded_error', message: 'Later.' }, request_id: 'q1' },
    })
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
    { log: [...said('t1', 'Hi'), ...ended('refusal')], finish: 'content-filter' },
    { log: [...called('c', 'locate', 'client'), ...said('t1', 'Hi'), ...ended()], finish: 'tool-calls' },
    { log: [...said('t1', 'Hi'), ...cut('stopped')], finish: 'other' },
  ])('the provider of ai ends with $finish', async ({ log, finish }) => {
    expect(await readByAi([...begun, ...log])).toEqual({ finish, text: 'Hi', errors: 0 })
  })
})
