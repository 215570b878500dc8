import { describe, expect, test } from 'vitest'
import { markMade, SourceLifter } from '../../../src/chat-model/internal.ts'
import { createLifter, liftAll } from './lift-all.ts'

const openai = (content: string): object => ({ id: 'c', choices: [{ index: 0, delta: { content } }] })

function trap(): never {
  throw new Error('no')
}

describe('values of several dialects in one source', () => {
  test('a string between two chunks of OpenAI is a text of its own, and theirs goes on in a new part', () => {
    const types = liftAll([openai('a'), 'mine', openai('b')]).map(({ type }) => type)
    expect(types).toEqual([
      'step-start',
      'text-start',
      'text-delta',
      'text-end',
      'text',
      'text-start',
      'text-delta',
      'text-end',
      'step-end',
    ])
  })

  test.each([
    [markMade({ type: 'data', name: 'n', data: 1 }), 2],
    [{ type: 'source-url', sourceId: 's', url: 'https://example.com' }, 2],
    [markMade({ type: 'data', name: 'n', data: 1, transient: true }), 1],
    [markMade({ type: 'message-metadata', metadata: {} }), 1],
    [{ type: 'data-n', data: 1, transient: true }, 1],
    ['', 1],
  ])('between two chunks of OpenAI %j leaves their text in %i parts', (value, parts) => {
    expect(liftAll([openai('a'), value, openai('b')]).filter(({ type }) => type === 'text-start')).toHaveLength(parts)
  })

  test('parts of UI chunks and blocks of Anthropic stay open by their ids', () => {
    const drafts = liftAll([
      { type: 'text-start', id: '0' },
      'mine',
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'a' } },
      { type: 'text-delta', id: '0', delta: 'b' },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'c' } },
    ])
    expect(drafts.filter(({ type }) => type === 'text-start')).toHaveLength(2)
  })

  test('a step of another dialect ends that of OpenAI, with what it had to say', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1 }
    const end = { id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage }
    const types = liftAll([openai('a'), end, { type: 'message_start', message: {} }]).map(({ type }) => type)
    expect(types.slice(-4)).toEqual(['step-end', 'message-end', 'step-start', 'step-end'])
  })
})

test('a made event is told as it is, and a copy of it is not recognised', () => {
  const made = markMade({ type: 'source', source: { kind: 'url', url: 'https://example.com' } })
  const { lifter } = createLifter()
  expect(lifter.lift(made)?.[0]).toBe(made)
  expect(lifter.lift({ ...made })).toBeUndefined()
})

test.each([
  [undefined],
  [null],
  [1],
  [true],
  [1n],
  [Symbol('a')],
  [() => 'a'],
  [[]],
  [[{ type: 'text-delta', id: '0', delta: 'a' }]],
  [{}],
  [{ type: 'message_delta_' }],
  [{ type: 'text' }],
  [{ type: 1 }],
  [{ type: 'text-delta', id: '0' }],
  [{ type: 'text-delta', id: '0', delta: 1 }],
  [{ type: 'tool-call' }],
  [{ type: 'message' }],
  [{ type: 'error' }],
  [{ type: 'data-' }],
  [{ type: 'RUN_CANCELLED' }],
  [{ choices: {} }],
  [{ role: 'assistant', content: 'a' }],
  [{ type: 'run-start', wire: 1 }],
])('%o is not recognised', (value) => {
  expect(createLifter().lifter.lift(value)).toBeUndefined()
})

test.each([
  [{ type: 'message_start', message: {} }, { type: 'message_sparkle' }],
  [{ type: 'start' }, { type: 'sparkle-start' }],
  [{ type: 'RUN_STARTED' }, { type: 'RUN_SPARKLED' }],
  [{ type: 'ping' }, { type: 'ping' }],
  [{ type: 'start' }, { type: 'response.sparkle' }],
])('after %j, %j is a new type of a known dialect, and says nothing', (before, value) => {
  const { lifter } = createLifter()
  lifter.lift(before)
  expect(lifter.lift(value)).toEqual([])
})

