import { describe, expect, test } from 'vitest'
import { detectProtocol, type Detectable } from '../../../src/ai/request/detect.ts'
import type { ProtocolName } from '../../../src/chat-model/index.ts'

const all = ['ui-message', 'text', 'openai-chat', 'openai-responses', 'anthropic', 'ag-ui', 'events'] as const

function detect(body: unknown, request: Partial<Detectable> = {}): ProtocolName {
  return detectProtocol({ query: new URLSearchParams(), headers: {}, protocols: all, body, ...request })
}

const user = { role: 'user', content: 'Hi' }
const ui = { id: 'c', messages: [{ id: 'm', role: 'user', parts: [] }] }

describe('The protocol of a request', () => {
  test.each<[string, unknown, ProtocolName]>([
    ['threadId and runId', { threadId: 't', runId: 'r', messages: [user] }, 'ag-ui'],
    ['input', { input: 'Hi' }, 'openai-responses'],
    ['previous_response_id', { previous_response_id: 'resp_1' }, 'openai-responses'],
    ['messages with parts', ui, 'ui-message'],
    ['messages with content and max_tokens', { messages: [user], max_tokens: 9 }, 'anthropic'],
    ['max_tokens with a field of OpenAI', { messages: [user], max_tokens: 9, stream_options: {} }, 'openai-chat'],
    ['max_tokens with a role of OpenAI', { messages: [{ role: 'system', content: '' }], max_tokens: 9 }, 'openai-chat'],
    [
      'max_tokens with tools of OpenAI',
      { messages: [user], max_tokens: 9, tools: [{ type: 'function' }] },
      'openai-chat',
    ],
    ['messages with content', { messages: [user] }, 'openai-chat'],
    ['a prompt', { prompt: 'Hi' }, 'ui-message'],
  ])('is known by %s', (_, body, protocol) => {
    expect(detect(body)).toBe(protocol)
  })

  test('is that of the query before that of the Accept, the header and the body', () => {
    const headers = { accept: 'text/plain', 'anthropic-version': '2023-06-01' }
    expect(detect(ui, { headers, query: new URLSearchParams('protocol=events') })).toBe('events')
    expect(detect(ui, { headers })).toBe('text')
    expect(detect(ui, { headers: { 'anthropic-version': '2023-06-01' } })).toBe('anthropic')
    expect(detect(ui, { headers: { accept: 'text/event-stream;tidings=1' } })).toBe('events')
    expect(detect(ui, { headers: { accept: 'text/event-stream;tidings=10, text/plainer' } })).toBe('ui-message')
  })

  test('of a prompt is the first of text and UI messages that the route serves', () => {
    expect(detect({ prompt: 'Hi' }, { protocols: ['events', 'text', 'ui-message'] })).toBe('text')
    expect(() => detect({ prompt: 'Hi' }, { protocols: ['events', 'ag-ui'] })).toThrow('Served here: events, ag-ui.')
  })

  test('is not asked where the route serves one', () => {
    expect(detect({ anything: 1 }, { protocols: ['text'] })).toBe('text')
  })

  test.each([[[]], ['x'], [{}]])('whose messages are %j is a 400 that says so', (messages) => {
    expect(() => detect({ id: 'c', messages })).toThrow('messages must be a list of at least one message.')
  })

  test('that is served nowhere, or not known, is a 400 that names what was looked for', () => {
    const served = { protocols: ['text', 'events'] as const }
    const query = new URLSearchParams('protocol=ag-ui')
    expect(() => detect(ui, { ...served, query })).toThrow(
      '?protocol="ag-ui" is not served here. Served: text, events.',
    )
    for (const body of [{}, null, [], 'text', JSON.parse('{"__proto__":{"input":1}}')]) {
      expect(() => detect(body)).toThrow(
        expect.objectContaining({ status: 400, message: expect.stringContaining('messages[].parts') }),
      )
    }
  })
})
