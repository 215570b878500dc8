// Answers of other servers: by Content-Type and by what their events look like.
import { describe, expect, test } from 'vitest'
import { createChat, type Chat, type CreateChatOptions } from '../../src/chat/index.ts'

type Values = readonly (object | string)[]

/** A stream of events: a text is sent as it is. */
function events(values: Values, toName?: (value: object) => string): string {
  return values
    .map((value) => {
      if (typeof value === 'string') return `data: ${value}\n\n`
      const name = toName === undefined ? '' : `event: ${toName(value)}\n`
      return `${name}data: ${JSON.stringify(value)}\n\n`
    })
    .join('')
}

interface Asked {
  readonly conversation: Chat
  readonly requests: { readonly method: string | undefined; readonly body: unknown }[]
}

/** Sends a message to a server that answers once, and is gone then. */
async function ask(body: string, type: string, options: Partial<CreateChatOptions> = {}): Promise<Asked> {
  const requests: Asked['requests'] = []
  const fetch: CreateChatOptions['fetch'] = async (_, init) => {
    requests.push({ method: init?.method, body: await new Response(init?.body ?? null).json() })
    return new Response(body, { headers: { 'content-type': type } })
  }
  const conversation = createChat({
    url: 'http://other/v1/chat',
    server: 'other',
    retry: { minMs: 0 },
    fetch,
    ...options,
  })
  await conversation.send('Hello')
  return { conversation, requests }
}

const sse = 'text/event-stream; charset=utf-8'
const typeOf = (value: object): string => String(Reflect.get(value, 'type'))

function openAi(...deltas: object[]): Values {
  return deltas.map((choice) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, ...choice }],
  }))
}

