import { expect, test } from 'vitest'
import { callsOf, liftAll, said, textOf } from './lift-all.ts'

let sequence = 0
const event = (type: string, fields: object = {}): object => {
  sequence += 1
  return { type: `response.${type}`, sequence_number: sequence, ...fields }
}
const created = (id = 'resp_1'): object => event('created', { response: { id, status: 'in_progress', output: [] } })
const usage = { input_tokens: 3, output_tokens: 4, output_tokens_details: { reasoning_tokens: 2 } }
const completed = (output: readonly object[] = []): object =>
  event('completed', { response: { id: 'resp_1', model: 'gpt', status: 'completed', output, usage, error: null } })
const added = (item: object, output_index = 0): object => event('output_item.added', { output_index, item })
const done = (item: object, output_index = 0): object => event('output_item.done', { output_index, item })
const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }

const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [] as readonly object[] }
const whole = { ...message, content: [{ type: 'output_text', text: 'Hello', annotations: [] }] }
const metadata = { openai: { itemId: 'msg_1' } }

test('text becomes one part of a step, and what `done` events repeat is not told again', () => {
  const drafts = liftAll([
    created(),
    event('in_progress', { response: { id: 'resp_1' } }),
    added(message),
    event('content_part.added', { ...place, part: { type: 'output_text', text: '' } }),
    event('output_text.delta', { ...place, delta: 'Hel', logprobs: [] }),
    event('output_text.delta', { ...place, delta: 'lo' }),
    event('output_text.done', { ...place, text: 'Hello' }),
    event('content_part.done', { ...place, part: whole.content[0] }),
    done(whole),
    completed([whole]),
  ])
  expect(drafts).toEqual([
    { type: 'step-start' },
    { type: 'text-start', id: 'msg_1:c0', providerMetadata: metadata },
    { type: 'text-delta', id: 'msg_1:c0', delta: 'Hel' },
    { type: 'text-delta', id: 'msg_1:c0', delta: 'lo' },
    { type: 'text-end', id: 'msg_1:c0' },
    {
      type: 'step-end',
      reason: 'stop',
      usage: { inputTokens: 3, outputTokens: 4, reasoningTokens: 2, raw: usage },
      model: 'gpt',
    },
    { type: 'message-end', reason: 'stop', rawReason: 'completed' },
  ])
})

test.each([
  ['output_text.done', [added(message), event('output_text.done', { ...place, text: 'Hello' }), completed([whole])]],
  ['output_item.done', [done(whole), completed([whole])]],
  ['response.completed', [completed([whole])]],
  [
    'response.completed, other ids',
    [event('output_text.delta', { ...place, delta: 'Hello' }), completed([{ ...whole, id: 'x' }])],
  ],
])('text that comes with %s first is told once', (_, events) => {
  expect(textOf(liftAll([created(), ...events]))).toBe('Hello')
})

test('events that leave out the item’s id are told apart by its place', () => {
  const drafts = liftAll([
    added({ type: 'function_call', call_id: 'a', name: 'f', arguments: '' }, 0),
    added({ type: 'function_call', call_id: 'b', name: 'g', arguments: '' }, 1),
    event('function_call_arguments.delta', { output_index: 1, delta: '{"y":2}' }),
    event('function_call_arguments.delta', { output_index: 0, delta: '{"x":1}' }),
    completed(),
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'g', { y: 2 }],
  ])
})

const call = { id: 'fc_1', type: 'function_call', call_id: 'call_a', name: 'f', arguments: '' }

