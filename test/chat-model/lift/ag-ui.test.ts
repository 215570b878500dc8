import { expect, test } from 'vitest'
import { callsOf, createLifter, liftAll, textOf } from './lift-all.ts'

const lift = (value: object): unknown => createLifter().lifter.lift(value)
const run = { threadId: 't', runId: 'r' }

test('a run of text is a part, and its end the message’s', () => {
  const drafts = liftAll([
    { type: 'RUN_STARTED', ...run },
    { type: 'STEP_STARTED', stepName: 'plan' },
    { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hel' },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'lo' },
    { type: 'TEXT_MESSAGE_END', messageId: 'm' },
    { type: 'STEP_FINISHED', stepName: 'plan' },
    {
      type: 'RUN_FINISHED',
      ...run,
      outcome: { type: 'success' },
      usage: [
        { model: 'a', inputTokens: 1, outputTokens: 2, cachedInputTokens: 1 },
        { model: 'b', inputTokens: 3, outputTokens: 4 },
      ],
    },
  ])
  expect(drafts).toMatchObject([
    { type: 'step-start', name: 'plan' },
    { type: 'text-start', id: 'm' },
    { type: 'text-delta', id: 'm', delta: 'Hel' },
    { type: 'text-delta', id: 'm', delta: 'lo' },
    { type: 'text-end', id: 'm' },
    { type: 'step-end' },
    { type: 'message-end', reason: 'stop', usage: { inputTokens: 4, outputTokens: 6, cacheReadTokens: 1 } },
  ])
})

test('the words of others are no part of the answer', () => {
  const drafts = liftAll([
    { type: 'TEXT_MESSAGE_START', messageId: 'u', role: 'user' },
    { type: 'TEXT_MESSAGE_CONTENT', messageId: 'u', delta: 'question' },
    { type: 'TEXT_MESSAGE_END', messageId: 'u' },
  ])
  expect(drafts).toEqual([])
})

test('chunks begin a message, and what else comes ends it', () => {
  const drafts = liftAll([
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'm', role: 'assistant', delta: 'a' },
    { type: 'TEXT_MESSAGE_CHUNK', delta: 'b' },
    { type: 'TOOL_CALL_CHUNK', toolCallId: 'c', toolCallName: 'f', delta: '{"x"' },
    { type: 'TOOL_CALL_CHUNK', delta: ':1}' },
    { type: 'TOOL_CALL_CHUNK', toolCallId: 'd', toolCallName: 'g' },
    { type: 'TEXT_MESSAGE_CHUNK', messageId: 'n', delta: 'c' },
    { type: 'RUN_FINISHED', ...run },
  ])
  expect(drafts.map(({ type }) => type)).toEqual([
    'text-start',
    'text-delta',
    'text-delta',
    'text-end',
    'tool-input-start',
    'tool-input-delta',
    'tool-input-delta',
    'tool-input-available',
    'tool-input-start',
    'tool-input-available',
    'text-start',
    'text-delta',
    'text-end',
    'message-end',
  ])
  expect(callsOf(drafts)).toEqual([
    ['c', 'f', { x: 1 }],
    ['d', 'g', {}],
  ])
})

test('calls may be open at once; a result is JSON where it was written as such', () => {
  const drafts = liftAll([
    { type: 'TOOL_CALL_START', toolCallId: 'a', toolCallName: 'f', parentMessageId: 'm' },
    { type: 'TOOL_CALL_START', toolCallId: 'b', toolCallName: 'g' },
    { type: 'TOOL_CALL_ARGS', toolCallId: 'a', delta: '{"x":' },
    { type: 'TOOL_CALL_ARGS', toolCallId: 'b', delta: '{}' },
    { type: 'TOOL_CALL_ARGS', toolCallId: 'a', delta: '1}' },
    { type: 'TOOL_CALL_END', toolCallId: 'a' },
    { type: 'TOOL_CALL_END', toolCallId: 'b' },
    { type: 'TOOL_CALL_RESULT', messageId: 'r', toolCallId: 'a', content: '{"c":20}', role: 'tool' },
    { type: 'TOOL_CALL_RESULT', messageId: 'r', toolCallId: 'b', content: '20', role: 'tool' },
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'g', {}],
  ])
  expect(drafts.slice(-2)).toEqual([
    { type: 'tool-output-available', toolCallId: 'a', output: { c: 20 } },
    { type: 'tool-output-available', toolCallId: 'b', output: '20' },
  ])
})

