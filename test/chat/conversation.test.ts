// A conversation: what is said, followed after a reload, replaced, and stored.
import { describe, expect, test } from 'vitest'
import { createChat, type ChatMessage } from '../../src/chat/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { echo, lastText, openChat, texts } from '../support/chat/conversing.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

describe('a message', () => {
  test('stands in the conversation at once, and its answer behind it', async () => {
    const { url } = await startChat(echo())
    const conversation = openChat({ url: `${url}/chat` })
    const states: string[] = []
    conversation.subscribe(() => states.push(conversation.getSnapshot().status))
    const sent = conversation.send('Hello')
    expect(conversation.getSnapshot()).toMatchObject({ status: 'submitted', outcome: undefined, queued: 0 })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello'])
    await sent
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed', error: undefined })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: 1: user: Hello'])
    expect(states.at(-1)).toBe('ready')
  })

  test('may have files, parts and metadata, and must say something', async () => {
    const { url } = await startChat(async function* ({ messages }) {
      yield JSON.stringify(messages.at(-1)?.parts)
    })
    const conversation = openChat({ url: `${url}/chat` })
    const file = new File(['ok'], 'a.txt', { type: 'text/plain' })
    await conversation.send({
      text: 'Look.',
      files: [file, { url: 'https://example.com/b.png', mediaType: 'image/png' }],
      metadata: { from: 'Ann' },
    })
    const parts = [
      { type: 'file', url: 'data:text/plain;base64,b2s=', mediaType: 'text/plain', filename: 'a.txt' },
      { type: 'file', url: 'https://example.com/b.png', mediaType: 'image/png' },
      { type: 'text', text: 'Look.' },
    ]
    const [message, answer] = conversation.getSnapshot().messages
    expect(message).toMatchObject({ role: 'user', metadata: { from: 'Ann' }, parts })
    expect(withoutSteps(answer?.parts)).toMatchObject([{ text: JSON.stringify(parts) }])
    await expect(conversation.send('')).rejects.toThrow(/must have a text/)
  })

  test('waits for the end of an answer, in the conversation already', async () => {
    const { handler, open: openGate, openAll } = stepped(['one', 'two'])
    const { url } = await startChat((ctx) => (ctx.messages.length === 1 ? handler(ctx) : echo()(ctx)))
    const conversation = openChat({ url: `${url}/chat` })
    const first = conversation.send('First')
    openGate(0)
    await until(() => lastText(conversation) === 'assistant: one')
    const second = conversation.send('Second')
    expect(conversation.getSnapshot().queued).toBe(1)
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: First', 'assistant: one', 'user: Second'])
    openAll()
    await Promise.all([first, second])
    expect(conversation.getSnapshot()).toMatchObject({ queued: 0, status: 'ready' })
    expect(texts(conversation.getSnapshot().messages)).toEqual([
      'user: First',
      'assistant: onetwo',
      'user: Second',
      'assistant: 1: user: Second',
    ])
  })

  test('has the headers and the fields that the application adds', async () => {
    const { url } = await startChat(async function* ({ headers, extra }) {
      yield `${headers['x-who']} ${JSON.stringify(extra)}`
    })
    for (const headers of [{ 'x-who': 'Ann' }, async () => ({ 'x-who': 'Ann' })]) {
      const conversation = openChat({ url: `${url}/chat?a=1`, headers, body: ({ trigger }) => ({ asked: trigger }) })
      await conversation.send('Hello')
      expect(texts(conversation.getSnapshot().messages).at(-1)).toBe('assistant: Ann {"asked":"submit-message"}')
    }
  })
})