test('a call is known by its call_id, and keeps its item’s id for the provider', () => {
  const full = { ...call, arguments: '{"x":1}', status: 'completed' }
  const drafts = liftAll([
    created(),
    added(call),
    event('function_call_arguments.delta', { item_id: 'fc_1', output_index: 0, delta: '{"x"' }),
    event('function_call_arguments.delta', { item_id: 'fc_1', output_index: 0, delta: ':1}' }),
    event('function_call_arguments.done', { item_id: 'fc_1', output_index: 0, arguments: '{"x":1}', name: 'f' }),
    done(full),
    completed([full]),
  ])
  const identity = { toolCallId: 'call_a', toolName: 'f', providerMetadata: { openai: { itemId: 'fc_1' } } }
  expect(said(drafts)).toEqual([
    { type: 'tool-input-start', ...identity },
    { type: 'tool-input-delta', toolCallId: 'call_a', inputTextDelta: '{"x"' },
    { type: 'tool-input-delta', toolCallId: 'call_a', inputTextDelta: ':1}' },
    { type: 'tool-input-available', ...identity, input: { x: 1 } },
  ])
  expect(drafts.at(-1)).toMatchObject({ type: 'message-end', reason: 'tool-calls' })
})

test.each([
  ['arguments.done', [added(call), event('function_call_arguments.done', { item_id: 'fc_1', arguments: '{"x":1}' })]],
  ['output_item.done', [done({ ...call, arguments: '{"x":1}' })]],
  ['response.completed', [completed([{ ...call, arguments: '{"x":1}' }])]],
])('arguments that come with %s alone are told', (_, events) => {
  expect(callsOf(liftAll([created(), ...events, completed()]))).toEqual([['call_a', 'f', { x: 1 }]])
})

test('tools that take text are calls with text', () => {
  const item = { id: 'ctc_1', type: 'custom_tool_call', call_id: 'a', name: 'sql', input: '' }
  const drafts = liftAll([
    created(),
    added(item),
    event('custom_tool_call_input.delta', { item_id: 'ctc_1', delta: 'select 1' }),
    done({ ...item, input: 'select 1' }),
  ])
  expect(said(drafts)[0]).toMatchObject({ type: 'tool-input-start', inputEncoding: 'text' })
  expect(callsOf(drafts)).toEqual([['a', 'sql', 'select 1']])
})

const part = (summary_index: number): object => ({ item_id: 'rs_1', output_index: 0, summary_index })

test('summaries of reasoning are parts; what the provider wants back comes at the end', () => {
  const item = { id: 'rs_1', type: 'reasoning', summary: [] }
  const drafts = liftAll([
    created(),
    added(item),
    event('reasoning_summary_part.added', part(0)),
    event('reasoning_summary_text.delta', { ...part(0), delta: 'one' }),
    event('reasoning_summary_text.done', { ...part(0), text: 'one' }),
    event('reasoning_summary_text.delta', { ...part(1), delta: 'two' }),
    done({ ...item, summary: [{ text: 'one' }, { text: 'two' }], encrypted_content: 'secret' }),
    completed(),
  ])
  const openai = { itemId: 'rs_1' }
  expect(drafts.filter(({ type }) => type.startsWith('reasoning'))).toEqual([
    { type: 'reasoning-start', id: 'rs_1:s0', providerMetadata: { openai } },
    { type: 'reasoning-delta', id: 'rs_1:s0', delta: 'one' },
    { type: 'reasoning-end', id: 'rs_1:s0', providerMetadata: { openai } },
    { type: 'reasoning-start', id: 'rs_1:s1', providerMetadata: { openai } },
    { type: 'reasoning-delta', id: 'rs_1:s1', delta: 'two' },
    {
      type: 'reasoning-end',
      id: 'rs_1:s1',
      providerMetadata: { openai: { ...openai, reasoningEncryptedContent: 'secret' } },
    },
  ])
})

test('reasoning without a word is kept where the provider wants it back', () => {
  const drafts = liftAll([created(), done({ id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'secret' })])
  expect(drafts.filter(({ type }) => type.startsWith('reasoning'))).toMatchObject([
    { type: 'reasoning-start' },
    { type: 'reasoning-end', providerMetadata: { openai: { reasoningEncryptedContent: 'secret' } } },
  ])
})