describe('hostile values', () => {
  const names = `
    message_start content_block_start content_block_delta content_block_stop message_delta message
    response.created response.output_item.added response.output_item.done response.output_text.delta
    response.output_text.done response.output_text.annotation.added
    response.function_call_arguments.delta response.reasoning_summary_text.delta response.completed
    response.failed error start finish text-start text-delta text-end reasoning-delta tool-input-start
    tool-input-delta tool-call tool-input-available tool-result tool-error source source-url file data-x
    custom abort tool-approval-request tool-approval-response finish-step steering-message
    message-metadata TEXT_MESSAGE_START TEXT_MESSAGE_CONTENT TEXT_MESSAGE_CHUNK TEXT_MESSAGE_END
    TOOL_CALL_START TOOL_CALL_ARGS TOOL_CALL_CHUNK TOOL_CALL_END TOOL_CALL_RESULT RUN_FINISHED RUN_ERROR
    CUSTOM REASONING_MESSAGE_END REASONING_ENCRYPTED_VALUE ACTIVITY_SNAPSHOT STEP_STARTED
  `
    .trim()
    .split(/\s+/)
  const fields = `
    id messageId index item_id output_index content_index summary_index toolCallId delta message
    content_block usage item response annotation text input output error file toolCall approvalId
    providerMetadata toolMetadata messageMetadata content outcome value name url errorText
    inputTextDelta totalUsage citations parts arguments role entityId encryptedValue subtype
    toolCallName stepName sourceType mediaType kind data code status reason finishReason preliminary
    dynamic invalid isRetryable sequence_number
  `
    .trim()
    .split(/\s+/)
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  const deep = (() => {
    let value: unknown = 1
    for (let depth = 0; depth < 20_000; depth += 1) value = [value]
    return value
  })()
  const items = [{ type: 'text', text: 1 }, null, { type: 'function_call' }, { type: 'refusal', refusal: {} }, [], 'x']
  const values: readonly unknown[] = [
    undefined,
    null,
    0,
    -1,
    2 ** 53,
    Number.NaN,
    Infinity,
    '',
    'x',
    true,
    1n,
    Symbol('s'),
    () => 1,
    [],
    {},
    items,
    { content: items, output: items, summary: items, type: 'message', id: {} },
    cycle,
    deep,
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    '__proto__',
    'constructor',
    { type: 'tool_use' },
    { type: 'text_delta', text: {} },
    { type: 'input_json_delta', partial_json: 1 },
    { type: 'function_call', id: 1, call_id: [], arguments: {} },
    { type: 'interrupt', interrupts: [1, {}] },
    new Date(Number.NaN),
    new Map(),
    new Error('x'),
    Object.create(null),
    new Uint8Array(2),
  ]

  test('wrong kinds of fields crash nothing, are JSON, and change no prototype', () => {
    let lifted = 0
    for (const [at, type] of names.entries()) {
      const { lifter } = createLifter()
      for (let round = 0; round < 80; round += 1) {
        // Every field meets every value in some round; no random numbers, so that a failure comes again.
        const chosen = fields.map(
          (field, index) => [field, values[(at + round * (index + 1)) % values.length]] as const,
        )
        const drafts = lifter.lift({ type, ...Object.fromEntries(chosen) })
        lifted += drafts?.length ?? 0
        for (const draft of drafts ?? [])
          if (draft.type !== 'failure') expect(() => JSON.stringify(draft)).not.toThrow()
      }
      for (const draft of lifter.finish()) expect(() => JSON.stringify(draft)).not.toThrow()
    }
    expect(lifted).toBeGreaterThan(1000)
    expect({}).not.toHaveProperty('polluted')
  })

  test('chunks of OpenAI with anything in them crash nothing', () => {
    const { lifter } = createLifter()
    for (const value of values) {
      for (const other of values) {
        const call = { index: value, id: other, function: { name: value, arguments: other }, custom: other }
        const delta = { content: value, refusal: other, reasoning: value, tool_calls: [call, value], images: [value] }
        const chunk = { id: other, usage: value, choices: [{ index: 0, delta, finish_reason: other }, value] }
        for (const draft of lifter.lift(chunk) ?? []) expect(() => JSON.stringify(draft)).not.toThrow()
        lifter.lift({ choices: value, error: other })
      }
    }
    expect(lifter.finish().length).toBeGreaterThan(0)
  })

  test('a getter or a proxy that throws is not recognised', () => {
    const { lifter } = createLifter()
    const getter = {
      get type(): string {
        throw new Error('no')
      },
    }
    const proxy: object = new Proxy({}, { get: trap, has: trap, ownKeys: trap })
    expect(lifter.lift(getter)).toBeUndefined()
    expect(lifter.lift(proxy)).toBeUndefined()
    const late = {
      type: 'tool-result',
      toolCallId: 'a',
      output: {
        get x(): string {
          throw new Error('no')
        },
      },
    }
    expect(lifter.lift(late)).toEqual([{ type: 'tool-output-available', toolCallId: 'a', output: '[not JSON]' }])
  })

  test.each([
    [
      'OpenAI chat',
      (n: number) => ({ id: 'c', choices: [{ index: 0, delta: { tool_calls: [{ index: n, id: `i${n}` }] } }] }),
    ],
    ['Anthropic', (n: number) => ({ type: 'content_block_start', index: n, content_block: { type: 'sparkle' } })],
    ['responses', (n: number) => ({ type: 'response.output_text.done', item_id: `i${n}`, output_index: n })],
    ['AG-UI', (n: number) => ({ type: 'TEXT_MESSAGE_START', messageId: `m${n}`, role: 'user' })],
    ['ai', (n: number) => ({ type: 'text-delta', id: `m${n}`, delta: '', providerMetadata: { a: { b: 1 } } })],
  ])('what %s opens without a word is bounded: more is a failure', (_, value) => {
    const { lifter } = createLifter()
    const drafts = Array.from({ length: 5000 }, (_unused, n) => lifter.lift(value(n * 2 ** 32)) ?? []).flat()
    expect(drafts.find(({ type }) => type === 'failure')).toMatchObject({ code: 'output_too_large', retryable: false })
  })

  test('an input nested too deeply is an error of its call', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000)
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: text } }
    const drafts = liftAll([{ choices: [{ index: 0, delta: { tool_calls: [call] }, finish_reason: 'tool_calls' }] }])
    expect(drafts.find(({ type }) => type === 'tool-input-error')).toMatchObject({ toolCallId: 'a' })
  })
})

/** Milliseconds for a source of so many pieces, of calls and of messages that are open all the while. */
function time(count: number): number {
  const lifter = new SourceLifter({ newToolCallId: () => 'x' })
  const start = performance.now()
  for (let n = 0; n < count; n += 1) {
    const call = { index: n % 500, id: `i${n % 500}`, function: { name: 'f', arguments: 'x' } }
    lifter.lift({ id: 'c', choices: [{ index: 0, delta: { content: 'a', tool_calls: [call] } }] })
    lifter.lift({ type: 'TEXT_MESSAGE_CONTENT', messageId: `m${n % 500}`, delta: 'a' })
  }
  lifter.finish()
  return performance.now() - start
}

test('the time that a source takes grows as its pieces do', () => {
  time(4000)
  // Eight times the pieces cost 8 x, and 64 x if each looked at all before it; the rest is for a busy machine.
  expect(time(64_000) / Math.max(time(8000), 5)).toBeLessThan(32)
})
