// What the real clients send, read as a route would read it.
import { expect, test } from 'vitest'
import { detectProtocol } from '../../../src/ai/request/detect.ts'
import { parseChatRequest } from '../../../src/ai/request/parse.ts'
import { defaultRequestLimits, type ParsedRequest } from '../../../src/ai/request/chat-request.ts'
import { toAnthropicMessages, toOpenAIMessages } from '../../../src/ai/index.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { describeWith } from '../../support/component/component.ts'

const protocols = ['ui-message', 'text', 'openai-chat', 'openai-responses', 'anthropic', 'ag-ui', 'events'] as const

/** What the client sends in `ask`; it is answered with a failure, which no client takes for an answer. */
async function sentBy(ask: (fetch: typeof globalThis.fetch) => unknown): Promise<ParsedRequest> {
  let found: ParsedRequest | undefined
  const answer: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const parts = { headers: Object.fromEntries(request.headers), query: new URL(request.url).searchParams }
    const body: unknown = await request.json()
    const protocol = detectProtocol({ ...parts, body, protocols })
    found ??= parseChatRequest(protocol, body, { ...parts, newChatId: () => 'new', limits: defaultRequestLimits })
    return new Response('no', { status: 400 })
  }
  let failure: unknown
  try {
    await ask(answer)
  } catch (error) {
    failure = error // The answer was a failure; it tells only where nothing was read.
  }
  if (found === undefined) throw new Error('The client sent nothing that was read.', { cause: failure })
  return found
}
const url = 'http://chat.test/api'
const user = { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }
const call = { type: 'tool-weather', toolCallId: 'c1', input: { city: 'Oslo' } }
const weather = { type: 'object', properties: { city: { type: 'string' } } }
const functionTool = { type: 'function', function: { name: 'weather', parameters: weather } } as const

