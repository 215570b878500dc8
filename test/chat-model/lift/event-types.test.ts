import { expect, test } from 'vitest'
import type { DraftEvent } from '../../../src/chat-model/index.ts'
import {
  agUi,
  anthropic,
  anthropicBlocks,
  anthropicDeltas,
  responseItems,
  responses,
  streamParts,
  uiChunks,
} from './event-types.ts'
import { createLifter } from './lift-all.ts'

/** A value with a field for everything that any event reads, of the right kind for most. */
const fields = {
  id: 'i',
  messageId: 'm',
  item_id: 'i',
  toolCallId: 'c',
  toolName: 'f',
  toolCallName: 'f',
  index: 0,
  delta: 'd',
  text: 't',
  refusal: 'r',
  arguments: '{}',
  input: '{}',
  sequence_number: 1,
  message: 'e',
  stepName: 's',
  annotation: { url: 'https://example.com' },
  role: 'assistant',
  name: 'n',
  value: 1,
  activityType: 'a',
  content: 'c',
  entityId: 'm',
  encryptedValue: 'x',
  subtype: 'message',
  event: 1,
  snapshot: 1,
  url: 'data:,a',
  mediaType: 'text/plain',
  sourceId: 's',
  approvalId: 'p',
  approved: true,
  kind: 'a.b',
  data: 1,
  messageMetadata: {},
  errorText: 'e',
}
const chunk = { ...fields, inputTextDelta: 'd' }
const part = {
  id: 'i',
  text: 't',
  toolName: 'f',
  delta: 'd',
  toolCallId: 'c',
  sourceType: 'url',
  url: 'https://example.com',
  file: { base64: 'AA==', mediaType: 'text/plain' },
  approvalId: 'p',
  toolCall: { toolCallId: 'c' },
  error: 'e',
  kind: 'a.b',
  messageId: 'm',
}

/** The events of a value, from a source that has sent others before. */
function lift(before: readonly object[], value: object): readonly DraftEvent[] | undefined {
  const { lifter } = createLifter()
  for (const earlier of before) lifter.lift(earlier)
  return lifter.lift(value)
}

interface Case {
  readonly name: string
  readonly lists: { readonly lifted: readonly string[]; readonly ignored: readonly string[] }
  readonly before: readonly object[]
  readonly value: (type: string) => object
  /** Lifted, and told with what comes later. */
  readonly later?: readonly string[]
}

const open = {
  type: 'response.output_item.added',
  output_index: 9,
  item: { id: 'j', type: 'function_call', call_id: 'c' },
}
const item = (type: string): object => ({
  type,
  id: 'n',
  call_id: 'c',
  summary: [{ text: 't' }],
  content: [{ text: 't' }],
})

const cases: readonly Case[] = [
  {
    name: 'responses',
    lists: responses,
    before: [open],
    value: (type) => ({
      type,
      ...fields,
      item_id: /arguments|tool_call_input/.test(type) ? 'j' : 'i',
      item: item('message'),
      response: {},
      ...(type === 'error' ? {} : { output_index: 0 }),
    }),
    later: ['response.output_item.added', 'response.created', 'response.in_progress', 'response.queued'],
  },
  {
    name: 'items of responses',
    lists: responseItems,
    before: [{ ...open, item: { id: 'k', type: 'shell_call', call_id: 'c' } }],
    value: (type) => ({ type: 'response.output_item.done', output_index: 1, item: item(type) }),
  },
  {
    name: 'Anthropic',
    lists: anthropic,
    before: [],
    value: (type) => ({ type, index: 0, delta: { type: 'text_delta', text: 't' }, content_block: { type: 'text' } }),
    later: ['content_block_stop', 'message_delta', 'message_stop'],
  },
  {
    name: 'blocks of Anthropic',
    lists: anthropicBlocks,
    before: [{ type: 'message_start', message: {} }],
    value: (type) => ({
      type: 'content_block_start',
      index: 0,
      content_block: { type, text: 't', thinking: 't', id: 'c', tool_use_id: 'c', content: [] },
    }),
  },
  {
    name: 'deltas of Anthropic',
    lists: anthropicDeltas,
    before: [
      { type: 'message_start', message: {} },
      ...['text', 'thinking', 'tool_use'].map((type, index) => ({
        type: 'content_block_start',
        index,
        content_block: { type },
      })),
    ],
    value: (type) => ({
      type: 'content_block_delta',
      index:
        ['thinking_delta', 'input_json_delta', 'signature_delta'].indexOf(type) === 1
          ? 2
          : Number(/think|sign/.test(type)),
      delta: { type, text: 't', thinking: 't', partial_json: '{', citation: { url: 'https://example.com' } },
    }),
    later: ['signature_delta'],
  },
  { name: 'UI chunks', lists: uiChunks, before: [], value: (type) => ({ type, ...chunk }) },
  { name: 'parts of streams', lists: streamParts, before: [], value: (type) => ({ type, ...part }) },
  {
    name: 'AG-UI',
    lists: agUi,
    before: ['TEXT_MESSAGE', 'REASONING_MESSAGE', 'TOOL_CALL'].map((type) => ({ type: `${type}_START`, ...fields })),
    value: (type) => ({ type, ...fields }),
    later: ['REASONING_ENCRYPTED_VALUE', 'REASONING_MESSAGE_END'],
  },
]

test.each(cases)(
  'of $name, every type is recognised; those to be lifted say something, the others nothing',
  (given) => {
    const { lists, before, value, later = [] } = given
    const silent = lists.lifted.filter((type) => !(lift(before, value(type)) ?? []).length)
    expect(silent.filter((type) => !later.includes(type))).toEqual([])
    for (const type of [...lists.lifted, ...lists.ignored]) expect(lift(before, value(type)), type).toBeDefined()
    for (const type of lists.ignored) expect(lift(before, value(type)), type).toEqual([])
  },
)
