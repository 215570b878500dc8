// Logs of runs that stand as they are: the frames that each protocol makes of them are kept as golden files.
import type { ChatEvent } from '../../../src/chat-model/index.ts'

const start: ChatEvent = {
  type: 'run-start',
  wire: 1,
  runId: 'run1',
  chatId: 'chat1',
  clientRunId: 'client-run1',
  protocol: 'openai-chat',
  at: 1_790_000_000_500,
  model: 'model-1',
  clientTools: ['locate'],
  options: { include_usage: true },
}
const usage = { inputTokens: 12, outputTokens: 34, reasoningTokens: 5, cacheReadTokens: 6, cacheWriteTokens: 1 }

const answer: readonly ChatEvent[] = [
  start,
  { type: 'message-start', id: 'msg_run1' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Hello, ' },
  { type: 'text-delta', id: 't1', delta: '世界 👋\n\n"quoted"' },
  { type: 'text-end', id: 't1' },
  { type: 'message-end', id: 'msg_run1', reason: 'stop', usage },
]

const calls: readonly ChatEvent[] = [
  start,
  { type: 'message-start', id: 'msg_run1', metadata: { model: 'model-1' } },
  { type: 'step-start', name: 'look' },
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather', executor: 'server', title: 'Weather' },
  { type: 'tool-input-start', toolCallId: 'c2', toolName: 'search', executor: 'provider' },
  { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '{"city":' },
  { type: 'tool-input-delta', toolCallId: 'c2', inputTextDelta: '{"q":"oslo"' },
  { type: 'tool-input-delta', toolCallId: 'c1', inputTextDelta: '"Oslo"}' },
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', executor: 'server', input: { city: 'Oslo' } },
  { type: 'tool-output-available', toolCallId: 'c1', output: { percent: 50 }, preliminary: true },
  {
    type: 'tool-input-error',
    toolCallId: 'c2',
    toolName: 'search',
    executor: 'provider',
    input: '{"q":"oslo"',
    errorText: 'Cut.',
  },
  { type: 'tool-output-available', toolCallId: 'c1', output: { celsius: 20 } },
  { type: 'tool-input-available', toolCallId: 'c3', toolName: 'weather', executor: 'server', input: {}, dynamic: true },
  { type: 'tool-output-error', toolCallId: 'c3', errorText: 'No city.' },
  { type: 'step-end', reason: 'tool-calls', usage, model: 'model-1b' },
  { type: 'step-start' },
  { type: 'tool-input-available', toolCallId: 'c4', toolName: 'pay', executor: 'server', input: { euros: 3 } },
  {
    type: 'tool-approval-request',
    approvalId: 'a4',
    toolCallId: 'c4',
    reason: 'It costs money.',
    extra: { signature: 's' },
  },
  { type: 'tool-input-available', toolCallId: 'c5', toolName: 'pay', executor: 'server', input: { euros: 9 } },
  { type: 'tool-approval-request', approvalId: 'a5', toolCallId: 'c5' },
  { type: 'tool-approval-response', approvalId: 'a5', approved: false, reason: 'Too much.' },
  { type: 'tool-output-denied', toolCallId: 'c5' },
  { type: 'tool-input-start', toolCallId: 'c6', toolName: 'locate', executor: 'client' },
  { type: 'tool-input-delta', toolCallId: 'c6', inputTextDelta: '{"exact":' },
  { type: 'tool-input-delta', toolCallId: 'c6', inputTextDelta: 'true}' },
  { type: 'tool-input-available', toolCallId: 'c6', toolName: 'locate', executor: 'client', input: { exact: true } },
  { type: 'step-end' },
  { type: 'message-end', id: 'msg_run1', reason: 'tool-calls', rawReason: 'tool_use', usage, metadata: { took: 3 } },
]

const parts: readonly ChatEvent[] = [
  start,
  { type: 'message-start', id: 'msg_run1' },
  { type: 'reasoning-start', id: 'r1' },
  { type: 'reasoning-delta', id: 'r1', delta: 'Let me think.' },
  { type: 'file', url: 'data:image/png;base64,iVBORw0KGgo=', mediaType: 'image/png', isReasoning: true },
  { type: 'reasoning-end', id: 'r1', providerMetadata: { anthropic: { signature: 'c2ln' } } },
  { type: 'text-start', id: 't1' },
  { type: 'text-start', id: 't2', providerMetadata: { openai: { itemId: 'i2' } } },
  { type: 'text-delta', id: 't1', delta: 'Oslo is cold.' },
  { type: 'text-delta', id: 't2', delta: 'At once.' },
  {
    type: 'citation',
    partId: 't1',
    source: { kind: 'url', url: 'https://example.com/oslo', title: 'Oslo' },
    startIndex: 0,
    endIndex: 4,
  },
  {
    type: 'citation',
    partId: 't1',
    source: { kind: 'document', mediaType: 'application/pdf', title: 'Paper' },
    citedText: 'cold',
  },
  { type: 'text-end', id: 't1' },
  { type: 'text-end', id: 't2' },
  { type: 'source', id: 's1', source: { kind: 'url', url: 'https://example.com/oslo', title: 'Oslo' } },
  {
    type: 'source',
    id: 's2',
    source: { kind: 'document', mediaType: 'text/plain', title: 'Note', filename: 'note.txt' },
  },
  { type: 'file', url: 'https://example.com/a.png', mediaType: 'image/png', filename: 'a.png' },
  { type: 'data', name: 'weather', id: 'oslo', data: { celsius: 3 } },
  { type: 'data', name: 'note', data: 'text' },
  { type: 'data', name: 'progress', data: 0.5, transient: true },
  { type: 'custom', name: 'thing', value: { any: null } },
  { type: 'message-metadata', metadata: { tags: ['a'] } },
  { type: 'refusal-start', id: 'f1' },
  { type: 'refusal-delta', id: 'f1', delta: 'I will not.' },
  { type: 'refusal-end', id: 'f1' },
  { type: 'message-end', id: 'msg_run1', reason: 'refusal', usage },
]

const steps: readonly ChatEvent[] = [
  start,
  { type: 'message-start', id: 'msg_run1' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Before' },
  { type: 'step-start' },
  { type: 'text-start', id: 't2' },
  { type: 'text-delta', id: 't2', delta: 'Wrong' },
  { type: 'tool-input-start', toolCallId: 'c1', toolName: 'weather', executor: 'server' },
  { type: 'step-reset' },
  { type: 'text-delta', id: 't1', delta: ' and after' },
  { type: 'step-end' },
  { type: 'text-end', id: 't1' },
  { type: 'tool-input-start', toolCallId: 'c2', toolName: 'weather', executor: 'server' },
  { type: 'step-start' },
  { type: 'tool-input-available', toolCallId: 'c2', toolName: 'weather', executor: 'server', input: {} },
  { type: 'tool-output-available', toolCallId: 'c2', output: null },
  { type: 'step-end', usage: { inputTokens: 1 } },
  { type: 'message-end', id: 'msg_run1', reason: 'length' },
  { type: 'message-start', id: 'msg_run1_2', agent: { id: 'a', name: 'Critic', parentToolCallId: 'c2' } },
  { type: 'step-start' },
  { type: 'text-start', id: 't3' },
  { type: 'text-delta', id: 't3', delta: 'Another message' },
  { type: 'text-end', id: 't3' },
  { type: 'step-end' },
  { type: 'message-end', id: 'msg_run1_2', reason: 'length', usage: { inputTokens: 2, outputTokens: 3 } },
]

/** A step, a text and two calls open: what a run leaves that did not end by itself. */
const torn: readonly ChatEvent[] = [
  start,
  { type: 'message-start', id: 'msg_run1' },
  { type: 'step-start' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'Half a sen' },
  { type: 'tool-input-available', toolCallId: 'c1', toolName: 'weather', executor: 'server', input: {} },
  { type: 'tool-input-start', toolCallId: 'c2', toolName: 'locate', executor: 'client' },
  { type: 'tool-input-delta', toolCallId: 'c2', inputTextDelta: '{"exact":' },
]

const completed: ChatEvent = { type: 'run-end', outcome: 'completed' }

/** The logs by name; together they have each kind of event. */
export const fixedLogs: Readonly<Record<string, readonly ChatEvent[]>> = {
  answer: [...answer, completed],
  calls: [...calls, completed],
  parts: [...parts, completed],
  steps: [...steps, completed],
  failed: [
    ...torn,
    { type: 'error', code: 'overloaded', message: 'The model is busy.', retryable: true },
    { type: 'run-end', outcome: 'failed' },
  ],
  stopped: [...torn, { type: 'run-end', outcome: 'stopped' }],
  interrupted: [...torn, { type: 'run-end', outcome: 'interrupted' }],
  'failed-at-once': [
    start,
    { type: 'error', code: 'internal', message: 'Something went wrong.', retryable: false },
    { type: 'run-end', outcome: 'failed' },
  ],
}