describeWith('chat-clients', 'Requests of the real clients', () => {
  test.each(['ai', 'ai-6'])('%s submits, regenerates, and continues with outputs and approvals', async (name) => {
    const { DefaultChatTransport, convertToModelMessages } = await clientPackage(name)
    const send = (messages: object[], trigger = 'submit-message', messageId?: string) =>
      sentBy((fetch) =>
        new DefaultChatTransport({ api: url, fetch }).sendMessages({ chatId: 'chat-1', messages, trigger, messageId }),
      )
    expect(await send([user])).toMatchObject({
      protocol: 'ui-message',
      chatId: 'chat-1',
      trigger: 'submit',
      messages: [user],
    })
    expect(await send([user], 'regenerate-message', 'a1')).toMatchObject({ trigger: 'regenerate', messageId: 'a1' })
    const states = [
      { state: 'output-available', output: { c: 20 } },
      { state: 'output-error', errorText: 'No.' },
      { state: 'approval-responded', approval: { id: 'p', approved: true } },
    ]
    for (const state of states) {
      const read = await send([
        user,
        { id: 'a1', role: 'assistant', parts: [{ type: 'step-start' }, { ...call, ...state }] },
      ])
      expect(read).toMatchObject({ trigger: 'continue', messageId: 'a1', continued: { id: 'a1' } })
      expect(read.messages[1]?.parts[1]).toMatchObject({ type: 'dynamic-tool', toolName: 'weather', ...state })
      const model = await convertToModelMessages(read.messages)
      expect(model[1].content[0]).toMatchObject({ type: 'tool-call', toolName: 'weather' })
    }
  })

  test('ai sends its messages to a route of plain text', async () => {
    const { TextStreamChatTransport, callCompletionApi } = await clientPackage('ai')
    const options = { chatId: 'chat-1', messages: [user], trigger: 'submit-message' }
    expect(
      await sentBy((fetch) => new TextStreamChatTransport({ api: url, fetch }).sendMessages(options)),
    ).toMatchObject({
      messages: [user],
      chatId: 'chat-1',
    })
    const completion = await sentBy((fetch) =>
      callCompletionApi({
        api: `${url}?protocol=text`,
        prompt: 'Hi',
        fetch,
        streamProtocol: 'text',
        body: {},
        headers: {},
        setCompletion() {},
        setLoading() {},
        setError() {},
        setAbortController() {},
      }),
    )
    expect(completion).toMatchObject({ protocol: 'text', messages: [{ role: 'user', parts: [{ text: 'Hi' }] }] })
  })

  test('@ai-sdk/workflow sends messages without the id of a chat', async () => {
    const { WorkflowChatTransport } = await clientPackage('@ai-sdk/workflow/client')
    const read = await sentBy(async (fetch) => {
      const transport = new WorkflowChatTransport({ api: url, fetch })
      const stream = await transport.sendMessages({ chatId: 'c', messages: [user], trigger: 'submit-message' })
      await stream.getReader().read()
    })
    expect(read).toMatchObject({ protocol: 'ui-message', chatId: 'new', messages: [user] })
  })

  test('openai sends chat completions with tools and outputs', async () => {
    const { default: OpenAI } = await clientPackage('openai')
    const messages = toOpenAIMessages([
      { id: 's', role: 'system', parts: [{ type: 'text', text: 'Brief.' }] },
      {
        id: 'a',
        role: 'assistant',
        parts: [{ ...call, type: 'dynamic-tool', toolName: 'weather', state: 'output-available', output: '20' }],
      },
    ])
    const read = await sentBy((fetch) =>
      new OpenAI({ apiKey: 'k', baseURL: url, fetch, maxRetries: 0 }).chat.completions.create({
        model: 'm',
        messages,
        tools: [functionTool],
        stream: true,
        stream_options: { include_usage: true },
        temperature: 0,
      }),
    )
    expect(read).toMatchObject({
      protocol: 'openai-chat',
      model: 'm',
      wantsStream: true,
      trigger: 'continue',
      clientTools: ['weather'],
      settings: { temperature: 0 },
      options: { include_usage: true },
      messages: [{ role: 'system' }, { parts: [{ toolCallId: 'c1', input: { city: 'Oslo' }, output: '20' }] }],
    })
  })

  test('openai sends responses', async () => {
    const { default: OpenAI } = await clientPackage('openai')
    const read = await sentBy((fetch) =>
      new OpenAI({ apiKey: 'k', baseURL: url, fetch, maxRetries: 0 }).responses.create({
        model: 'm',
        instructions: 'Brief.',
        background: true,
        stream: true,
        tools: [{ type: 'function', name: 'weather', parameters: weather, strict: true }, { type: 'web_search' }],
        input: [
          { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
          { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{"city":"Oslo"}' },
          { type: 'function_call_output', call_id: 'c1', output: '20' },
        ],
      }),
    )
    expect(read).toMatchObject({
      protocol: 'openai-responses',
      trigger: 'continue',
      clientTools: ['weather'],
      options: { background: true },
      messages: [
        { role: 'system' },
        { role: 'user' },
        { role: 'assistant', parts: [{ input: { city: 'Oslo' }, output: '20' }] },
      ],
    })
  })

  test('@anthropic-ai/sdk sends messages', async () => {
    const { default: Anthropic } = await clientPackage('@anthropic-ai/sdk')
    const { messages } = toAnthropicMessages([
      { id: 'u', role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
      {
        id: 'a',
        role: 'assistant',
        parts: [{ ...call, type: 'dynamic-tool', toolName: 'weather', state: 'input-available' }],
      },
    ])
    const read = await sentBy((fetch) =>
      new Anthropic({ apiKey: 'k', baseURL: url, fetch, maxRetries: 0 }).messages.create({
        model: 'm',
        max_tokens: 9,
        system: 'Brief.',
        messages,
        stream: true,
        tools: [{ name: 'weather', input_schema: weather }],
      }),
    )
    expect(read).toMatchObject({
      protocol: 'anthropic',
      trigger: 'continue',
      clientTools: ['weather'],
      settings: { maxOutputTokens: 9 },
      messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant', parts: [{ state: 'output-error' }] }],
    })
  })

  test('@ag-ui/client sends a run with tools', async () => {
    const { HttpAgent } = await clientPackage('@ag-ui/client')
    const read = await sentBy((fetch) => {
      const agent = new HttpAgent({
        url,
        threadId: 't1',
        fetch,
        initialMessages: [
          { id: 'u1', role: 'user', content: 'Hi' },
          {
            id: 'a1',
            role: 'assistant',
            toolCalls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
          },
          { id: 'r1', role: 'tool', toolCallId: 'c1', content: '20' },
        ],
      })
      return agent.runAgent({ runId: 'run-1', tools: [{ name: 'weather', description: '', parameters: weather }] })
    })
    expect(read).toMatchObject({
      protocol: 'ag-ui',
      chatId: 't1',
      clientRunId: 'run-1',
      runKey: 'run-1',
      trigger: 'continue',
      messageId: 'a1',
      clientTools: ['weather'],
      messages: [{ id: 'u1' }, { id: 'a1', parts: [{ output: '20' }] }],
    })
  })

  test('@tanstack/ai-client sends a run', async () => {
    const { ChatClient, fetchServerSentEvents } = await clientPackage('@tanstack/ai-client')
    const read = await sentBy((fetchClient) =>
      new ChatClient({ connection: fetchServerSentEvents(url, { fetchClient }) }).sendMessage('Hi'),
    )
    expect(read).toMatchObject({
      protocol: 'ag-ui',
      messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
    })
    expect(read.runKey).toBe(read.clientRunId)
  })
})
