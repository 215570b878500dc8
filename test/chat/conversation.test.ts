// A conversation: what is said, stopped, asked anew, changed, followed after a reload, and stored.
import { describe, expect, test, vi } from 'vitest'
import { chat, type ChatHandler } from '../../src/ai/index.ts'
import { createChat, type Chat, type ChatMessage, type CreateChatOptions } from '../../src/chat/index.ts'
import { err } from '../../src/server/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'
import { urlOf } from '../support/chat/url-of.ts'

function open(options: CreateChatOptions): Chat {
  return createChat({ retry: { minMs: 0 }, ...options })
}

/** What is said in a conversation, as text. */
function texts(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ role, parts }) => {
    const said = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return `${role}: ${said}`
  })
}

function lastText(conversation: Chat): string | undefined {
  return texts(conversation.getSnapshot().messages).at(-1)
}

/** Repeats what the user has said last, and counts the answers. */
function echo(): ChatHandler {
  let count = 0
  return async function* ({ messages }) {
    count += 1
    yield `${count}: ${texts(messages).at(-1)}`
  }
}

describe('a message', () => {
  test('stands in the conversation at once, and its answer behind it', async () => {
    const { url } = await startChat(echo())
    const conversation = open({ url: `${url}/chat` })
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
    const conversation = open({ url: `${url}/chat` })
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
    const conversation = open({ url: `${url}/chat` })
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
      const conversation = open({ url: `${url}/chat?a=1`, headers, body: ({ trigger }) => ({ asked: trigger }) })
      await conversation.send('Hello')
      expect(texts(conversation.getSnapshot().messages).at(-1)).toBe('assistant: Ann {"asked":"submit-message"}')
    }
  })
})

/** Cannot reach the path that stops an answer. */
const broken: typeof fetch = async (target, init) => {
  if ((target instanceof Request ? target.url : urlOf(target)).endsWith('/stop'))
    throw new TypeError('There is no network.')
  return fetch(target, init)
}

describe('stop()', () => {
  test('reaches the server, and what was said stays', async () => {
    const { handler, log, open: openGate } = stepped(['one', 'two'])
    const { url, ended } = await startChat(handler)
    const conversation = open({ url: `${url}/chat` })
    const sent = conversation.send('Hello')
    openGate(0)
    await until(() => lastText(conversation) === 'assistant: one')
    await conversation.stop()
    await sent
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped', error: undefined })
    expect(withoutSteps(conversation.getSnapshot().messages.at(-1)?.parts)).toEqual([
      { type: 'text', text: 'one', state: 'done' },
    ])
    expect(log).toContain('finally aborted')
    await until(() => ended.length > 0)
    expect(ended).toMatchObject([{ outcome: 'stopped' }])
  })

  test('reaches it also before its answer has begun, however early', async () => {
    const { handler, log } = stepped(['one'])
    const { url } = await startChat(handler)
    const conversation = open({ url: `${url}/chat` })
    const sent = conversation.send('Hello')
    await conversation.stop()
    await sent
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped' })
    await until(() => log.length === 0 || log.includes('finally aborted'))
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello'])
  })

  test('a second one does not wait for a head that never comes', async () => {
    const { url } = await startChat(stepped([]).handler)
    let isAborted = false
    let stops = 0
    const hanging: typeof fetch = async (target, init) => {
      if (urlOf(target).endsWith('/stop')) {
        const response = await fetch(target, init)
        stops += 1
        return response
      }
      return new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => {
          isAborted = true
          reject(new DOMException('Aborted.', 'AbortError'))
        })
      })
    }
    const conversation = open({ url: `${url}/chat`, fetch: hanging })
    const sent = conversation.send('Hello')
    const first = conversation.stop()
    await until(() => stops === 1)
    expect(conversation.getSnapshot().status).toBe('submitted')
    await conversation.stop()
    await Promise.all([first, sent])
    expect(isAborted).toBe(true)
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped' })
  })

  test('drops what waits, ends the connection where the server cannot be reached, and is nothing without an answer', async () => {
    const { handler, open: openGate } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const conversation = open({ url: `${url}/chat`, fetch: broken })
    await conversation.stop()
    const sent = conversation.send('Hello')
    openGate(0)
    await until(() => lastText(conversation) === 'assistant: one')
    void conversation.send('More')
    await conversation.stop()
    await sent
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped', queued: 0 })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one'])
  })
})

