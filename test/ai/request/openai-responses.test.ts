import { describe, expect, test } from 'vitest'
import { parse } from '../../support/chat/parse.ts'

const question = { type: 'message', role: 'user', content: 'Delete it.' }
const call = (id: string, more: object = {}) => ({
  type: 'mcp_call',
  id,
  server_label: 'tidings',
  name: 'remove',
  arguments: '{"file":"a"}',
  output: null,
  error: null,
  status: 'incomplete',
  ...more,
})
const asked = (id: string, more: object = {}) => ({
  type: 'mcp_approval_request',
  id,
  server_label: 'tidings',
  name: 'remove',
  arguments: '{"file":"a"}',
  ...more,
})
const answered = (approval_request_id: string, approve: boolean) => ({
  type: 'mcp_approval_response',
  approval_request_id,
  approve,
})

function partsOf(...items: readonly object[]): readonly object[] {
  return parse('openai-responses', { model: 'm', input: [question, ...items] }).messages[1]?.parts ?? []
}

describe('Items of OpenAI responses', () => {
  test('of a call that waited at the end of its response are no answer', () => {
    expect(partsOf(call('mcp_1'))).toEqual([
      { type: 'dynamic-tool', toolCallId: 'mcp_1', toolName: 'remove', state: 'input-available', input: { file: 'a' } },
    ])
    expect(partsOf(call('mcp_1', { status: 'completed' }))).toMatchObject([{ state: 'output-available', output: null }])
    expect(partsOf(call('mcp_1', { output: 'done' }))).toMatchObject([{ state: 'output-available', output: 'done' }])
  })

  test('that ask for an approval are about the call before them', () => {
    expect(partsOf(call('mcp_1'), asked('a1'), answered('a1', true))).toMatchObject([
      { toolCallId: 'mcp_1', state: 'approval-responded', approval: { id: 'a1', approved: true } },
    ])
    const two = [call('mcp_1'), call('mcp_2'), asked('a1'), asked('a2'), answered('a1', false), answered('a2', true)]
    expect(partsOf(...two)).toMatchObject([
      { toolCallId: 'mcp_1', approval: { id: 'a1', approved: false } },
      { toolCallId: 'mcp_2', approval: { id: 'a2', approved: true } },
    ])
  })

  test('that ask for the approval of a function name its call', () => {
    const items = [
      { type: 'function_call', call_id: 'c1', name: 'remove', arguments: '{"file":"a"}' },
      asked('a1'),
      answered('a1', true),
    ]
    expect(partsOf(...items)).toMatchObject([{ toolCallId: 'c1', state: 'approval-responded' }])
  })

  test('that ask for an approval without a call, as OpenAI has them, stand for the call', () => {
    expect(partsOf(asked('a1'), answered('a1', true))).toMatchObject([
      { toolCallId: 'a1', approval: { approved: true } },
    ])
    const answeredBefore = parse('openai-responses', {
      model: 'm',
      input: [question, call('mcp_1', { output: 'done' }), asked('a1')],
    })
    expect(answeredBefore.messages.flatMap(({ parts }) => parts.slice(0))).toMatchObject([
      { type: 'text' },
      { toolCallId: 'mcp_1', state: 'output-available' },
      { toolCallId: 'a1', state: 'approval-requested' },
    ])
    expect(partsOf(call('mcp_1'), asked('a1', { arguments: '{"file":"b"}' }))).toHaveLength(2)
  })
})