test('a refusal is a part of its kind, and the reason', () => {
  const drafts = liftAll([
    created(),
    event('refusal.delta', { ...place, delta: 'No' }),
    event('refusal.done', { ...place, refusal: 'No' }),
    completed([{ ...message, content: [{ type: 'refusal', refusal: 'No' }] }]),
  ])
  expect(textOf(drafts, 'refusal')).toBe('No')
  expect(drafts.at(-1)).toMatchObject({ reason: 'refusal' })
})

test('annotations are citations of their part, once', () => {
  const web = { type: 'url_citation', url: 'https://example.com', title: 'E', start_index: 0, end_index: 3 }
  const file = { type: 'file_citation', file_id: 'file_1', filename: 'a.pdf', index: 1 }
  const annotations = [web, file]
  const drafts = liftAll([
    created(),
    event('output_text.delta', { ...place, delta: 'See' }),
    event('output_text.annotation.added', { ...place, annotation_index: 0, annotation: web }),
    event('output_text.annotation.added', { ...place, annotation_index: 1, annotation: file }),
    completed([{ ...message, content: [{ type: 'output_text', text: 'See', annotations }] }]),
  ])
  expect(drafts.filter(({ type }) => type === 'citation')).toEqual([
    {
      type: 'citation',
      partId: 'msg_1:c0',
      source: { kind: 'url', url: 'https://example.com', title: 'E' },
      startIndex: 0,
      endIndex: 3,
      raw: web,
    },
    {
      type: 'citation',
      partId: 'msg_1:c0',
      source: {
        kind: 'document',
        mediaType: 'application/octet-stream',
        title: 'a.pdf',
        filename: 'a.pdf',
        id: 'file_1',
      },
      raw: file,
    },
  ])
})

test('tools that OpenAI runs are the provider’s, with their outputs', () => {
  const search = { id: 'ws_1', type: 'web_search_call', status: 'in_progress' }
  const image = {
    id: 'ig_1',
    type: 'image_generation_call',
    status: 'completed',
    result: 'AA==',
    output_format: 'webp',
  }
  const drafts = liftAll([
    created(),
    added(search),
    event('web_search_call.searching', { item_id: 'ws_1', output_index: 0 }),
    done({ ...search, status: 'completed', action: { type: 'search', query: 'q' } }),
    done(image, 1),
    completed(),
  ])
  expect(said(drafts)).toMatchObject([
    { type: 'tool-input-start', toolCallId: 'ws_1', toolName: 'web_search', executor: 'provider' },
    { type: 'tool-input-available', input: { action: { type: 'search', query: 'q' } } },
    { type: 'tool-output-available', toolCallId: 'ws_1', output: { status: 'completed' } },
    { type: 'tool-input-start', toolCallId: 'ig_1', toolName: 'image_generation' },
    { type: 'tool-input-available' },
    { type: 'file', url: 'data:image/webp;base64,AA==', mediaType: 'image/webp' },
    { type: 'tool-output-available', toolCallId: 'ig_1' },
  ])
  expect(drafts.at(-1)).toMatchObject({ reason: 'stop' })
})

test('a call that OpenAI has run in place of the application has its output', () => {
  const shell = { id: 'sh_1', type: 'shell_call', call_id: 'a', action: { commands: ['ls'] } }
  const output = [{ stdout: 'a.txt' }]
  const drafts = liftAll([
    created(),
    done(shell),
    done({ id: 'sho_1', type: 'shell_call_output', call_id: 'a', output }, 1),
    completed([shell, { id: 'sho_1', type: 'shell_call_output', call_id: 'a', output }]),
  ])
  expect(said(drafts).slice(1)).toMatchObject([
    { type: 'tool-input-available', toolCallId: 'a', toolName: 'shell', input: { action: shell.action } },
    { type: 'tool-output-available', toolCallId: 'a', output },
  ])
  expect(drafts.at(-1)).toMatchObject({ reason: 'stop' })
  expect(liftAll([created(), done(shell), completed()]).at(-1)).toMatchObject({ reason: 'tool-calls' })
})

