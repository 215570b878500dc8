import { describe, expect, test } from 'vitest'
import { toAnthropicMessages, toOpenAIMessages } from '../../src/ai/index.ts'
import type { ChatMessage, ChatPart, ToolPart } from '../../src/chat-model/index.ts'
import { parse } from '../support/chat/parse.ts'

function call(id: string, state: object): ToolPart {
  return { type: 'dynamic-tool', toolCallId: id, toolName: 'weather', input: { city: id }, ...state } as ToolPart
}

const text = (said: string): ChatPart => ({ type: 'text', text: said })
const answer = (...parts: ChatPart[]): ChatMessage[] => [
  { id: 's', role: 'system', parts: [text('Be brief.')] },
  { id: 'u', role: 'user', parts: [text('Weather?')] },
  { id: 'a', role: 'assistant', parts },
]
const done = { state: 'output-available', output: { c: 20 } }

describe('Messages for providers', () => {
  test('put what was said after an output behind it', () => {
    const messages = answer(text('I look.'), call('oslo', done), text('It is 20.'))
    expect(toOpenAIMessages(messages).map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
    ])
    expect(
      toAnthropicMessages(messages).messages.map(({ role, content }) => [role, content.map(({ type }) => type)]),
    ).toEqual([
      ['user', ['text']],
      ['assistant', ['text', 'tool_use']],
      ['user', ['tool_result']],
      ['assistant', ['text']],
    ])
  })

  test.each([
    [{ state: 'input-streaming' }, 'The call has no output: it was stopped before it ended.'],
    [{ state: 'input-available' }, 'The call has no output: it was stopped before it ended.'],
    [{ state: 'approval-requested', approval: { id: 'p' } }, 'The call has no output: it was stopped before it ended.'],
    [{ state: 'approval-responded', approval: { id: 'p', approved: false, reason: 'Too dear.' } }, 'Too dear.'],
    [{ state: 'output-denied', approval: { id: 'p', approved: false } }, 'The call was not approved.'],
    [{ state: 'output-error', errorText: 'It rains.' }, 'It rains.'],
  ])('answer a call of the state %j with an error', (state, content) => {
    const messages = answer(call('oslo', state))
    expect(toOpenAIMessages(messages).at(-1)).toEqual({ role: 'tool', tool_call_id: 'oslo', content })
    expect(toAnthropicMessages(messages).messages.at(-1)).toEqual({
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: 'oslo', content, is_error: true }],
    })
  })

  test('have no call that the provider ran itself', () => {
    const messages = answer(call('oslo', { ...done, providerExecuted: true }), text('Fine.'))
    expect(JSON.stringify([toOpenAIMessages(messages), toAnthropicMessages(messages)])).not.toContain('oslo')
  })

  test('for Anthropic give thinking back with its signature, and without one not at all', () => {
    const signed = { type: 'reasoning', text: 'Hm', providerMetadata: { anthropic: { signature: 'sig' } } } as ChatPart
    const { messages } = toAnthropicMessages(answer(signed, { type: 'reasoning', text: 'unsigned' }, text('Yes')))
    expect(messages.at(-1)?.content).toEqual([
      { type: 'thinking', thinking: 'Hm', signature: 'sig' },
      { type: 'text', text: 'Yes' },
    ])
  })

  test('for OpenAI are read back as the same messages for OpenAI', () => {
    const sent = toOpenAIMessages(answer(text('I look.'), call('a', done), call('b', done), text('Both 20.')))
    expect(toOpenAIMessages(parse('openai-chat', { messages: sent }).messages)).toEqual(sent)
  })

  test('for Anthropic are read back as the same messages for Anthropic', () => {
    const sent = toAnthropicMessages(
      answer(text('I look.'), call('a', done), call('b', { state: 'output-error', errorText: 'No.' }), text('So.')),
    )
    expect(toAnthropicMessages(parse('anthropic', sent).messages)).toEqual(sent)
  })
})
