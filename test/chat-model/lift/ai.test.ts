import { describe, expect, test } from 'vitest'
import { createLifter, liftAll } from './lift-all.ts'

const lift = (value: object): unknown => createLifter().lifter.lift(value)

const metadata = { providerMetadata: { openai: { itemId: 'x' } } }
const toolMetadata = { toolMetadata: { icon: 'sun' } }

describe('what UI chunks have is kept:', () => {
  const call = { toolCallId: 'a', toolName: 'f', dynamic: true, title: 'T', ...metadata, ...toolMetadata }
  test.each([
    [{ type: 'text-start', id: '0', ...metadata }],
    [{ type: 'text-delta', id: '0', delta: 'a', ...metadata }],
    [{ type: 'text-end', id: '0', ...metadata }],
    [{ type: 'reasoning-start', id: '0', ...metadata }],
    [{ type: 'reasoning-delta', id: '0', delta: 'a', ...metadata }],
    [{ type: 'reasoning-end', id: '0', ...metadata }],
    [{ type: 'tool-input-start', inputEncoding: 'text', ...call }],
    [{ type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '{' }],
    [{ type: 'tool-input-available', input: { x: [1, null] }, ...call }],
    [{ type: 'tool-input-error', input: '{', errorText: 'no', ...call }],
    [{ type: 'tool-output-available', toolCallId: 'a', output: 1, preliminary: true, ...metadata, ...toolMetadata }],
    [{ type: 'tool-output-error', toolCallId: 'a', errorText: 'no', ...metadata, ...toolMetadata }],
    [{ type: 'tool-output-denied', toolCallId: 'a' }],
    [{ type: 'tool-approval-request', approvalId: 'p', toolCallId: 'a', reason: 'r' }],
    [{ type: 'tool-approval-response', approvalId: 'p', approved: false, reason: 'r' }],
    [{ type: 'file', url: 'data:text/plain,a', mediaType: 'text/plain', filename: 'a.txt', ...metadata }],
  ])('%j', (chunk) => {
    expect(lift(chunk)).toEqual([chunk])
  })

  test.each([
    [
      { type: 'tool-input-available', toolCallId: 'a', toolName: 'f', input: 1, providerExecuted: true },
      { type: 'tool-input-available', toolCallId: 'a', toolName: 'f', input: 1, executor: 'provider' },
    ],
    [
      { type: 'start', messageId: 'm', messageMetadata: { a: 1 } },
      { type: 'message-start', id: 'm', metadata: { a: 1 } },
    ],
    [
      { type: 'start', messageMetadata: { a: 1 } },
      { type: 'message-metadata', metadata: { a: 1 } },
    ],
    [
      { type: 'message-metadata', messageMetadata: { a: 1 } },
      { type: 'message-metadata', metadata: { a: 1 } },
    ],
    [
      { type: 'finish', finishReason: 'length', messageMetadata: { a: 1 } },
      { type: 'message-end', reason: 'length', metadata: { a: 1 } },
    ],
    [{ type: 'finish' }, { type: 'message-end', reason: 'stop' }],
    [
      { type: 'finish', finishReason: 'tired' },
      { type: 'message-end', reason: 'other', rawReason: 'tired' },
    ],
    [{ type: 'start-step' }, { type: 'step-start' }],
    [{ type: 'finish-step' }, { type: 'step-end' }],
    [{ type: 'reset-step' }, { type: 'step-reset' }],
    [
      { type: 'source-url', sourceId: 's', url: 'https://example.com', title: 'E', ...metadata },
      { type: 'source', id: 's', source: { kind: 'url', url: 'https://example.com', title: 'E' }, ...metadata },
    ],
    [
      { type: 'source-document', sourceId: 's', mediaType: 'text/plain', title: 'E', filename: 'e.txt' },
      {
        type: 'source',
        id: 's',
        source: { kind: 'document', mediaType: 'text/plain', title: 'E', filename: 'e.txt' },
      },
    ],
    [
      { type: 'reasoning-file', url: 'data:text/plain,a', mediaType: 'text/plain' },
      { type: 'file', url: 'data:text/plain,a', mediaType: 'text/plain', isReasoning: true },
    ],
    [
      { type: 'data-weather', id: 'w', data: { c: 20 }, transient: true },
      { type: 'data', name: 'weather', id: 'w', data: { c: 20 }, transient: true },
    ],
    [
      { type: 'custom', kind: 'openai.x', ...metadata },
      { type: 'custom', name: 'openai.x', value: metadata },
    ],
    [
      { type: 'steering-message', id: 'm', parts: [{ type: 'text', text: 'a' }] },
      { type: 'custom', name: 'steering-message', value: { id: 'm', parts: [{ type: 'text', text: 'a' }] } },
    ],
    [
      { type: 'tool-approval-request', approvalId: 'p', toolCallId: 'a', signature: 's', isAutomatic: true },
      {
        type: 'tool-approval-request',
        approvalId: 'p',
        toolCallId: 'a',
        extra: { signature: 's', isAutomatic: true },
      },
    ],
    [
      { type: 'tool-output-available', toolCallId: 'a', output: undefined },
      { type: 'tool-output-available', toolCallId: 'a', output: null },
    ],
  ])('%j', (chunk, draft) => {
    expect(lift(chunk)).toEqual([draft])
  })

  test('citations at the end of a text', () => {
    const source = { type: 'source', sourceType: 'url', id: 's', url: 'https://example.com' }
    const citation = { source, startIndex: 0, endIndex: 2, citedText: 'c' }
    expect(lift({ type: 'text-end', id: '0', citations: [citation] })).toEqual([
      {
        type: 'citation',
        partId: '0',
        source: { kind: 'url', url: 'https://example.com', id: 's' },
        startIndex: 0,
        endIndex: 2,
        citedText: 'c',
        raw: citation,
      },
      { type: 'text-end', id: '0' },
    ])
  })
})