describe('an answer', () => {
  test('is given anew: the last one, or any', async () => {
    const { url } = await startChat(echo())
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('A')
    await conversation.send('B')
    await conversation.regenerate()
    expect(texts(conversation.getSnapshot().messages).slice(2)).toEqual(['user: B', 'assistant: 3: user: B'])
    const first = conversation.getSnapshot().messages[1]
    await conversation.regenerate(first?.id)
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: A', 'assistant: 4: user: A'])
    await expect(conversation.regenerate('nothing')).rejects.toThrow(/no message "nothing"/)
  })

  test('says that it is given anew', async () => {
    const asked: unknown[] = []
    const { url } = await startChat(async function* ({ trigger, messageId }) {
      asked.push([trigger, messageId])
      yield 'ok'
    })
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('A')
    const { id } = conversation.getSnapshot().messages[1] ?? {}
    await conversation.regenerate()
    expect(asked).toEqual([
      ['submit', undefined],
      ['regenerate', id],
    ])
  })

  test('is given anew to a message that was changed', async () => {
    const { url } = await startChat(echo())
    const conversation = open({ url: `${url}/chat` })
    await conversation.send({ text: 'A', files: [{ url: 'https://example.com/a.png', mediaType: 'image/png' }] })
    await conversation.send('B')
    const [first, answer] = conversation.getSnapshot().messages
    await conversation.edit(first?.id ?? '', 'Z')
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Z', 'assistant: 3: user: Z'])
    expect(conversation.getSnapshot().messages[0]).toMatchObject({
      id: first?.id,
      parts: [{ type: 'file' }, { text: 'Z' }],
    })
    await expect(conversation.edit(answer?.id ?? '', 'x')).rejects.toThrow(/no message/)
  })

  test('that fails has a code and the words that are meant for the person', async () => {
    const { url } = await startChat(async function* ({ messages }) {
      const text = texts(messages).at(-1)
      if (text === 'user: limit') throw err.tooManyRequests('Come back tomorrow.')
      yield 'Once'
      throw new Error('the password is 1234')
    })
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('limit')
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'error',
      outcome: 'failed',
      error: { type: 'error', code: 'rate_limited', message: 'Come back tomorrow.', retryable: true },
    })
    await conversation.send('late')
    expect(conversation.getSnapshot()).toMatchObject({
      status: 'error',
      outcome: 'failed',
      error: { code: 'internal', message: 'An error occurred.' },
    })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: limit', 'user: late', 'assistant: Once'])
  })

  test('is asked for again by retry(), without what has failed', async () => {
    let isBroken = true
    const { url } = await startChat(async function* () {
      yield 'Once'
      if (isBroken) throw new Error('no')
      yield ' more'
    })
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('Hello')
    expect(conversation.getSnapshot().status).toBe('error')
    isBroken = false
    await conversation.retry()
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', error: undefined })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: Once more'])
    await conversation.retry()
    expect(conversation.getSnapshot().messages).toHaveLength(2)
  })

  test('cannot be begun while another is given to the same chat: busy', async () => {
    const { handler, log, openAll } = stepped(['one'])
    const { url } = await startChat(handler)
    const first = open({ url: `${url}/chat`, id: 'c', resume: false })
    const sent = first.send('Hello')
    await until(() => log.includes('called'))
    const second = open({ url: `${url}/chat`, id: 'c', resume: false })
    await second.send('Me too')
    expect(second.getSnapshot().error?.code).toBe('busy')
    openAll()
    await sent
    expect(first.getSnapshot().outcome).toBe('completed')
  })
})

