import { array, assert, constantFrom, dictionary, letrec, oneof, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultRequestLimits } from '../../../src/ai/request/chat-request.ts'
import { HttpError } from '../../../src/server/index.ts'
import { parse } from '../../support/chat/parse.ts'

const protocols = ['ui-message', 'text', 'openai-chat', 'openai-responses', 'anthropic', 'ag-ui', 'events'] as const
const names =
  'id role parts content type messages input threadId runId tools function name arguments tool_calls tool_call_id toolCallId state approval output text source resume toolCalls tool_use_id call_id summary system prompt trigger __proto__ constructor'.split(
    ' ',
  )
const words =
  'user assistant system tool text image tool-a dynamic-tool output-error data-x a tool_use tool_result function_call function_call_output mcp_call reasoning activity . .. approval-responded input-available thinking mcp_approval_response toString \uD800 {"a":['.split(
    ' ',
  )
const json = letrec<{ value: unknown }>((tie) => ({
  value: oneof(
    { maxDepth: 6, withCrossShrink: true },
    constantFrom<unknown>(...words, null, true, 0, -1.5),
    array(tie('value'), { maxLength: 4 }),
    dictionary(constantFrom(...names), tie('value'), { maxKeys: 7 }),
  ),
})).value

function thrownBy(run: () => unknown): unknown {
  try {
    return void run()
  } catch (error) {
    return error
  }
}

const uiMessage = (index: number) => ({ id: `m${index}`, role: 'user', parts: [{ type: 'text', text: 'x' }] })
const chat = (id: unknown) => ({ id, messages: [uiMessage(0)] })

const chatOf = (text: string) => ({ id: 'c', messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text }] }] })

const userMessage = (parts: readonly unknown[]) => ({ id: 'm', role: 'user', parts })
const content = (parts: readonly unknown[]) => ({ role: 'user', content: parts })
const dataUrl = (base64: string) => `data:image/png;base64,${base64}`
const anthropicSource = (data: string) => ({ type: 'base64', media_type: 'image/png', data })
const agUiImage = (value: string) => ({ type: 'image', source: { type: 'data', value, mimeType: 'image/png' } })
const agUiBinary = (data: string) => ({ type: 'binary', mimeType: 'image/png', data })

function filesOf(file: string): readonly (readonly [(typeof protocols)[number], unknown])[] {
  return [
    [
      'ui-message',
      { id: 'c', messages: [userMessage([{ type: 'file', mediaType: 'image/png', url: dataUrl(file) }])] },
    ],
    ['openai-chat', { messages: [content([{ type: 'image_url', image_url: { url: dataUrl(file) } }])] }],
    ['openai-chat', { messages: [content([{ type: 'input_audio', input_audio: { data: file, format: 'wav' } }])] }],
    ['openai-chat', { messages: [content([{ type: 'file', file: { file_data: dataUrl(file) } }])] }],
    ['openai-responses', { input: [content([{ type: 'input_image', image_url: dataUrl(file) }])] }],
    ['anthropic', { max_tokens: 1, messages: [content([{ type: 'image', source: anthropicSource(file) }])] }],
    ['ag-ui', { threadId: 't', runId: 'r', messages: [{ id: 'm', ...content([agUiImage(file)]) }] }],
    ['ag-ui', { threadId: 't', runId: 'r', messages: [{ id: 'm', ...content([agUiBinary(file)]) }] }],
  ]
}