test('tools of other servers have outputs and errors, and wait for approvals', () => {
  const mcp = { id: 'mcp_1', type: 'mcp_call', name: 'f', server_label: 's', arguments: '' }
  const drafts = liftAll([
    created(),
    added(mcp),
    event('mcp_call_arguments.delta', { item_id: 'mcp_1', delta: '{"x":1}' }),
    done({ ...mcp, arguments: '{"x":1}', output: 'out', error: null }),
    done({ ...mcp, id: 'mcp_2', arguments: '{}', output: null, error: { type: 'http', message: 'down' } }, 1),
    done({ id: 'mcpr_1', type: 'mcp_approval_request', name: 'g', server_label: 's', arguments: '{}' }, 2),
    completed(),
  ])
  expect(said(drafts).filter(({ type }) => !/^tool-input-(start|delta)/.test(type))).toMatchObject([
    { type: 'tool-input-available', toolCallId: 'mcp_1', input: { x: 1 }, executor: 'provider' },
    { type: 'tool-output-available', toolCallId: 'mcp_1', output: 'out' },
    { type: 'tool-input-available', toolCallId: 'mcp_2' },
    { type: 'tool-output-error', toolCallId: 'mcp_2', errorText: 'down' },
    { type: 'tool-input-available', toolCallId: 'mcpr_1', toolName: 'g', executor: 'provider' },
    { type: 'tool-approval-request', approvalId: 'mcpr_1', toolCallId: 'mcpr_1' },
  ])
})

test.each([
  [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, 'length', 'max_output_tokens'],
  [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, 'content-filter', 'content_filter'],
  [{ status: 'cancelled', incomplete_details: null }, 'stopped', 'cancelled'],
  [{}, 'other', 'incomplete'],
])('response.incomplete with %j ends as %s', (response, reason, rawReason) => {
  expect(liftAll([created(), event('incomplete', { response })]).at(-1)).toEqual({
    type: 'message-end',
    reason,
    rawReason,
  })
})

test('a failure is told once, whether as `error`, `response.failed` or both', () => {
  const error = { code: 'rate_limit_exceeded', message: 'slow down' }
  const failed = event('failed', { response: { id: 'resp_1', status: 'failed', error } })
  const inBand = { type: 'error', sequence_number: 9, param: null, ...error }
  for (const events of [[failed], [inBand], [inBand, failed], [failed, inBand]]) {
    const failures = liftAll([created(), ...events]).filter(({ type }) => type === 'failure')
    expect(failures).toMatchObject([{ code: 'rate_limited', retryable: true }])
  }
})

test('a new response is a new step', () => {
  const second = { id: 'resp_2', status: 'completed', output: [whole] }
  const drafts = liftAll([created(), completed([whole]), created('resp_2'), event('completed', { response: second })])
  expect(textOf(drafts)).toBe('HelloHello')
  expect(drafts.filter(({ type }) => type === 'step-end')).toHaveLength(2)
})

test('a whole response is told at once', () => {
  const drafts = liftAll([
    { id: 'resp_1', object: 'response', status: 'completed', model: 'gpt', output: [whole], usage },
  ])
  expect(textOf(drafts)).toBe('Hello')
  expect(drafts.at(-2)).toMatchObject({ type: 'step-end', usage: { outputTokens: 4 } })
})

test('events of kinds that are new say nothing; a response that is cut off has no reason', () => {
  const drafts = liftAll([
    created(),
    event('hologram.delta', { delta: 'x' }),
    added({ id: 'h', type: 'hologram' }, 3),
    event('output_text.delta', { ...place, delta: 'a' }),
  ])
  expect(drafts.slice(-2)).toEqual([{ type: 'text-end', id: 'msg_1:c0' }, { type: 'step-end' }])
  expect(said(drafts)).toHaveLength(1)
})