describe('chunks and parts of one name are told apart by their fields:', () => {
  const usage = { inputTokens: 1, outputTokens: 2, outputTokenDetails: { reasoningTokens: 1 } }
  const toolCall = { type: 'tool-call', toolCallId: 'a', toolName: 'f', input: {} }
  const counts = { inputTokens: 1, outputTokens: 2, reasoningTokens: 1 }
  test.each([
    [
      { type: 'text-delta', id: '0', text: 'a', ...metadata },
      { type: 'text-delta', id: '0', delta: 'a', ...metadata },
    ],
    [
      { type: 'reasoning-delta', id: '0', text: 'a' },
      { type: 'reasoning-delta', id: '0', delta: 'a' },
    ],
    [
      { type: 'tool-input-start', id: 'a', toolName: 'f', dynamic: true, title: 'T', ...toolMetadata },
      { type: 'tool-input-start', toolCallId: 'a', toolName: 'f', dynamic: true, title: 'T', ...toolMetadata },
    ],
    [
      { type: 'tool-input-delta', id: 'a', delta: '{' },
      { type: 'tool-input-delta', toolCallId: 'a', inputTextDelta: '{' },
    ],
    [
      { ...toolCall, providerExecuted: true, ...metadata },
      { type: 'tool-input-available', toolCallId: 'a', toolName: 'f', input: {}, executor: 'provider', ...metadata },
    ],
    [
      { type: 'tool-result', toolCallId: 'a', toolName: 'f', input: {}, output: 1, preliminary: true, ...toolMetadata },
      { type: 'tool-output-available', toolCallId: 'a', output: 1, preliminary: true, ...toolMetadata },
    ],
    [
      { type: 'tool-error', toolCallId: 'a', toolName: 'f', error: new Error('password') },
      { type: 'tool-output-error', toolCallId: 'a', errorText: 'An error occurred.' },
    ],
    [
      { type: 'tool-approval-request', approvalId: 'p', toolCall, signature: 's' },
      { type: 'tool-approval-request', approvalId: 'p', toolCallId: 'a', extra: { signature: 's' } },
    ],
    [
      { type: 'file', file: { base64: 'AA==', mediaType: 'image/png' } },
      { type: 'file', url: 'data:image/png;base64,AA==', mediaType: 'image/png' },
    ],
    [
      { type: 'source', sourceType: 'url', id: 's', url: 'https://example.com' },
      { type: 'source', id: 's', source: { kind: 'url', url: 'https://example.com' } },
    ],
    [
      { type: 'finish-step', finishReason: 'stop', usage, response: { modelId: 'gpt' } },
      { type: 'step-end', reason: 'stop', usage: counts, model: 'gpt' },
    ],
    [
      { type: 'finish', finishReason: 'stop', rawFinishReason: 'end', totalUsage: usage },
      { type: 'message-end', reason: 'stop', rawReason: 'end', usage: counts },
    ],
  ])('%j', (part, draft) => {
    expect(lift(part)).toEqual([draft])
  })

  test('the usage of a message is not told beside that of its steps', () => {
    const drafts = liftAll([
      { type: 'finish-step', finishReason: 'stop', usage },
      { type: 'finish', finishReason: 'stop', totalUsage: usage },
    ])
    expect(drafts).toEqual([
      { type: 'step-end', reason: 'stop', usage: counts },
      { type: 'message-end', reason: 'stop' },
    ])
  })
})

