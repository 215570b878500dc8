// Calls that run in the client, or wait for a person's word: the answer goes on by itself once all are answered.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../src/ai/index.ts'
import { createChat, type Chat, type ChatPart, type CreateChatOptions } from '../../src/chat/index.ts'
import { startChat } from '../support/chat/chat-node.ts'
import { cutFetch } from '../support/chat/cut-fetch.ts'
import { createGate } from '../support/time/gate.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

function open(options: CreateChatOptions): Chat {
  return createChat({ retry: { minMs: 0 }, ...options })
}

/** Asks the client for the time in two cities, and says what it was told. */
const asking: ChatHandler = async function* ({ messages, trigger }) {
  const last = messages.at(-1)
  if (trigger !== 'continue') {
    yield 'Let me see. '
    for (const city of ['Oslo', 'Rome']) {
      yield { type: 'tool-input-available', toolCallId: city, toolName: 'time', input: { city } }
    }
    return
  }
  yield `It is ${JSON.stringify(last?.parts.map(outputOf).filter((output) => output !== undefined))}.`
}

/** Asks for a person's word, and says what it was. */
const careful: ChatHandler = async function* ({ trigger, messages }) {
  if (trigger !== 'continue') {
    yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'delete', input: { file: 'a' } }
    yield chat.approval({ id: 'c1', name: 'delete', input: { file: 'a' } }, { reason: 'It is gone then.' })
    return
  }
  const part = messages.at(-1)?.parts.find(({ type }) => type === 'dynamic-tool')
  yield JSON.stringify(part?.type === 'dynamic-tool' && 'approval' in part ? part.approval : undefined)
}

function outputOf(part: ChatPart): unknown {
  if (part.type !== 'dynamic-tool') return undefined
  if (part.state === 'output-available') return part.output
  return part.state === 'output-error' ? part.errorText : undefined
}

function parts(conversation: Chat): readonly ChatPart[] {
  return withoutSteps(conversation.getSnapshot().messages.at(-1)?.parts)
}

describe('a call of a tool that is here', () => {
  test('runs at the end of the answer, which goes on once all have run, in the same message', async () => {
    const { url } = await startChat(asking)
    const given: unknown[] = []
    const ends: unknown[] = []
    const conversation = open({
      url: `${url}/chat`,
      tools: {
        time: (input, { toolCallId, signal }) => {
          given.push([input, toolCallId, signal.aborted])
          if (toolCallId === 'Rome') throw new Error('no clock')
          return { hour: 9 }
        },
      },
      onEnd: ({ outcome }) => ends.push(outcome),
    })
    await conversation.send('What time is it?')
    await until(() => ends.length === 2)
    expect(given).toEqual([
      [{ city: 'Oslo' }, 'Oslo', false],
      [{ city: 'Rome' }, 'Rome', false],
    ])
    expect(conversation.getSnapshot().messages).toHaveLength(2)
    expect(parts(conversation)).toMatchObject([
      { type: 'text', text: 'Let me see. ' },
      { state: 'output-available', output: { hour: 9 } },
      { state: 'output-error', errorText: 'no clock' },
      { type: 'text', text: 'It is [{"hour":9},"no clock"].' },
    ])
  })

  test('is given up by stop(), and the answer does not go on', async () => {
    let count = 0
    const { url } = await startChat((ctx) => {
      count += 1
      return asking(ctx)
    })
    let signal: AbortSignal | undefined
    const tools: CreateChatOptions['tools'] = {
      time: (_, call) => {
        signal = call.signal
        return new Promise(() => {})
      },
    }
    const conversation = open({ url: `${url}/chat`, tools })
    await conversation.send('What time is it?')
    await until(() => signal !== undefined)
    await conversation.stop()
    expect(signal?.aborted).toBe(true)
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped' })
    expect(parts(conversation).slice(1)).toMatchObject([
      { state: 'output-error', errorText: 'Not answered.' },
      { state: 'output-error', errorText: 'Not answered.' },
    ])
    expect(count).toBe(1)
  })

  test('holds a message back that is sent meanwhile', async () => {
    const { url } = await startChat(asking)
    const { opened, open: finish } = createGate<number>()
    let isRunning = false
    const tools: CreateChatOptions['tools'] = {
      time: () => {
        isRunning = true
        return opened
      },
    }
    const conversation = open({ url: `${url}/chat`, tools })
    await conversation.send('What time is it?')
    await until(() => isRunning)
    const second = conversation.send('And now?')
    expect(conversation.getSnapshot().queued).toBe(1)
    finish(9)
    await second
    const { messages } = conversation.getSnapshot()
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant'])
    expect(messages[1]?.parts.at(-1)).toMatchObject({ text: 'It is [9,9].' })
  })
})