test('TanStack AI has inputs at the end, its own words for tools of the client and its own usage', () => {
  const drafts = liftAll([
    { type: 'TOOL_CALL_START', toolCallId: 'a', toolCallName: 'f', toolName: 'f' },
    { type: 'TOOL_CALL_END', toolCallId: 'a', toolName: 'f', input: { x: 1 }, result: '{"y":2}' },
    { type: 'CUSTOM', name: 'tool-input-available', value: { toolCallId: 'b', toolName: 'g', input: { z: 3 } } },
    { type: 'CUSTOM', name: 'approval-requested', value: { toolCallId: 'c', toolName: 'h', approval: { id: 'p' } } },
    {
      type: 'RUN_FINISHED',
      ...run,
      finishReason: 'tool_calls',
      usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
    },
  ])
  expect(drafts.slice(1)).toMatchObject([
    { type: 'tool-input-available', toolCallId: 'a', input: { x: 1 } },
    { type: 'tool-output-available', toolCallId: 'a', output: { y: 2 } },
    { type: 'tool-input-available', toolCallId: 'b', input: { z: 3 }, executor: 'client' },
    { type: 'tool-approval-request', approvalId: 'p', toolCallId: 'c' },
    { type: 'message-end', reason: 'tool-calls', usage: { inputTokens: 1, outputTokens: 2 } },
  ])
})

test('reasoning is a part, and keeps what is encrypted', () => {
  const drafts = liftAll([
    { type: 'REASONING_START', messageId: 'r' },
    { type: 'REASONING_MESSAGE_START', messageId: 'r', role: 'reasoning' },
    { type: 'REASONING_MESSAGE_CONTENT', messageId: 'r', delta: 'hm' },
    { type: 'REASONING_ENCRYPTED_VALUE', subtype: 'message', entityId: 'r', encryptedValue: 'x' },
    { type: 'REASONING_MESSAGE_END', messageId: 'r' },
    { type: 'REASONING_END', messageId: 'r' },
    { type: 'REASONING_MESSAGE_START', messageId: 'p', role: 'reasoning' },
    { type: 'REASONING_MESSAGE_END', messageId: 'p' },
    { type: 'REASONING_ENCRYPTED_VALUE', subtype: 'message', entityId: 'p', encryptedValue: 'z' },
    { type: 'REASONING_END', messageId: 'p' },
    { type: 'REASONING_ENCRYPTED_VALUE', subtype: 'message', entityId: 'q', encryptedValue: 'y' },
    { type: 'REASONING_MESSAGE_CHUNK', messageId: 's', delta: 'a' },
  ])
  expect(drafts).toEqual([
    { type: 'reasoning-start', id: 'r' },
    { type: 'reasoning-delta', id: 'r', delta: 'hm' },
    { type: 'reasoning-end', id: 'r', providerMetadata: { agUi: { encryptedValue: 'x' } } },
    { type: 'reasoning-start', id: 'p' },
    { type: 'reasoning-end', id: 'p', providerMetadata: { agUi: { encryptedValue: 'z' } } },
    { type: 'reasoning-start', id: 'q:encrypted', providerMetadata: { agUi: { encryptedValue: 'y' } } },
    { type: 'reasoning-end', id: 'q:encrypted' },
    { type: 'reasoning-start', id: 's' },
    { type: 'reasoning-delta', id: 's', delta: 'a' },
    { type: 'reasoning-end', id: 's' },
  ])
})

test('the thinking of before 1.0 is reasoning', () => {
  const drafts = liftAll([
    { type: 'THINKING_START' },
    { type: 'THINKING_TEXT_MESSAGE_START' },
    { type: 'THINKING_TEXT_MESSAGE_CONTENT', delta: 'hm' },
    { type: 'THINKING_TEXT_MESSAGE_END' },
    { type: 'THINKING_END' },
  ])
  expect(textOf(drafts, 'reasoning')).toBe('hm')
  expect(drafts).toHaveLength(3)
})

