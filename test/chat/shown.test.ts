// What is shown of a conversation, and who is told of it how often.
import { describe, expect, test, vi } from 'vitest'
import { chat } from '../../src/ai/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { echo, openChat, texts } from '../support/chat/conversing.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

describe('what is shown', () => {
  test('is one object for each message, which changes only when that message does', async () => {
    const { handler, open: openGate, openAll } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const conversation = openChat({ url: `${url}/chat` })
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
      const conversation = openChat({ url: `${url}/chat`, onEnd: () => (isOver = true) })
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
    const conversation = openChat({ url: `${url}/chat`, onError: (error) => errors.push(error) })
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
    const conversation = openChat({
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