describe('Hostile requests', () => {
  test.each(protocols)('of random JSON to %s are read or refused with a 4xx', (protocol) => {
    assert(
      property(json, dictionary(constantFrom(...names), json, { maxKeys: 8 }), (messages, body) => {
        const list = Array.isArray(messages) ? messages : [messages]
        for (const tried of [messages, body, { threadId: 't', ...body, messages: list, input: list }]) {
          const error = thrownBy(() => parse(protocol, tried))
          if (error === undefined) continue
          if (!(error instanceof HttpError) || error.status < 400 || error.status > 499) throw error
        }
      }),
      { numRuns: 400 },
    )
  })

  test('with 100,000 messages are a 413', () => {
    const messages = Array.from({ length: 100_000 }, (_, index) => uiMessage(index))
    expect(() => parse('ui-message', { id: 'c', messages })).toThrow(
      expect.objectContaining({ status: 413, message: 'messages has more than 1000 entries.' }),
    )
  })

  test('nested 10,000 levels deep are a 400, also in the arguments of a call', () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
    const body = { id: 'c', messages: [{ ...uiMessage(0), metadata: JSON.parse(deep) }] }
    expect(() => parse('ui-message', body)).toThrow('The body is nested deeper than 64 levels.')
    const call = { id: 'c1', type: 'function', function: { name: 'a', arguments: deep } }
    expect(() => parse('openai-chat', { messages: [{ role: 'assistant', tool_calls: [call] }] })).toThrow(
      'messages[0].tool_calls[0].function.arguments is nested deeper than 64 levels.',
    )
  })

  test('with too large a message are a 413 that counts bytes, not characters', () => {
    const limits = { ...defaultRequestLimits, maxMessageBytes: 1_000 }
    expect(parse('ui-message', chatOf('x'.repeat(800)), { limits }).messages).toHaveLength(1)
    for (const text of ['x'.repeat(1_001), '€'.repeat(400)]) {
      expect(() => parse('ui-message', chatOf(text), { limits })).toThrow('messages[0] is larger than 1000 bytes.')
    }
  })

  describe('with files', () => {
    const limits = { ...defaultRequestLimits, maxMessageBytes: 1_000, maxFileBytes: 5_000 }
    test('take those of every protocol by a limit of their own', () => {
      for (const [protocol, body] of filesOf('A'.repeat(4_900)))
        expect([protocol, parse(protocol, body, { limits }).messages.length]).toEqual([protocol, 1])
      for (const [protocol, body] of filesOf('A'.repeat(5_100)))
        expect([protocol, thrownBy(() => parse(protocol, body, { limits }))]).toMatchObject([
          protocol,
          { status: 413, message: expect.stringContaining('has a file that is larger than 5000 bytes.') },
        ])
    })

    test('count as text what only looks like a file', () => {
      const long = 'x '.repeat(600)
      const parts = [
        { type: 'text', text: dataUrl('A'.repeat(2_000)) },
        { type: 'file', mediaType: 'image/png', url: `https://example.com/${'a'.repeat(2_000)}` },
        { type: 'file', mediaType: 'text/plain', url: `data:text/plain;base64,${long}` },
        { type: 'data-note', data: 'A'.repeat(2_000) },
      ]
      for (const part of parts)
        expect(() => parse('ui-message', { id: 'c', messages: [userMessage([part])] }, { limits })).toThrow(
          'messages[0] is larger than 1000 bytes.',
        )
    })
  })

  test('with too many parts are a 413', () => {
    const parts = Array.from({ length: 1_001 }, () => ({ type: 'text', text: '' }))
    expect(() => parse('ui-message', { id: 'c', messages: [{ ...uiMessage(0), parts }] })).toThrow(
      expect.objectContaining({ status: 413, message: 'messages[0].parts has more than 1000 entries.' }),
    )
  })

  test.each(['.', '..', '', 'x'.repeat(513), 'a\uD800', 7, ['c']])('with the chat id %j are a 400', (id) => {
    expect(() => parse('ui-message', chat(id))).toThrow(expect.objectContaining({ status: 400 }))
    expect(() =>
      parse('ag-ui', { threadId: id, runId: 'r', messages: [{ id: 'm', role: 'user', content: '' }] }),
    ).toThrow(expect.objectContaining({ status: 400 }))
  })

  test('cannot reach a prototype by the name __proto__', () => {
    const text = `{"id":"c","__proto__":{"polluted":1},"messages":[{"id":"m","role":"assistant",
      "metadata":{"__proto__":{"polluted":1}},
      "parts":[{"type":"tool-a","toolCallId":"1","state":"input-available","input":{"__proto__":{"polluted":1}},"__proto__":{"state":1}}]}]}`
    const { messages, extra } = parse('ui-message', JSON.parse(text))
    for (const value of [extra, messages[0]?.metadata, messages[0]?.parts[0]]) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    }
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(() => parse('ui-message', JSON.parse('{"__proto__":{"messages":[]}}'))).toThrow('messages must be a list.')
  })

  test('with half of a surrogate pair in a text are read as they are', () => {
    const body = { messages: [{ role: 'user', content: 'a\uD83D' }] }
    expect(parse('openai-chat', body).messages[0]?.parts).toEqual([{ type: 'text', text: 'a\uD83D' }])
  })

  test('with numbers as strings are a 400', () => {
    const messages = [{ role: 'user', content: '' }]
    expect(() => parse('openai-chat', { messages, temperature: '1' })).toThrow('temperature must be a number.')
    expect(() => parse('openai-chat', { messages, stream: 'true' })).toThrow('stream must be true or false.')
  })

  test.each([
    ['openai-chat', { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] }, 'messages[0].tool_call_id'],
    ['openai-responses', { input: [{ type: 'function_call_output', call_id: 'x', output: '' }] }, 'input[0].call_id'],
    [
      'anthropic',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] },
      'messages[0].content[0].tool_use_id',
    ],
    ['ag-ui', { threadId: 't', runId: 'r', messages: [{ role: 'tool', toolCallId: 'x' }] }, 'messages[0].toolCallId'],
  ] as const)('to %s with the output of an unknown call are a 400', (protocol, body, path) => {
    expect(() => parse(protocol, body)).toThrow(`${path} is not the id of a tool call in the messages before.`)
  })
})
