import { expect, test } from 'vitest'
import { callsOf, liftAll, said, textOf } from './lift-all.ts'

const start = (usage: object = { input_tokens: 10, output_tokens: 1 }): object => ({
  type: 'message_start',
  message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], stop_reason: null, usage },
})
const block = (index: number, content_block: object): object => ({ type: 'content_block_start', index, content_block })
const delta = (index: number, value: object): object => ({ type: 'content_block_delta', index, delta: value })
const stop = (index: number): object => ({ type: 'content_block_stop', index })
const end = (stop_reason: string | null, usage: object = { output_tokens: 5 }): readonly object[] => [
  { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage },
  { type: 'message_stop' },
]

test('a message of text is a step with its usage, which leaves no input out', () => {
  const drafts = liftAll([
    start({ input_tokens: 10, cache_read_input_tokens: 100, cache_creation_input_tokens: 5, output_tokens: 1 }),
    block(0, { type: 'text', text: '', citations: null }),
    { type: 'ping' },
    delta(0, { type: 'text_delta', text: 'Hel' }),
    delta(0, { type: 'text_delta', text: 'lo' }),
    stop(0),
    { type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 3, input_tokens: null } },
    ...end('end_turn'),
  ])
  expect(drafts).toMatchObject([
    { type: 'step-start' },
    { type: 'text-start', id: 'block:0' },
    { type: 'text-delta', id: 'block:0', delta: 'Hel' },
    { type: 'text-delta', id: 'block:0', delta: 'lo' },
    { type: 'text-end', id: 'block:0' },
    {
      type: 'step-end',
      reason: 'stop',
      model: 'claude',
      usage: { inputTokens: 115, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 5 },
    },
    { type: 'message-end', reason: 'stop', rawReason: 'end_turn' },
  ])
})

test('later fields of usage replace earlier ones, input too', () => {
  const drafts = liftAll([start(), ...end('end_turn', { output_tokens: 7, input_tokens: 20 })])
  expect(drafts).toMatchObject([{}, { usage: { inputTokens: 20, outputTokens: 7 } }, {}])
})

test('the input of a call comes in pieces; the `{}` of its start is a placeholder', () => {
  const drafts = liftAll([
    start(),
    block(0, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '' }),
    delta(0, { type: 'input_json_delta', partial_json: '{"x"' }),
    delta(0, { type: 'input_json_delta', partial_json: ':1}' }),
    stop(0),
    ...end('tool_use'),
  ])
  expect(callsOf(drafts)).toEqual([['toolu_1', 'f', { x: 1 }]])
  expect(drafts.at(-1)).toMatchObject({ type: 'message-end', reason: 'tool-calls' })
})

test('no piece of an input at all means `{}`, or what the start has', () => {
  const none = [block(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }), stop(0)]
  const whole = [block(1, { type: 'tool_use', id: 'b', name: 'f', input: { x: 1 } }), stop(1)]
  expect(callsOf(liftAll([start(), ...none, ...whole, ...end('tool_use')]))).toEqual([
    ['a', 'f', {}],
    ['b', 'f', { x: 1 }],
  ])
})