const answers: Readonly<Record<string, readonly [body: string, type: string]>> = {
  'UI messages': [
    events([
      { type: 'start', messageId: 'm1' },
      { type: 'text-start', id: '0' },
      { type: 'text-delta', id: '0', delta: 'Hello, ' },
      { type: 'text-delta', id: '0', delta: 'you.' },
      { type: 'text-end', id: '0' },
      { type: 'finish' },
      '[DONE]',
    ]),
    sse,
  ],
  'OpenAI chat completions': [
    events([
      ...openAi({ delta: { role: 'assistant', content: 'Hello, ' } }, { delta: { content: 'you.' } }),
      ...openAi({ delta: {}, finish_reason: 'stop' }),
      '[DONE]',
    ]),
    sse,
  ],
  'OpenAI chat completions without [DONE]': [
    events(openAi({ delta: { content: 'Hello, you.' } }, { delta: {}, finish_reason: 'stop' })),
    sse,
  ],
  'OpenAI responses': [
    events(
      [
        { type: 'response.created', sequence_number: 0, response: { id: 'r', status: 'in_progress' } },
        {
          type: 'response.output_item.added',
          sequence_number: 1,
          output_index: 0,
          item: { type: 'message', id: 'i', role: 'assistant', content: [] },
        },
        {
          type: 'response.output_text.delta',
          sequence_number: 2,
          item_id: 'i',
          content_index: 0,
          delta: 'Hello, you.',
        },
        { type: 'response.completed', sequence_number: 3, response: { id: 'r', status: 'completed', output: [] } },
      ],
      typeOf,
    ),
    sse,
  ],
  'Anthropic messages': [
    events(
      [
        { type: 'message_start', message: { id: 'a', type: 'message', role: 'assistant', content: [], usage: {} } },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
        { type: 'ping' },
        { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello, you.' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } },
        { type: 'message_stop' },
      ],
      typeOf,
    ),
    sse,
  ],
  'AG-UI': [
    events([
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      { type: 'TEXT_MESSAGE_START', messageId: 'm', role: 'assistant' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'Hello, you.' },
      { type: 'TEXT_MESSAGE_END', messageId: 'm' },
      { type: 'RUN_FINISHED', threadId: 't', runId: 'r' },
    ]),
    sse,
  ],
  'text in events': [events(['Hello, ', 'you.', '[DONE]']), sse],
  'plain text': ['Hello, you.', 'text/plain; charset=utf-8'],
  'a whole chat completion': [
    JSON.stringify({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello, you.' }, finish_reason: 'stop' }],
    }),
    'application/json',
  ],
}

describe('an answer', () => {
  test.each(Object.entries(answers))('in %s', async (_, [body, type]) => {
    for (const server of ['other', 'tidings'] as const) {
      const { conversation, requests } = await ask(body, type, { server })
      const { status, outcome, error, messages } = conversation.getSnapshot()
      expect([status, outcome, error]).toEqual(['ready', 'completed', undefined])
      const texts = messages[1]?.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []))
      expect(texts?.join('')).toBe('Hello, you.')
      expect(requests).toHaveLength(1)
    }
  })

  test('of UI messages keeps the id that its server gave it', async () => {
    const [body, type] = answers['UI messages'] ?? ['', '']
    const { conversation } = await ask(body, type)
    expect(conversation.getSnapshot().messages[1]?.id).toBe('m1')
  })

  test('that breaks off, at any event, is interrupted and not asked for again', async () => {
    for (const [name, [body]] of Object.entries(answers).filter(([, [, type]]) => type === sse)) {
      const frames = body.split(/(?<=\n\n)/)
      // Text in events has no end but `[DONE]`; without that, OpenAI's last chunk is the end.
      const last = name.endsWith('without [DONE]') ? frames.length - 1 : frames.findLastIndex(isLast)
      for (let count = 1; count < last; count += 1) {
        const { conversation, requests } = await ask(frames.slice(0, count).join(''), sse, { server: 'tidings' })
        const { status, outcome } = conversation.getSnapshot()
        expect([status, outcome === 'completed'], `${name} cut after ${count} events`).toEqual(['error', false])
        expect(requests).toHaveLength(1)
      }
    }
  })

  test('that fails says why', async () => {
    const failures: readonly (readonly [body: string, code: string, message: string])[] = [
      [events([{ type: 'start' }, { type: 'error', errorText: 'The model is busy.' }]), 'busy', 'The model is busy.'],
      [
        events([
          ...openAi({ delta: { content: 'He' } }),
          { error: { message: 'Slow down.', type: 'rate_limit_error' } },
        ]),
        'rate_limited',
        'Slow down.',
      ],
      [
        events([{ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }], typeOf),
        'overloaded',
        'Overloaded',
      ],
    ]
    for (const [body, code, message] of failures) {
      const { conversation } = await ask(body, sse)
      expect(conversation.getSnapshot()).toMatchObject({ status: 'error', outcome: 'failed', error: { code, message } })
    }
  })

  test('in no form that is known is an error, and so is a page of HTML', async () => {
    const unknown = await ask(events([{ hello: 'you' }, '[DONE]']), sse)
    expect(unknown.conversation.getSnapshot()).toMatchObject({
      status: 'error',
      error: { code: 'internal', message: 'The answer is in no form that is known.' },
    })
    const page = await ask('<!doctype html>', 'text/html')
    expect(page.conversation.getSnapshot()).toMatchObject({ status: 'error', outcome: 'failed' })
    const json = await ask('{', 'application/json')
    expect(json.conversation.getSnapshot()).toMatchObject({ status: 'error', outcome: 'failed' })
  })

  test('that is refused says why, in whatever words', async () => {
    const bodies = [
      [
        401,
        JSON.stringify({ error: { message: 'No such key.', type: 'authentication_error' } }),
        'unauthorized',
        'No such key.',
      ],
      [
        429,
        JSON.stringify({ type: 'error', error: { type: 'rate_limit_error', message: 'Later.' } }),
        'rate_limited',
        'Later.',
      ],
      [404, 'There is no such chat.', 'not_found', 'There is no such chat.'],
    ] as const
    for (const [status, body, code, message] of bodies) {
      const type = body.startsWith('{') ? 'application/json' : 'text/plain'
      const fetch = async (): Promise<Response> => new Response(body, { status, headers: { 'content-type': type } })
      const { conversation } = await ask('', '', { fetch })
      expect(conversation.getSnapshot().error).toMatchObject({ code, message })
    }
  })
})

test('the body of a message can be another one', async () => {
  const [body, type] = answers['OpenAI chat completions'] ?? ['', '']
  const { requests } = await ask(body, type, {
    request: ({ messages }) => ({
      model: 'm',
      stream: true,
      messages: messages.map(({ role, parts }) => {
        return { role, content: parts.map((part) => (part.type === 'text' ? part.text : '')).join('') }
      }),
    }),
  })
  expect(requests[0]?.body).toEqual({ model: 'm', stream: true, messages: [{ role: 'user', content: 'Hello' }] })
})

test('stop() ends the connection, and asks the server for nothing', async () => {
  const asked: string[] = []
  let isCancelled = false
  const fetch: CreateChatOptions['fetch'] = async (target) => {
    asked.push(target instanceof Request ? target.url : String(target))
    const first = new TextEncoder().encode(events(openAi({ delta: { content: 'Hel' } })))
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(first),
      cancel: () => void (isCancelled = true),
    })
    return new Response(body, { headers: { 'content-type': sse } })
  }
  const conversation = createChat({ url: 'http://other/chat', fetch })
  const sent = conversation.send('Hello')
  await expect.poll(() => conversation.getSnapshot().status).toBe('streaming')
  await conversation.stop()
  await sent
  expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped' })
  expect(conversation.getSnapshot().messages[1]?.parts.at(-1)).toMatchObject({ text: 'Hel', state: 'done' })
  expect([asked, isCancelled]).toEqual([['http://other/chat'], true])
})

function isLast(frame: string): boolean {
  return /\[DONE\]|finish|stop_reason|completed|RUN_FINISHED/.test(frame)
}
