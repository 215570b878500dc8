// The answers of a conversation: stopped, given anew, to a message that was changed, and asked for again.
import { describe, expect, test } from 'vitest'
import { err } from '../../src/server/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { echo, lastText, openChat, texts } from '../support/chat/conversing.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'
import { urlOf } from '../support/chat/url-of.ts'

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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat`, fetch: hanging })
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
    const conversation = openChat({ url: `${url}/chat`, fetch: broken })
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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat` })
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
    const conversation = openChat({ url: `${url}/chat` })
    await conversation.send('Hello')
    expect(conversation.getSnapshot().status).toBe('error')
    isBroken = false
    await conversation.retry()
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', error: undefined })
    expect(texts(conversation.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: Once more'])
    await conversation.retry()
    expect(conversation.getSnapshot().messages).toHaveLength(2)
  })

  test('is asked for by no retry() of a conversation in which nothing was said', async () => {
    const conversation = openChat({ url: 'http://127.0.0.1:1/chat' })
    await conversation.retry()
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: undefined, messages: [] })
  })

  test('cannot be begun while another is given to the same chat: busy', async () => {
    const { handler, log, openAll } = stepped(['one'])
    const { url } = await startChat(handler)
    const first = openChat({ url: `${url}/chat`, id: 'c', resume: false })
    const sent = first.send('Hello')
    await until(() => log.includes('called'))
    const second = openChat({ url: `${url}/chat`, id: 'c', resume: false })
    await second.send('Me too')
    expect(second.getSnapshot().error?.code).toBe('busy')
    openAll()
    await sent
    expect(first.getSnapshot().outcome).toBe('completed')
  })
})