test('a call whose input is torn is an error with what came', () => {
  const torn = [
    start(),
    block(0, { type: 'tool_use', id: 'a', name: 'f', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"x' }),
  ]
  expect(said(liftAll(torn)).at(-1)).toMatchObject({ type: 'tool-input-error', input: '{"x' })
})

test('thoughts keep their signature, and redacted ones their data', () => {
  const drafts = liftAll([
    start(),
    block(0, { type: 'thinking', thinking: '', signature: '' }),
    delta(0, { type: 'thinking_delta', thinking: 'hm' }),
    delta(0, { type: 'signature_delta', signature: 'sig' }),
    stop(0),
    block(1, { type: 'redacted_thinking', data: 'secret' }),
    stop(1),
    block(2, { type: 'thinking', thinking: '', signature: '' }),
    delta(2, { type: 'signature_delta', signature: 'alone' }),
    stop(2),
    ...end('end_turn'),
  ])
  expect(drafts.filter(({ type }) => type.startsWith('reasoning'))).toEqual([
    { type: 'reasoning-start', id: 'block:0' },
    { type: 'reasoning-delta', id: 'block:0', delta: 'hm' },
    { type: 'reasoning-end', id: 'block:0', providerMetadata: { anthropic: { signature: 'sig' } } },
    { type: 'reasoning-start', id: 'block:1', providerMetadata: { anthropic: { redactedData: 'secret' } } },
    { type: 'reasoning-end', id: 'block:1' },
    { type: 'reasoning-start', id: 'block:2' },
    { type: 'reasoning-end', id: 'block:2', providerMetadata: { anthropic: { signature: 'alone' } } },
  ])
})

test('tools that Anthropic runs are the provider’s, with their results', () => {
  const content = [{ type: 'web_search_result', url: 'https://example.com', title: 'Example', encrypted_content: 'x' }]
  const drafts = liftAll([
    start(),
    block(0, { type: 'server_tool_use', id: 'srv_1', name: 'web_search', input: {} }),
    delta(0, { type: 'input_json_delta', partial_json: '{"query":"q"}' }),
    stop(0),
    block(1, { type: 'web_search_tool_result', tool_use_id: 'srv_1', content }),
    stop(1),
    block(2, { type: 'mcp_tool_use', id: 'mcp_1', name: 'f', server_name: 's', input: {} }),
    stop(2),
    block(3, {
      type: 'mcp_tool_result',
      tool_use_id: 'mcp_1',
      is_error: true,
      content: [{ type: 'text', text: 'no' }],
    }),
    stop(3),
    block(4, {
      type: 'web_fetch_tool_result',
      tool_use_id: 'srv_1',
      content: { type: 'web_fetch_tool_result_error', error_code: 'unavailable' },
    }),
    stop(4),
    ...end('end_turn'),
  ])
  expect(said(drafts).filter(({ type }) => type !== 'tool-input-delta')).toMatchObject([
    { type: 'tool-input-start', toolCallId: 'srv_1', toolName: 'web_search', executor: 'provider' },
    { type: 'tool-input-available', toolCallId: 'srv_1', input: { query: 'q' }, executor: 'provider' },
    { type: 'tool-output-available', toolCallId: 'srv_1', output: content },
    { type: 'tool-input-start', toolCallId: 'mcp_1', executor: 'provider' },
    { type: 'tool-input-available', providerMetadata: { anthropic: { type: 'mcp_tool_use', serverName: 's' } } },
    { type: 'tool-output-error', toolCallId: 'mcp_1', errorText: 'no' },
    { type: 'tool-output-error', toolCallId: 'srv_1', errorText: 'unavailable' },
  ])
})

test('citations belong to the block that they come in', () => {
  const web = { type: 'web_search_result_location', url: 'https://example.com', title: 'E', cited_text: 'c' }
  const page = { type: 'page_location', document_index: 0, document_title: 'Paper', file_id: null, cited_text: 'd' }
  const drafts = liftAll([
    start(),
    block(0, { type: 'text', text: '' }),
    delta(0, { type: 'text_delta', text: 'So' }),
    delta(0, { type: 'citations_delta', citation: web }),
    delta(0, { type: 'citations_delta', citation: page }),
    stop(0),
    ...end('end_turn'),
  ])
  expect(drafts.filter(({ type }) => type === 'citation')).toEqual([
    {
      type: 'citation',
      partId: 'block:0',
      source: { kind: 'url', url: 'https://example.com', title: 'E' },
      citedText: 'c',
      raw: web,
    },
    {
      type: 'citation',
      partId: 'block:0',
      source: { kind: 'document', mediaType: 'text/plain', title: 'Paper' },
      citedText: 'd',
      raw: page,
    },
  ])
})

const text = (words: string): readonly object[] => [
  start(),
  block(0, { type: 'text', text: '' }),
  delta(0, { type: 'text_delta', text: words }),
  stop(0),
]

test('a second message_start is a new step, whose block 0 is another part, and no message of its own', () => {
  const drafts = liftAll([...text('a'), ...end('end_turn'), ...text('b'), ...end('end_turn')])
  expect(textOf(drafts)).toBe('ab')
  expect(drafts.map(({ type }) => type).filter((type) => /^(step|message|text-start)/.test(type))).toEqual([
    'step-start',
    'text-start',
    'step-end',
    'message-end',
    'step-start',
    'text-start',
    'step-end',
    'message-end',
  ])
})

test.each([
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['stop_sequence', 'stop'],
  ['pause_turn', 'pause'],
  ['refusal', 'refusal'],
  ['new_one', 'other'],
  ['__proto__', 'other'],
])('the reason %s is %s', (raw, reason) => {
  expect(liftAll([start(), ...end(raw)]).at(-1)).toEqual({ type: 'message-end', reason, rawReason: raw })
})

test('a message that ends without a reason was stopped, and one that is cut off has none', () => {
  expect(liftAll([start(), ...end(null)]).at(-1)).toEqual({ type: 'message-end', reason: 'stopped' })
  const cut = liftAll([start(), block(0, { type: 'text', text: 'a' })])
  expect(cut.slice(-2).map(({ type }) => type)).toEqual(['text-end', 'step-end'])
})

test('a whole message is told at once', () => {
  const drafts = liftAll([
    {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 'sig' },
        { type: 'text', text: 'Hi', citations: null },
        { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 1, output_tokens: 2 },
    },
  ])
  expect([textOf(drafts, 'reasoning'), textOf(drafts), callsOf(drafts)]).toEqual(['hm', 'Hi', [['a', 'f', { x: 1 }]]])
  expect(drafts.slice(-2)).toMatchObject([
    { type: 'step-end', usage: { inputTokens: 1, outputTokens: 2 } },
    { type: 'message-end', reason: 'tool-calls' },
  ])
})

test('deltas without the start of their block are understood', () => {
  expect(
    textOf(liftAll([delta(0, { type: 'text_delta', text: 'a' }), delta(0, { type: 'text_delta', text: 'b' })])),
  ).toBe('ab')
})

test('blocks, deltas and events of kinds that are new say nothing', () => {
  const news = [
    start(),
    block(0, { type: 'hologram', beam: 1 }),
    delta(0, { type: 'hologram_delta', beam: 2 }),
    stop(0),
    block(1, { type: 'text', text: 'a' }),
    delta(1, { type: 'sparkle_delta', text: 'x' }),
    { type: 'content_block_sparkle', index: 1 },
    stop(1),
    ...end('end_turn'),
  ]
  expect(said(liftAll(news))).toEqual([{ type: 'text-delta', id: 'block:1', delta: 'a' }])
})

test.each([
  ['overloaded_error', 'overloaded', true],
  ['rate_limit_error', 'rate_limited', true],
  ['timeout_error', 'timeout', true],
  ['api_error', 'internal', true],
  ['invalid_request_error', 'internal', false],
  ['billing_error', 'internal', false],
])('an error of the type %s is %s', (type, code, retryable) => {
  const error = { type, message: 'x' }
  expect(liftAll([{ type: 'error', error }])).toEqual([{ type: 'failure', error, code, retryable }])
})