describe('a chat that is opened again', () => {
  test('follows the answer that is being given, from its first word, once', async () => {
    const { handler, log, open: openGate, openAll } = stepped(['one ', 'two ', 'three'])
    const { url } = await startChat(handler)
    const saved: (readonly ChatMessage[])[] = []
    const save = (messages: readonly ChatMessage[]): void => void saved.push(messages)
    const before = open({ url: `${url}/chat`, id: 'c', resume: false, save })
    void before.send('Hello')
    openGate(0)
    await until(() => texts(saved.at(-1) ?? []).includes('assistant: one '))
    before.close()
    for (const messages of [saved.at(-1) ?? [], before.getSnapshot().messages.slice(0, 1)]) {
      const again = open({ url: `${url}/chat`, id: 'c', messages })
      await until(() => lastText(again) === 'assistant: one ')
      expect(texts(again.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one '])
      again.close()
    }
    const last = open({ url: `${url}/chat`, id: 'c', messages: saved.at(-1) ?? [], resume: false })
    expect(await last.resume()).toBe(true)
    openAll()
    await until(() => last.getSnapshot().status === 'ready')
    expect(texts(last.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one two three'])
    expect(log).toEqual(['called', 'done', 'finally'])
  })

  test('is ready where there is nothing to follow, without showing otherwise', async () => {
    const { url } = await startChat(echo())
    const conversation = open({ url: `${url}/chat`, id: 'c' })
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
    const first = open({ url: `${url}/chat`, id: 'c', resume: false })
    const sent = first.send('Hello')
    openGate(0)
    await until(() => lastText(first) === 'assistant: one')
    const second = open({ url: `${url}/chat`, id: 'c' })
    await until(() => lastText(second) === 'assistant: one')
    expect(second.getSnapshot().messages).toEqual(first.getSnapshot().messages)
    await second.stop()
    await sent
    expect([first.getSnapshot().outcome, second.getSnapshot().outcome]).toEqual(['stopped', 'stopped'])
  })
})

describe('what is shown', () => {
  test('is one object for each message, which changes only when that message does', async () => {
    const { handler, open: openGate, openAll } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const conversation = open({ url: `${url}/chat` })
    const sent = conversation.send('Hello')
    const [message] = conversation.getSnapshot().messages
    expect(conversation.getSnapshot()).toBe(conversation.getSnapshot())
    openGate(0)
    await until(() => texts(conversation.getSnapshot().messages).at(-1) === 'assistant: one')
    const { messages } = conversation.getSnapshot()
    expect(messages[0]).toBe(message)
    expect(conversation.getMessage(messages[1]?.id ?? '')).toBe(messages[1])
    openAll()
    await sent
    expect(conversation.getSnapshot().messages[0]).toBe(message)
    expect(conversation.getSnapshot().messages[1]).not.toBe(messages[1])
    expect(texts(messages)).toEqual(['user: Hello', 'assistant: one'])
    expect(conversation.getMessage('nothing')).toBeUndefined()
  })

  test('is told at most once a frame', async () => {
    const frames: (() => void)[] = []
    vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
    vi.stubGlobal('cancelAnimationFrame', (id: number) => (frames[id - 1] = () => {}))
    try {
      const { url } = await startChat(async function* () {
        for (let count = 0; count < 200; count += 1) yield 'word '
      })
      const conversation = open({ url: `${url}/chat`, onEnd: () => (isOver = true) })
      let isOver = false
      let count = 0
      conversation.subscribe(() => (count += 1))
      await conversation.send('Hello')
      expect(isOver).toBe(true)
      // Nobody draws a frame: one is due, again each time that it has not come for long, and the end is told at once.
      expect(count).toBeGreaterThan(0)
      expect(count).toBeLessThanOrEqual(frames.length + 1)
      expect(count).toBeLessThan(100)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('is told to every listener, whatever another throws', async () => {
    const { url } = await startChat(echo())
    const errors: unknown[] = []
    const conversation = open({ url: `${url}/chat`, onError: (error) => errors.push(error) })
    let count = 0
    conversation.subscribe(() => {
      throw new Error('mine')
    })
    const undo = conversation.subscribe(() => (count += 1))
    await conversation.send('Hello')
    expect(errors[0]).toEqual(new Error('mine'))
    const before = count
    expect(before).toBeGreaterThan(0)
    undo()
    await conversation.send('Hello')
    expect(count).toBe(before)
  })

  test('has data, and data that passes is told alone', async () => {
    const { url } = await startChat(async function* () {
      yield chat.data('load', { percent: 40 }, { id: 'l' })
      yield chat.data('load', { percent: 90 }, { id: 'l' })
      yield chat.data('note', 'psst', { transient: true })
      yield chat.custom('mine', { a: 1 })
    })
    const told: unknown[] = []
    const conversation = open({
      url: `${url}/chat`,
      onData: ({ name, data }) => told.push([name, data]),
      onCustom: ({ name, value }) => told.push([name, value]),
    })
    await conversation.send('Hello')
    expect(told).toEqual([
      ['load', { percent: 40 }],
      ['load', { percent: 90 }],
      ['note', 'psst'],
      ['mine', { a: 1 }],
    ])
    expect(withoutSteps(conversation.getSnapshot().messages[1]?.parts)).toEqual([
      { type: 'data-load', id: 'l', data: { percent: 90 } },
    ])
  })
})

describe('the conversation', () => {
  test('is stored after each message and answer, one call at a time', async () => {
    const { url } = await startChat(echo())
    let pending = 0
    let most = 0
    const saved: string[][] = []
    const conversation = open({
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
    const conversation = open({ url: `${url}/chat` })
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
    const conversation = open({ url: `${url}/chat` })
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