describe('a chat that is opened again', () => {
  test('follows the answer that is being given, from its first word, once', async () => {
    const { handler, log, open: openGate, openAll } = stepped(['one ', 'two ', 'three'])
    const { url } = await startChat(handler)
    const saved: (readonly ChatMessage[])[] = []
    const save = (messages: readonly ChatMessage[]): void => void saved.push(messages)
    const before = openChat({ url: `${url}/chat`, id: 'c', resume: false, save })
    void before.send('Hello')
    openGate(0)
    await until(() => texts(saved.at(-1) ?? []).includes('assistant: one '))
    before.close()
    for (const messages of [saved.at(-1) ?? [], before.getSnapshot().messages.slice(0, 1)]) {
      const again = openChat({ url: `${url}/chat`, id: 'c', messages })
      await until(() => lastText(again) === 'assistant: one ')
      expect(texts(again.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one '])
      again.close()
    }
    const last = openChat({ url: `${url}/chat`, id: 'c', messages: saved.at(-1) ?? [], resume: false })
    expect(await last.resume()).toBe(true)
    openAll()
    await until(() => last.getSnapshot().status === 'ready')
    expect(texts(last.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one two three'])
    expect(log).toEqual(['called', 'done', 'finally'])
  })

  test('is ready where there is nothing to follow, without showing otherwise', async () => {
    const { url } = await startChat(echo())
    const conversation = openChat({ url: `${url}/chat`, id: 'c' })
    const states = new Set([conversation.getSnapshot().status])
    conversation.subscribe(() => states.add(conversation.getSnapshot().status))
    expect(await conversation.resume()).toBe(false)
    expect([...states]).toEqual(['ready'])
    await conversation.send('Hello')
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: 1: user: Hello'])
  })

  test('in a second tab, shows the same answer live, and stops it for both', async () => {
    const { handler, open: openGate } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const first = openChat({ url: `${url}/chat`, id: 'c', resume: false })
    const sent = first.send('Hello')
    openGate(0)
    await until(() => lastText(first) === 'assistant: one')
    const second = openChat({ url: `${url}/chat`, id: 'c' })
    await until(() => lastText(second) === 'assistant: one')
    expect(second.getSnapshot().messages).toEqual(first.getSnapshot().messages)
    await second.stop()
    await sent
    expect([first.getSnapshot().outcome, second.getSnapshot().outcome]).toEqual(['stopped', 'stopped'])
  })
})

describe('the conversation', () => {
  test('is stored after each message and answer, one call at a time', async () => {
    const { url } = await startChat(echo())
    let pending = 0
    let most = 0
    const saved: string[][] = []
    const conversation = openChat({
      url: `${url}/chat`,
      save: async (messages) => {
        pending += 1
        most = Math.max(most, pending)
        await new Promise((resolve) => setImmediate(resolve))
        saved.push(texts(messages))
        pending -= 1
      },
    })
    await conversation.send('Hello')
    await until(() => saved.at(-1)?.length === 2 && pending === 0)
    expect(most).toBe(1)
    expect(saved.at(-1)).toEqual(['user: Hello', 'assistant: 1: user: Hello'])
  })

  test('can be replaced, which leaves an answer that is being given', async () => {
    const { handler, log, open: openGate, openAll } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const conversation = openChat({ url: `${url}/chat` })
    const sent = conversation.send('Hello')
    openGate(0)
    await until(() => lastText(conversation) === 'assistant: one')
    conversation.setMessages([])
    await sent
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', messages: [] })
    openAll()
    await until(() => log.includes('done'))
    expect(conversation.getSnapshot().messages).toEqual([])
  })

  test('ends with close(): nothing is told, and nothing is sent', async () => {
    const { handler, log, open: openGate, openAll } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const conversation = openChat({ url: `${url}/chat` })
    let count = 0
    const sent = conversation.send('Hello')
    openGate(0)
    await until(() => lastText(conversation) === 'assistant: one')
    conversation.subscribe(() => (count += 1))
    conversation.close()
    await sent
    openAll()
    await until(() => log.includes('done'))
    await conversation.send('More')
    expect([count, log.filter((entry) => entry === 'called').length]).toEqual([0, 1])
  })

  test.each([
    [{}, /url is missing/],
    [{ url: '/chat', id: '..' }, /id must be a text/],
    [{ url: '/chat', mesages: [] }, /mesages.*messages/],
    [{ url: '/chat', messages: [{}] }, /list of messages/],
    [{ url: '/chat', transport: 'ws' }, /transport/],
    [{ url: '/chat', retry: { attempts: -1 } }, /retry.attempts/],
  ])('is not begun with options that cannot work: %j', (options, message) => {
    expect(() => Reflect.apply(createChat, undefined, [options])).toThrow(message)
  })
})
