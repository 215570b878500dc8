// What `ai` itself makes of a model's stream, and what becomes of that stream here, are the same.
import { expect, test } from 'vitest'
import type { DraftEvent } from '../../../src/chat-model/index.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { describeWith } from '../../support/component/component.ts'
import { liftAll, textOf } from './lift-all.ts'
import { toChunks } from './to-chunks.ts'

const usage = {
  inputTokens: { total: 3, noCache: 2, cacheRead: 1 },
  outputTokens: { total: 5, text: 4, reasoning: 1 },
}
const finish = (unified: string): object => ({ type: 'finish', finishReason: { unified, raw: unified }, usage })
const text = (id: string, ...words: readonly string[]): readonly object[] => [
  { type: 'text-start', id },
  ...words.map((delta) => ({ type: 'text-delta', id, delta })),
  { type: 'text-end', id },
]
const call = (toolCallId: string, toolName: string, input: string): readonly object[] => [
  { type: 'tool-input-start', id: toolCallId, toolName },
  ...input.split('').map((delta) => ({ type: 'tool-input-delta', id: toolCallId, delta })),
  { type: 'tool-input-end', id: toolCallId },
  { type: 'tool-call', toolCallId, toolName, input },
]

/** By name: what the model streams in each of its steps. */
const models: { readonly [name: string]: readonly (readonly object[])[] } = {
  'text, thoughts, sources and files': [
    [
      { type: 'reasoning-start', id: '0' },
      { type: 'reasoning-delta', id: '0', delta: 'hm' },
      { type: 'reasoning-delta', id: '0', delta: '', providerMetadata: { anthropic: { signature: 'sig' } } },
      { type: 'reasoning-end', id: '0' },
      ...text('0', 'Hel', 'lo'),
      { type: 'source', sourceType: 'url', id: 's', url: 'https://example.com', title: 'E' },
      { type: 'source', sourceType: 'document', id: 'd', mediaType: 'text/plain', title: 'D', filename: 'd.txt' },
      { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AA==' } },
      finish('stop'),
    ],
  ],
  'tools that the server runs, over two steps with equal part ids': [
    [
      ...text('0', 'Let me see. '),
      ...call('a', 'weather', '{"city":"Oslo"}'),
      ...call('b', 'slow', '{}'),
      finish('tool-calls'),
    ],
    [...text('0', 'It rains.'), finish('stop')],
  ],
  'tools of the client, of the provider and of nobody': [
    [
      ...call('a', 'client', '{"x":1}'),
      {
        type: 'tool-call',
        toolCallId: 'b',
        toolName: 'search',
        input: '{"q":1}',
        providerExecuted: true,
        dynamic: true,
      },
      { type: 'tool-result', toolCallId: 'b', toolName: 'search', result: { found: 1 }, dynamic: true },
      { type: 'tool-call', toolCallId: 'c', toolName: 'nobody', input: '{}' },
      { type: 'tool-call', toolCallId: 'd', toolName: 'weather', input: '{"city":' },
      finish('tool-calls'),
    ],
    [...text('0', 'So.'), finish('stop')],
  ],
  'a tool that fails': [
    [...call('a', 'failing', '{}'), finish('tool-calls')],
    [...text('0', 'Well.'), finish('stop')],
  ],
  'a tool that needs a person': [[...call('a', 'careful', '{}'), finish('tool-calls')]],
  'an answer that is cut short': [[...text('0', 'Hel'), finish('length')]],
}

const versions = ['ai', 'ai-6'] as const

describeWith('chat-clients', 'streamText', () => {
  test.each(cases())('$version: $name, from the parts of its stream', async ({ version, name }) => {
    const result = await run(version, models[name] ?? [])
    const drafts = liftAll(await collect(result.stream ?? result.fullStream))
    const steps = await result.steps
    expect(drafts.filter(({ type }) => type === 'step-end')).toHaveLength(steps.length)
    expect(textOf(drafts)).toBe(steps.map((step: { text: string }) => step.text).join(''))
    expect(textOf(drafts, 'reasoning')).toBe(
      steps.map((step: { reasoningText?: string }) => step.reasoningText ?? '').join(''),
    )
    expect(callInputs(drafts)).toEqual(steps.flatMap((step: Step) => step.toolCalls.map(callOf)))
    expect(outputs(drafts)).toEqual(new Map(steps.flatMap((step: Step) => step.toolResults.map(resultOf))))
    expect(drafts.findLast(({ type }) => type === 'message-end')).toMatchObject({ reason: await result.finishReason })
    const total = await result.totalUsage
    expect(sumOf(drafts, 'inputTokens')).toBe(total.inputTokens)
    expect(sumOf(drafts, 'outputTokens')).toBe(total.outputTokens)
    expect(drafts.filter(({ type }) => type === 'file')).toHaveLength(steps.flatMap((step: Step) => step.files).length)
    expect(drafts.filter(({ type }) => type === 'source')).toHaveLength(
      steps.flatMap((step: Step) => step.sources).length,
    )
  })

  test.each(cases())('$version: $name, from UI chunks, which lose nothing', async ({ version, name }) => {
    const result = await run(version, models[name] ?? [])
    const options = { sendSources: true, messageMetadata: metadata, generateMessageId: () => 'm' }
    const chunks = await collect(await uiStream(version, result, options))
    expect(chunks.length).toBeGreaterThan(4)
    expect(toChunks(liftAll(chunks))).toEqual(asLifted(JSON.parse(JSON.stringify(chunks))))
  })

  test.each(versions)(
    '%s: an approval of a call is asked for, and a call that was refused is told',
    async (version) => {
      const asked = await run(version, models['a tool that needs a person'] ?? [])
      const drafts = liftAll(await collect(asked.stream ?? asked.fullStream))
      const request = drafts.find((draft) => draft.type === 'tool-approval-request')
      expect(request).toMatchObject({ toolCallId: 'a', approvalId: expect.any(String) })
      const approvalId = request?.type === 'tool-approval-request' ? request.approvalId : ''
      const assistant = [
        { type: 'tool-call', toolCallId: 'a', toolName: 'careful', input: {} },
        { type: 'tool-approval-request', approvalId, toolCallId: 'a' },
      ]
      const messages = [
        { role: 'user', content: 'x' },
        { role: 'assistant', content: assistant },
        { role: 'tool', content: [{ type: 'tool-approval-response', approvalId, approved: false }] },
      ]
      const refused = await run(version, [[...text('0', 'Fine.'), finish('stop')]], { messages })
      const answer = liftAll(await collect(refused.stream ?? refused.fullStream))
      expect(answer).toContainEqual({ type: 'tool-output-denied', toolCallId: 'a' })
      expect(textOf(answer)).toBe('Fine.')
    },
  )

  test.each(versions)('%s: an error of the model is a failure, and so is an abort', async (version) => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'x' } }
    const failed = await run(version, [[...text('0', 'a'), overloaded, finish('error')]])
    const failure = liftAll(await collect(failed.stream ?? failed.fullStream)).find(({ type }) => type === 'failure')
    expect(failure).toMatchObject({ error: overloaded.error, code: 'overloaded', retryable: true })
    const abort = new AbortController()
    const aborted = await run(
      version,
      [
        [
          { type: 'text-start', id: '0' },
          { type: 'text-delta', id: '0', delta: 'a' },
        ],
      ],
      {
        abortSignal: abort.signal,
        open: true,
      },
    )
    const drafts: DraftEvent[] = []
    for await (const part of aborted.stream ?? aborted.fullStream) {
      drafts.push(...liftAll([part]))
      if (part.type === 'text-delta') abort.abort('enough')
    }
    expect(textOf(drafts)).toBe('a')
    expect(drafts.at(-1)).toMatchObject({ type: 'failure', code: 'interrupted' })
  })
})

