import { expect, test } from 'vitest'
import { callsOf, createLifter, liftAll, said, textOf } from './lift-all.ts'

const chunk = (delta: object, more: object = {}, finish_reason: string | null = null): object => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1,
  model: 'gpt',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
})
const piece = (call: object): object => chunk({ tool_calls: [call] })
const end = (reason: string, more: object = {}): object => chunk({}, more, reason)

test('text becomes one part, and its end a step and a message', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 1 } }
  const drafts = liftAll([
    { id: '', object: '', choices: [], prompt_filter_results: [] },
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hel' }),
    chunk({ content: 'lo' }),
    end('stop'),
    { id: 'chatcmpl-1', object: 'chat.completion.chunk', choices: [], usage },
  ])
  expect(drafts).toEqual([
    { type: 'step-start' },
    { type: 'text-start', id: 'chat:1' },
    { type: 'text-delta', id: 'chat:1', delta: 'Hel' },
    { type: 'text-delta', id: 'chat:1', delta: 'lo' },
    { type: 'text-end', id: 'chat:1' },
    {
      type: 'step-end',
      reason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 1, raw: usage },
      model: 'gpt',
    },
    { type: 'message-end', reason: 'stop', rawReason: 'stop' },
  ])
})

test('of usage in every chunk the last is told, once', () => {
  const drafts = liftAll([
    chunk({ content: 'a' }, { usage: { prompt_tokens: 3, completion_tokens: 1 } }),
    chunk({ content: 'b' }, { usage: { prompt_tokens: 3, completion_tokens: 2 } }),
    end('stop', { usage: { prompt_tokens: 3, completion_tokens: 2 } }),
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
  ])
  expect(drafts.filter(({ type }) => type === 'step-end')).toMatchObject([{ usage: { outputTokens: 4 } }])
})

test.each(['reasoning_content', 'reasoning'])('%s is reasoning, and text after it a part of its own', (name) => {
  const drafts = liftAll([chunk({ [name]: 'hm' }), chunk({ [name]: 'm', content: null }), chunk({ content: 'Yes' })])
  expect(textOf(drafts, 'reasoning')).toBe('hmm')
  expect(textOf(drafts)).toBe('Yes')
  expect(drafts.map(({ type }) => type).filter((type) => /start|end/.test(type))).toEqual([
    'step-start',
    'reasoning-start',
    'reasoning-end',
    'text-start',
    'text-end',
    'step-end',
  ])
})

test('reasoning that is told under both names is told once', () => {
  expect(textOf(liftAll([chunk({ reasoning_content: 'a', reasoning: 'a' })]), 'reasoning')).toBe('a')
})

test('lists of texts and thoughts in place of a text are understood', () => {
  const content = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
    { type: 'text', text: 'Yes' },
  ]
  const drafts = liftAll([chunk({ content })])
  expect([textOf(drafts, 'reasoning'), textOf(drafts)]).toEqual(['hm', 'Yes'])
})

test('a refusal is a part of its kind, and the reason of the message', () => {
  const drafts = liftAll([chunk({ refusal: 'No' }), end('stop')])
  expect(textOf(drafts, 'refusal')).toBe('No')
  expect(drafts.at(-1)).toEqual({ type: 'message-end', reason: 'refusal', rawReason: 'stop' })
})