test('a run that waits for a person tells of the calls that wait', () => {
  const interrupts = [
    { id: 'i', reason: 'tool_call', toolCallId: 'a', message: 'sure?', expiresAt: 'soon' },
    { id: 'j', reason: 'question' },
  ]
  expect(lift({ type: 'RUN_FINISHED', ...run, outcome: { type: 'interrupt', interrupts } })).toEqual([
    {
      type: 'tool-approval-request',
      approvalId: 'i',
      toolCallId: 'a',
      reason: 'sure?',
      extra: { reason: 'tool_call', expiresAt: 'soon' },
    },
    { type: 'custom', name: 'interrupt', value: interrupts[1] },
    { type: 'message-end', reason: 'tool-calls' },
  ])
})

test.each([
  [{ outcome: { type: 'cancelled' } }, { type: 'message-end', reason: 'stopped' }],
  [{ outcome: { type: 'success', pendingToolCallIds: ['a'] } }, { type: 'message-end', reason: 'tool-calls' }],
  [{ finishReason: 'length' }, { type: 'message-end', reason: 'length', rawReason: 'length' }],
])('a run that finishes with %j ends so', (fields, draft) => {
  expect(lift({ type: 'RUN_FINISHED', ...run, ...fields })).toEqual([draft])
})

test.each([
  [{ message: 'x', code: 'rate_limited' }, 'rate_limited', true],
  [{ message: 'x', code: 'overloaded' }, 'overloaded', true],
  [{ message: 'x' }, 'internal', false],
  [{ message: 'x', error: { message: 'x', code: 'server_error' } }, 'internal', true],
])('RUN_ERROR with %j is %s', (fields, code, retryable) => {
  expect(lift({ type: 'RUN_ERROR', ...fields })).toMatchObject([{ type: 'failure', code, retryable }])
})

test.each([
  [
    { type: 'CUSTOM', name: 'mine', value: { a: 1 } },
    { type: 'custom', name: 'mine', value: { a: 1 } },
  ],
  [
    { type: 'RAW', event: { a: 1 }, source: 's' },
    { type: 'custom', name: 'RAW', value: { a: 1 } },
  ],
  [
    { type: 'STATE_SNAPSHOT', snapshot: { a: 1 } },
    { type: 'custom', name: 'STATE_SNAPSHOT', value: { a: 1 } },
  ],
  [
    { type: 'STATE_DELTA', delta: [] },
    { type: 'custom', name: 'STATE_DELTA', value: [] },
  ],
  [
    { type: 'SUBAGENT_STARTED', subagentRunId: 's', name: 'helper' },
    { type: 'custom', name: 'SUBAGENT_STARTED', value: { subagentRunId: 's', name: 'helper' } },
  ],
  [
    { type: 'ACTIVITY_SNAPSHOT', messageId: 'w', activityType: 'weather', content: { c: 20 }, replace: true },
    { type: 'data', name: 'weather', id: 'w', data: { c: 20 } },
  ],
  [{ type: 'CUSTOM', name: 'tidings:step-reset', value: {} }, { type: 'step-reset' }],
  [
    { type: 'CUSTOM', name: 'tidings:metadata', value: { a: 1 } },
    { type: 'message-metadata', metadata: { a: 1 } },
  ],
  [
    { type: 'CUSTOM', name: 'tidings:source', value: { id: 's', source: { kind: 'url', url: 'https://example.com' } } },
    { type: 'source', id: 's', source: { kind: 'url', url: 'https://example.com' } },
  ],
  [
    { type: 'CUSTOM', name: 'tidings:file', value: { url: 'data:,a', mediaType: 'text/plain' } },
    { type: 'file', url: 'data:,a', mediaType: 'text/plain' },
  ],
  [
    { type: 'CUSTOM', name: 'tidings:tool-preliminary', value: { toolCallId: 'a', output: 1 } },
    { type: 'tool-output-available', toolCallId: 'a', output: 1, preliminary: true },
  ],
  [
    { type: 'CUSTOM', name: 'tidings:source', value: { source: { kind: 'url' } } },
    { type: 'custom', name: 'tidings:source', value: { source: { kind: 'url' } } },
  ],
])('%j is an event of ours', (event, draft) => {
  expect(lift(event)).toEqual([draft])
})

test('the history, and the start of a run, say nothing', () => {
  expect(
    liftAll([
      { type: 'RUN_STARTED', ...run },
      { type: 'MESSAGES_SNAPSHOT', messages: [{ id: 'a' }] },
    ]),
  ).toEqual([])
})