interface Step {
  readonly toolCalls: readonly { toolCallId: string; toolName: string; input: unknown }[]
  readonly toolResults: readonly { toolCallId: string; output: unknown }[]
  readonly files: readonly unknown[]
  readonly sources: readonly unknown[]
}

function cases(): readonly { readonly version: string; readonly name: string }[] {
  return versions.flatMap((version) => Object.keys(models).map((name) => ({ version, name })))
}

function callOf({ toolCallId, toolName, input }: Step['toolCalls'][number]): readonly unknown[] {
  return [toolCallId, toolName, input]
}

function resultOf({ toolCallId, output }: Step['toolResults'][number]): readonly [string, unknown] {
  return [toolCallId, JSON.parse(JSON.stringify(output ?? null))]
}

/** The inputs of calls, those that were refused as well: `ai` lists both as calls. */
function callInputs(drafts: readonly DraftEvent[]): readonly (readonly unknown[])[] {
  return drafts.flatMap((draft) =>
    draft.type === 'tool-input-available' || draft.type === 'tool-input-error'
      ? [[draft.toolCallId, draft.toolName, draft.input]]
      : [],
  )
}

function outputs(drafts: readonly DraftEvent[]): ReadonlyMap<string, unknown> {
  const last = new Map<string, unknown>()
  for (const draft of drafts) if (draft.type === 'tool-output-available') last.set(draft.toolCallId, draft.output)
  return last
}

