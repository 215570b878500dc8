// Programs against our types and those of the clients, as users write them: compiled by types.real.test.ts.

const head = `
import { chat, chatRoute, chatRoutes, toAnthropicMessages, toOpenAIMessages } from 'tidings/ai'
`

/** Programs that must compile. */
export const right: Readonly<Record<string, string>> = {
  'plain text, tools, data and approvals': `${head}
import { createChannels } from 'tidings/channel'
import { defineRoutes } from 'tidings/server'

declare function saveMessages(chatId: string, runId: string, messages: readonly unknown[]): Promise<void>
interface Weather { degrees: number }
declare function forecast(city: string, signal: AbortSignal): Promise<Weather>
const runs = createChannels().runs({ owner: () => 'everybody' })
const weather: Weather = { degrees: 4 }
chat.data('weather', weather)
export const routes = defineRoutes([
  chatRoutes({
    path: '/api/echo',
    resume: runs,
    whileRunning: 'replace',
    handler: async function* ({ messages, sleep, signal, previous, trigger }) {
      const question = messages.at(-1)?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? ''
      yield chat.reasoning('The user wants to hear it again.')
      for (const word of question.split(' ')) {
        yield word
        await sleep(50)
      }
      const found = yield* chat.tool('weather', { city: 'Oslo' }, (ofRun) => forecast('Oslo', ofRun))
      yield \`It is \${found.degrees.toFixed(1)} degrees, \${trigger}, \${previous?.outcome}, \${signal.aborted}.\`
      yield chat.data('weather', found, { id: 'oslo' })
      yield chat.approval({ id: 'c1', name: 'pay', input: { amount: 5 } })
      const out = yield* chat.tool('w', weather, async () => weather)
      yield String(out.degrees)
    },
    onEnd: ({ chatId, runId, messages }) => saveMessages(chatId, runId, messages),
  }),
])
`,
  'several sources at once, and what one came to': `${head}
chatRoutes({ path: '/a', handler: async function* () {
  yield* chat.merge((async function* () { yield 'a' })(), (async function* () { yield chat.text('b') })())
  const turn = yield* chat.collect((async function* () { yield 'a' })())
  const calls: readonly { readonly id: string; readonly name: string }[] = turn.toolCalls
  yield String(calls.length)
} })
`,
  'ai 7': ai('ai'),
  'ai 6': ai('ai-6'),
  'OpenAI, with tools of the server and of the client': `${head}
import OpenAI from 'openai'
const client = new OpenAI()
const own: { readonly [name: string]: (input: unknown, signal: AbortSignal) => Promise<object> } = {}
chatRoutes({
  path: '/openai',
  compatible: '/openai/v1',
  protocols: ['openai-chat', 'openai-responses', 'ui-message'],
  accept: ({ model }) => { if (model === undefined) throw new Error('no model') },
  handler: async function* ({ messages, tools, model = 'gpt-5', settings, signal }) {
    const history: OpenAI.ChatCompletionMessageParam[] = toOpenAIMessages(messages)
    for (let step = 0; step < 5; step += 1) {
      const stream = await client.chat.completions.create({
        model,
        messages: history,
        tools: tools.map(({ name, description = '', parameters = {} }) => ({ type: 'function' as const, function: { name, description, parameters } })),
        stream: true,
        stream_options: { include_usage: true },
        temperature: settings.temperature ?? null,
      }, { signal })
      const turn = yield* chat.collect(stream)
      const calls = turn.toolCalls.filter(({ name }) => name in own)
      if (calls.length === 0) return
      history.push(...toOpenAIMessages([turn.message]))
      for (const call of calls) {
        const output = yield* chat.toolOutput(call, (ofRun) => own[call.name]?.(call.input, ofRun) ?? {})
        history.push({ role: 'tool', tool_call_id: call.id, content: JSON.stringify(output) })
      }
    }
    yield chat.finish('length')
  },
})
chatRoutes({ path: '/b', handler: ({ signal }) => client.responses.create({ model: 'gpt-5', input: 'x', stream: true }, { signal }) })
chatRoutes({ path: '/c', handler: async function* ({ signal }) { yield* await client.responses.create({ model: 'gpt-5', input: 'x', stream: true }, { signal }) } })
chatRoutes({ path: '/d', handler: ({ messages, signal }) => client.chat.completions.create({ model: 'gpt-5', messages: toOpenAIMessages(messages), stream: true }, { signal }) })
`,
  Anthropic: `${head}
import Anthropic from '@anthropic-ai/sdk'
const client = new Anthropic()
chatRoutes({ path: '/a', handler: ({ messages, signal }) => client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 10, ...toAnthropicMessages(messages), stream: true }, { signal }) })
chatRoutes({ path: '/b', handler: async function* ({ messages, signal }) {
  const turn = yield* chat.collect(await client.messages.create({ model: 'claude-sonnet-4-5', max_tokens: 10, ...toAnthropicMessages(messages), stream: true }, { signal }))
  yield turn.message.id
} })
chatRoutes({ path: '/c', handler: ({ messages, signal }) => client.messages.stream({ model: 'claude-sonnet-4-5', max_tokens: 10, ...toAnthropicMessages(messages) }, { signal }) })
`,
  'TanStack AI and assistant-stream': `${head}
import type { StreamChunk } from '@tanstack/ai'
import { AssistantStream, createAssistantStream, DataStreamEncoder } from 'assistant-stream'
declare const chunks: AsyncIterable<StreamChunk>
chatRoutes({ path: '/a', handler: () => chunks })
chatRoutes({ path: '/b', handler: async function* () { yield* chunks } })
chatRoutes({ path: '/c', handler: () => AssistantStream.toResponse(createAssistantStream((controller) => controller.appendText('a')), new DataStreamEncoder()) })
`,
  'other servers': `${head}
chatRoute({ path: '/a', protocols: ['text'], handler: ({ signal }) => fetch('https://example.com', { signal }) })
chatRoute({ path: '/b', handler: ({ signal }) => fetch('https://example.com', { signal }).then((response) => { if (!response.ok) throw new Error('x'); return response }) })
`,
  'a page': `
import type { ChatTransport, UIMessage } from 'ai'
import { createChat, createChatTransport } from 'tidings/chat'
const conversation = createChat({ url: '/api/chat', tools: { now: () => Date.now() } })
conversation.subscribe(() => { const { status } = conversation.getSnapshot(); const text: string = status; void text })
void conversation.send('Hello')
export const transport: ChatTransport<UIMessage> = createChatTransport({ api: '/api/chat' })
`,
}