describe('a call of a tool that is elsewhere', () => {
  test('waits for addToolOutput(), once for each, and the answer goes on behind the last', async () => {
    const { url } = await startChat(asking)
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('What time is it?')
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed' })
    await conversation.addToolOutput('Rome', 8)
    expect(parts(conversation)).toHaveLength(3)
    await expect(conversation.addToolOutput('Rome', 8)).rejects.toThrow(/No call "Rome" waits/)
    await expect(conversation.addToolOutput('Oslo', 1n)).rejects.toThrow(/JSON/)
    await conversation.addToolError('Oslo', 'too cold')
    expect(parts(conversation).at(-1)).toMatchObject({ type: 'text', text: 'It is ["too cold",8].' })
  })

  test('can be answered while the answer still comes', async () => {
    const { opened: waiting, open: go } = createGate()
    const { url } = await startChat(async function* (ctx) {
      yield* asking(ctx) as AsyncIterable<string>
      if (ctx.trigger !== 'continue') await waiting
    })
    const conversation = open({ url: `${url}/chat` })
    const sent = conversation.send('What time is it?')
    await until(() => parts(conversation).length === 3)
    const answers = [conversation.addToolOutput('Oslo', 9), conversation.addToolOutput('Rome', 8)]
    go()
    await Promise.all([sent, ...answers])
    await until(() => conversation.getSnapshot().status === 'ready' && parts(conversation).length === 4)
    expect(parts(conversation).at(-1)).toMatchObject({ text: 'It is [9,8].' })
  })

  test('is closed by a message that says something else', async () => {
    const { url } = await startChat(asking)
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('What time is it?')
    await conversation.send('Never mind.')
    expect(withoutSteps(conversation.getSnapshot().messages[1]?.parts).slice(1)).toMatchObject([
      { state: 'output-error', errorText: 'Not answered.' },
      { state: 'output-error', errorText: 'Not answered.' },
    ])
  })
})

describe('an answer that goes on', () => {
  test('is told once, wherever its connection breaks off', async () => {
    const { url } = await startChat(asking)
    let whole: readonly ChatPart[] | undefined
    for (let events = 100; events >= 0; events = events === 100 ? 12 : events - 1) {
      // The first response is whole, the second is cut.
      const { fetch } = cutFetch([1000, events])
      const conversation = open({ url: `${url}/chat`, fetch })
      await conversation.send('What time is it?')
      await conversation.addToolOutput('Oslo', 9)
      await conversation.addToolOutput('Rome', 8)
      whole ??= parts(conversation)
      expect(parts(conversation), `cut after ${events} events`).toEqual(whole)
    }
    expect(whole).toHaveLength(4)
  })

  test('is stored as it was before until it has ended, so that a reload follows it without a repeat', async () => {
    const { opened: waiting, open: go } = createGate()
    const { url } = await startChat(async function* (ctx) {
      if (ctx.trigger === 'continue') {
        yield 'More. '
        await waiting
      }
      yield* asking(ctx) as AsyncIterable<string>
    })
    let saved: CreateChatOptions['messages'] = []
    const conversation = open({
      url: `${url}/chat`,
      id: 'c',
      resume: false,
      save: (messages) => void (saved = messages),
    })
    await conversation.send('What time is it?')
    await conversation.addToolOutput('Oslo', 9)
    void conversation.addToolOutput('Rome', 8)
    await until(() => JSON.stringify(parts(conversation)).includes('More.'))
    conversation.close()
    const again = open({ url: `${url}/chat`, id: 'c', messages: saved })
    await until(() => JSON.stringify(parts(again)).includes('More.'))
    go()
    await until(() => again.getSnapshot().status === 'ready')
    expect(again.getSnapshot().messages).toHaveLength(2)
    expect(parts(again).filter(({ type }) => type === 'dynamic-tool')).toHaveLength(2)
    expect(parts(again).at(-1)).toMatchObject({ text: 'More. It is [9,8].' })
  })
})

describe('a call that needs a person', () => {
  test.each([
    [true, undefined],
    [false, 'I need it.'],
  ])('waits for respondToApproval(), and the answer goes on: %j', async (approved, reason) => {
    const { url } = await startChat(careful)
    const conversation = open({ url: `${url}/chat` })
    await conversation.send('Delete it.')
    const [call] = parts(conversation)
    if (call?.type !== 'dynamic-tool' || call.state !== 'approval-requested') throw new Error('It does not wait.')
    await conversation.respondToApproval(call.approval.id, approved, reason)
    expect(parts(conversation)[0]).toMatchObject({ approval: { approved, ...(reason !== undefined && { reason }) } })
    expect(parts(conversation).at(-1)).toMatchObject({ type: 'text', text: expect.stringContaining(`${approved}`) })
    await expect(conversation.respondToApproval(call.approval.id, true)).rejects.toThrow(/No call waits/)
  })
})