function sumOf(drafts: readonly DraftEvent[], name: 'inputTokens' | 'outputTokens'): number {
  const counts = drafts.map((draft) => (draft.type === 'step-end' ? (draft.usage?.[name] ?? 0) : 0))
  return counts.reduce((sum: number, count) => sum + count, 0)
}

function metadata({ part }: { part: { type: string } }): object | undefined {
  return part.type === 'finish' ? { tokens: 1 } : undefined
}

async function collect(stream: AsyncIterable<unknown>): Promise<readonly unknown[]> {
  const values: unknown[] = []
  for await (const value of stream) values.push(value)
  return values
}

/** A signature beside an empty delta is told at the end of its part; outputs leave to their call what it has said already. */
function asLifted(chunks: readonly Record<string, unknown>[]): readonly unknown[] {
  const signature = chunks.find((chunk) => chunk['type'] === 'reasoning-delta' && chunk['delta'] === '')
  return chunks.flatMap((chunk) => {
    if (chunk === signature) return []
    const { dynamic: _dynamic, providerExecuted: _executed, ...output } = chunk
    if (String(chunk['type']).startsWith('tool-output-')) return [output]
    const isEnd = signature !== undefined && chunk['type'] === 'reasoning-end'
    return [isEnd ? { ...chunk, providerMetadata: signature['providerMetadata'] } : chunk]
  })
}

// oxlint-disable typescript/no-explicit-any -- the types of `ai` are not installed where ours are checked
async function uiStream(version: string, result: any, options: object): Promise<AsyncIterable<unknown>> {
  const { toUIMessageStream } = await clientPackage(version)
  if (toUIMessageStream === undefined) return result.toUIMessageStream(options)
  return toUIMessageStream({ stream: result.stream, ...options })
}

async function run(
  version: string,
  steps: readonly (readonly object[])[],
  options: Record<string, unknown> = {},
): Promise<any> {
  const { streamText, tool, jsonSchema, stepCountIs } = await clientPackage(version)
  const { MockLanguageModelV4, MockLanguageModelV3, simulateReadableStream } = await clientPackage(`${version}/test`)
  const Model = MockLanguageModelV4 ?? MockLanguageModelV3
  let step = -1
  const model = new Model({
    doStream: ({ abortSignal }: { abortSignal?: AbortSignal }) => {
      step += 1
      const chunks = [{ type: 'stream-start', warnings: [] }, ...(steps[step] ?? [])].map((chunk) =>
        fileFor(version, chunk),
      )
      return { stream: options['open'] === true ? openStream(chunks, abortSignal) : simulateReadableStream({ chunks }) }
    },
  })
  const inputSchema = jsonSchema({ type: 'object' })
  const tools = {
    weather: tool({ inputSchema, execute: () => ({ sky: 'rain' }) }),
    slow: tool({
      inputSchema,
      execute: async function* () {
        yield 'half'
        yield 'whole'
      },
    }),
    failing: tool({
      inputSchema,
      execute: () => {
        throw new Error('secret')
      },
    }),
    client: tool({ inputSchema }),
    careful: tool({ inputSchema, needsApproval: true, execute: () => 'done' }),
  }
  const { messages, abortSignal } = options
  const asked = messages === undefined ? { prompt: 'x' } : { messages }
  return streamText({ model, tools, ...asked, abortSignal, stopWhen: stepCountIs(3), onError: () => {} })
}
// oxlint-enable typescript/no-explicit-any

/** Version 6 has the data of a file without its kind. */
function fileFor(version: string, chunk: object): object {
  return version === 'ai-6' && 'type' in chunk && chunk.type === 'file' ? { ...chunk, data: 'AA==' } : chunk
}

/** A stream that goes on until it is aborted. */
function openStream(chunks: readonly object[], signal: AbortSignal | undefined): ReadableStream<object> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      signal?.addEventListener('abort', () => controller.error(new DOMException('aborted', 'AbortError')))
    },
  })
}