test('calls of parallel tools are told apart by their index', () => {
  const drafts = liftAll([
    piece({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
    piece({ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }),
    piece({ index: 0, function: { arguments: '{"x":' } }),
    piece({ index: 1, function: { arguments: '{"y":2' } }),
    piece({ index: 0, function: { arguments: '1}' } }),
    piece({ index: 1, function: { arguments: '}' } }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'g', { y: 2 }],
  ])
  expect(drafts.at(-1)).toMatchObject({ type: 'message-end', reason: 'tool-calls' })
})

test('calls without an index are told apart by their id, and pieces without either are of the last', () => {
  const drafts = liftAll([
    piece({ id: 'a', function: { name: 'f', arguments: '{"x":' } }),
    piece({ function: { arguments: '1' } }),
    piece({ id: 'b', function: { name: 'g', arguments: '{' } }),
    piece({ id: 'a', function: { arguments: '}' } }),
    piece({ id: 'b', function: { arguments: '}' } }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'g', {}],
  ])
})

test('an id and a name that every piece repeats are one call', () => {
  const drafts = liftAll([
    piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
    piece({ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }),
    end('tool_calls'),
  ])
  expect(drafts.filter(({ type }) => type === 'tool-input-start')).toHaveLength(1)
  expect(callsOf(drafts)).toEqual([['a', 'f', { x: 1 }]])
})

test('a new id on an old index is a new call', () => {
  const drafts = liftAll([
    piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
    piece({ index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'f', { x: 2 }],
  ])
})

test('arguments come whole, as an object, or not at all', () => {
  const drafts = liftAll([
    piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
    piece({ index: 1, id: 'b', function: { name: 'f', arguments: { x: 2 } } }),
    piece({ index: 2, id: 'c', function: { name: 'f', arguments: '' } }),
    piece({ index: 3, id: 'd', function: { name: 'f' } }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts)).toEqual([
    ['a', 'f', { x: 1 }],
    ['b', 'f', { x: 2 }],
    ['c', 'f', {}],
    ['d', 'f', {}],
  ])
})

test('a call without an id is given one; a name that comes late is waited for', () => {
  const drafts = liftAll([
    piece({ index: 0, function: { name: 'f', arguments: '{}' } }),
    piece({ index: 1, id: 'b' }),
    piece({ index: 1, function: { name: 'g' } }),
    piece({ index: 1, function: { arguments: '{}' } }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts)).toEqual([
    ['call_1', 'f', {}],
    ['b', 'g', {}],
  ])
})

test('a call ends where its stream ends: with its input, or with an error where that is torn', () => {
  const whole = piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } })
  expect(callsOf(liftAll([whole]))).toEqual([['a', 'f', {}]])
  const torn = piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x' } })
  expect(said(liftAll([torn])).at(-1)).toMatchObject({ type: 'tool-input-error', toolCallId: 'a', input: '{"x' })
})

test('tools that take text, and the function call of old, are calls', () => {
  const custom = piece({ index: 0, id: 'a', type: 'custom', custom: { name: 'sql', input: 'select' } })
  const more = piece({ index: 0, custom: { input: ' 1' } })
  const drafts = liftAll([custom, more, end('tool_calls')])
  expect(drafts).toContainEqual({
    type: 'tool-input-start',
    toolCallId: 'a',
    toolName: 'sql',
    inputEncoding: 'text',
  })
  expect(callsOf(drafts)).toEqual([['a', 'sql', 'select 1']])
  const old = [
    chunk({ function_call: { name: 'f', arguments: '{"x"' } }),
    chunk({ function_call: { arguments: ':1}' } }),
  ]
  expect(callsOf(liftAll([...old, end('function_call')]))).toEqual([['call_1', 'f', { x: 1 }]])
})

test('whole calls without ids are told apart by their places and names', () => {
  const f = { function: { name: 'f', arguments: '{"x":1}' } }
  const g = { function: { name: 'g', arguments: '{}' } }
  const drafts = liftAll([
    chunk({ tool_calls: [f, f] }),
    chunk({ tool_calls: [g] }),
    chunk({
      tool_calls: [
        { index: 0, ...f },
        { index: 0, ...g },
      ],
    }),
    end('tool_calls'),
  ])
  expect(callsOf(drafts).map(([, name, input]) => [name, input])).toEqual([
    ['f', { x: 1 }],
    ['f', { x: 1 }],
    ['f', { x: 1 }],
    ['g', {}],
    ['g', {}],
  ])
})

test('a server that says `stop` after calls means them', () => {
  const call = piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } })
  expect(liftAll([call, end('stop')]).at(-1)).toMatchObject({ reason: 'tool-calls', rawReason: 'stop' })
})