test.each(['start', 'raw', 'ping', 'tool-input-end'])('%s says nothing', (type) => {
  expect(lift({ type, id: '0' })).toEqual([])
})

test('an invalid call is told once, as an error of its input, and its words to the server alone', () => {
  const { lifter, warnings } = createLifter()
  const call = { toolCallId: 'a', toolName: 'f', input: '{', dynamic: true }
  expect(lifter.lift({ type: 'tool-call', ...call, invalid: true, error: new Error('secret') })).toEqual([
    { type: 'tool-input-error', ...call, errorText: 'An error occurred.' },
  ])
  expect(lifter.lift({ type: 'tool-error', ...call, error: 'secret' })).toEqual([])
  expect(lifter.lift({ type: 'tool-error', ...call, error: 'secret' })).toHaveLength(1)
  expect(warnings).toHaveLength(2)
})

test('a signature that comes with a delta without text goes to the next event of its part', () => {
  const signature = { providerMetadata: { anthropic: { signature: 'sig' } } }
  const drafts = liftAll([
    { type: 'reasoning-delta', id: '0', delta: '', ...signature },
    { type: 'reasoning-delta', id: '1', delta: 'b' },
    { type: 'reasoning-end', id: '0' },
  ])
  expect(drafts).toEqual([
    { type: 'reasoning-delta', id: '1', delta: 'b' },
    { type: 'reasoning-end', id: '0', ...signature },
  ])
})

test.each([
  [{ type: 'error', errorText: 'An error occurred.' }, 'internal', false],
  [{ type: 'error', error: new Error('x') }, 'internal', false],
  [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 'overloaded', true],
  [{ type: 'error', error: { name: 'AI_APICallError', statusCode: 429, isRetryable: true } }, 'rate_limited', true],
  [{ type: 'error', error: { name: 'AI_RetryError', lastError: { statusCode: 500 } } }, 'internal', true],
  [
    { type: 'error', error: { statusCode: 400, data: { error: { code: 'context_length_exceeded' } } } },
    'invalid_request',
    false,
  ],
  [{ type: 'abort' }, 'interrupted', true],
  [{ type: 'abort', reason: 'TimeoutError: the step timed out' }, 'timeout', true],
])('%j is a failure', (value, code, retryable) => {
  expect(lift(value)).toMatchObject([{ type: 'failure', code, retryable }])
})