function ai(name: 'ai' | 'ai-6'): string {
  return `${head}
import { convertToModelMessages, streamText, tool, type UIMessageChunk } from '${name}'
import { z } from 'zod'
import { HttpError } from 'tidings/server'
declare const chunks: ReadableStream<UIMessageChunk>
declare function forecast(city: string, signal: AbortSignal): Promise<{ degrees: number }>
chatRoutes({
  path: '/api/chat',
  whileRunning: 'queue',
  handler: async ({ messages, signal }) => streamText({
    model: 'openai/gpt-5',
    messages: await convertToModelMessages(messages),
    abortSignal: signal,
    tools: { weather: tool({ inputSchema: z.object({ city: z.string() }), execute: ({ city }, { abortSignal }) => forecast(city, abortSignal ?? signal) }) },
  }),
  toClientError: (error) => error instanceof Error && error.name === 'AI_RetryError' ? new HttpError(503, 'The model is busy.') : undefined,
})
chatRoutes({ path: '/a', handler: () => chunks })
chatRoutes({ path: '/b', handler: async function* ({ signal }) { yield* streamText({ model: 'x', prompt: 'x', abortSignal: signal }).fullStream } })
chatRoutes({ path: '/c', handler: async function* ({ signal }) { const turn = yield* chat.collect(streamText({ model: 'x', prompt: 'x', abortSignal: signal }).fullStream); yield turn.message.id } })
chatRoutes({ path: '/d', handler: ({ signal }) => streamText({ model: 'x', prompt: 'x', abortSignal: signal }).toUIMessageStream() })
`
}

/** Mistakes that must not compile, each with what the compiler says of it. */
export const wrong: Readonly<Record<string, readonly [program: string, message: RegExp]>> = {
  'a number is no yield': [`${head}chatRoutes({ path: '/a', handler: async function* () { yield 42 } })`, /number/],
  'no path': [`${head}chatRoutes({ handler: async function* () { yield 'a' } })`, /path/],
  'a look-alike of a policy': [
    `${head}chatRoutes({ path: '/a', whileRunning: 'wait', handler: async function* () { yield 'a' } })`,
    /"wait"/,
  ],
  'a bigint is no JSON': [`${head}chat.data('x', 1n)`, /'1n' is not assignable/],
}