test.each([
  ['length', 'length'],
  ['content_filter', 'content-filter'],
  ['eos', 'other'],
  ['constructor', 'other'],
])('the reason %s is %s', (raw, reason) => {
  expect(liftAll([chunk({ content: 'a' }), end(raw)]).at(-1)).toEqual({ type: 'message-end', reason, rawReason: raw })
})

test('only the first of several choices is told, with one warning', () => {
  const { lifter, warnings } = createLifter()
  const choices = [
    { index: 1, delta: { content: 'no' } },
    { index: 0, delta: { content: 'yes' } },
  ]
  const drafts = [...(lifter.lift({ choices }) ?? []), ...(lifter.lift({ choices: choices.slice(0, 1) }) ?? [])]
  expect(textOf(drafts)).toBe('yes')
  expect(warnings).toHaveLength(1)
})

test('a new id of the chunks is a new step, whose index 0 is another call', () => {
  const second = { id: 'chatcmpl-2' }
  const drafts = liftAll([
    piece({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
    end('tool_calls', { usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    chunk({ tool_calls: [{ index: 0, id: 'b', function: { name: 'f', arguments: '{}' } }] }, second),
    chunk({ content: 'done' }, second),
    chunk({}, { ...second, usage: { prompt_tokens: 2, completion_tokens: 2 } }, 'stop'),
  ])
  expect(drafts.filter(({ type }) => type === 'step-start')).toHaveLength(2)
  expect(drafts.filter(({ type }) => type === 'step-end')).toMatchObject([
    { usage: { inputTokens: 1 } },
    { usage: { inputTokens: 2 } },
  ])
  expect(callsOf(drafts).map(([id]) => id)).toEqual(['a', 'b'])
})

test('a whole chat.completion is told at once, with its annotations', () => {
  const url_citation = { start_index: 0, end_index: 2, url: 'https://example.com', title: 'Example' }
  const message = {
    role: 'assistant',
    content: 'Hi',
    annotations: [{ type: 'url_citation', url_citation }],
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
  }
  const drafts = liftAll([
    {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt',
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 1, completion_tokens: 2 },
    },
  ])
  expect(textOf(drafts)).toBe('Hi')
  expect(callsOf(drafts)).toEqual([['a', 'f', { x: 1 }]])
  expect(drafts).toContainEqual({
    type: 'citation',
    partId: 'chat:1',
    source: { kind: 'url', url: 'https://example.com', title: 'Example' },
    startIndex: 0,
    endIndex: 2,
    raw: { type: 'url_citation', url_citation },
  })
  expect(drafts.at(-2)).toMatchObject({ type: 'step-end', usage: { outputTokens: 2 } })
})

test('images of an answer are files', () => {
  const images = [{ type: 'image_url', image_url: { url: 'data:image/webp;base64,AA==' } }]
  expect(said(liftAll([chunk({ images })]))).toEqual([
    { type: 'file', url: 'data:image/webp;base64,AA==', mediaType: 'image/webp' },
  ])
})

test.each([
  [{ error: { message: 'slow down', type: 'rate_limit_error', code: 'rate_limit_exceeded' } }, 'rate_limited', true],
  [{ error: { message: 'x', type: 'server_error', code: null } }, 'internal', true],
  [{ error: { message: 'x', code: 502 }, choices: [{ index: 0, delta: { content: '' } }] }, 'internal', true],
  [{ error: { message: 'key', type: 'authentication_error' } }, 'internal', false],
  [
    { error: { message: 'x', type: 'invalid_request_error', code: 'context_length_exceeded' } },
    'invalid_request',
    false,
  ],
  [{ error: 'gone' }, 'internal', false],
  [{ object: 'error', message: 'x', type: 'InternalServerError', code: 503 }, 'overloaded', true],
])('an error in place of choices, %j, is %s', (value, code, retryable) => {
  expect(liftAll([value]).filter(({ type }) => type === 'failure')).toMatchObject([{ code, retryable }])
})
