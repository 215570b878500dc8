// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// `useChat`'s core over a real server: what a page does with a chat, in `ai` 7 and in `ai` 6.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { err } from '../../../src/server/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { openUiChat, shownText } from '../../support/chat/ui-chat.ts'
import { describeWith } from '../../support/component/component.ts'
import { until } from '../../support/server/asking.ts'

/** Answers with what it was asked, and notes it. */
function echoing() {
  const asked: any[] = []
  const handler: ChatHandler = async function* ({ messages, trigger, messageId }) {
    asked.push({ texts: messages.map(shownText), trigger, messageId })
    yield `Answer ${asked.length} to `
    yield shownText(messages.at(-1))
  }
  return { asked, handler }
}

async function stop(url: string, id = 'chat-1'): Promise<unknown> {
  return (await fetch(`${url}/chat/${id}/stop`, { method: 'POST' })).json()
}

describeWith('chat-clients', 'useChat at chat routes', () => {
  describe.each(['ai', 'ai-6'] as const)('%s', (name) => {
    test('sends, regenerates, edits, and each answer is there once', async () => {
      const { asked, handler } = echoing()
      const { url, ended } = await startChat(handler)
      const { chat: ui, state, finished, errors } = await openUiChat(name, url)
      await ui.sendMessage({ text: 'one' })
      expect(state.status).toBe('ready')
      expect(state.messages.map(shownText)).toEqual(['one', 'Answer 1 to one'])
      const [user, answer] = state.messages
      await ui.regenerate()
      expect(state.messages.map(shownText)).toEqual(['one', 'Answer 2 to one'])
      expect(asked[1]).toMatchObject({ texts: ['one'], trigger: 'regenerate' })
      await ui.regenerate({ messageId: state.messages[1].id })
      expect(state.messages.map(shownText)).toEqual(['one', 'Answer 3 to one'])
      await ui.sendMessage({ text: 'two' })
      await ui.sendMessage({ text: 'uno', messageId: user.id })
      expect(state.messages.map(shownText)).toEqual(['uno', 'Answer 5 to uno'])
      expect(asked[4]).toMatchObject({ texts: ['uno'], trigger: 'submit' })
      expect(state.messages[1].id).not.toBe(answer.id)
      expect(errors).toEqual([])
      expect(finished).toHaveLength(5)
      await until(() => ended.length === 5)
      expect(new Set(ended.map(({ message }) => message.id)).size).toBe(5)
      expect(ended.at(-1)?.message).toMatchObject({ id: state.messages[1].id })
    })

    test('a reload in the middle goes on, with the whole answer once, and with nothing once it has ended', async () => {
      const { handler, open, openAll } = stepped(['one ', 'two ', 'three'])
      const { url, ended } = await startChat(handler)
      open(0)
      const first = await openUiChat(name, url)
      const sending = first.chat.sendMessage({ text: 'Count' })
      await until(() => shownText(first.state.messages[1]) === 'one ')
      expect(first.state.status).toBe('streaming')
      const [user] = first.state.messages
      const second = await openUiChat(name, url, { messages: [user] })
      const resumed = second.chat.resumeStream()
      await until(() => shownText(second.state.messages[1]) === 'one ')
      // A page that has stored half of the answer is shown it once, too.
      const third = await openUiChat(name, url, { messages: structuredClone(first.state.messages) })
      const resumedToo = third.chat.resumeStream()
      await until(() => third.state.status === 'streaming')
      openAll()
      await Promise.all([sending, resumed, resumedToo])
      for (const { state, errors } of [first, second, third]) {
        expect(state.messages.map(shownText)).toEqual(['Count', 'one two three'])
        expect([state.status, errors]).toEqual(['ready', []])
      }
      expect(second.state.messages[1]).toEqual(first.state.messages[1])
      expect(third.state.messages[1]).toEqual(first.state.messages[1])
      await until(() => ended.length > 0)
      const stored = [user, ended[0]?.message]
      await expect.poll(async () => (await fetch(`${url}/chat/chat-1/stream`)).status).toBe(204)
      const later = await openUiChat(name, url, { messages: stored })
      await later.chat.resumeStream()
      expect([later.state.status, later.state.messages]).toEqual(['ready', stored])
    })

    test('its own stop only leaves: the answer goes on; Stop at the route ends it for all', async () => {
      const { handler, log, open } = stepped(['one ', 'two ', 'three'])
      const { url, ended } = await startChat(handler)
      open(0)
      const left = await openUiChat(name, url)
      const sending = left.chat.sendMessage({ text: 'Count' })
      await until(() => shownText(left.state.messages[1]) === 'one ')
      await left.chat.stop()
      await sending
      expect([left.state.status, shownText(left.state.messages[1])]).toEqual(['ready', 'one '])
      open(1)
      const back = await openUiChat(name, url, { messages: left.state.messages })
      const resumed = back.chat.resumeStream()
      await until(() => shownText(back.state.messages[1]) === 'one two ')
      expect(log).toEqual(['called'])
      expect(await stop(url)).toEqual({ stopped: true })
      await resumed
      expect([back.state.status, back.errors]).toEqual(['ready', []])
      expect(back.state.messages[1].parts.filter(({ type }: any) => type === 'text')).toMatchObject([
        { text: 'one two ', state: 'done' },
      ])
      expect(log).toContain('finally aborted')
      expect(ended).toMatchObject([{ outcome: 'stopped', message: { id: back.state.messages[1].id } }])
      // What was stopped can be sent back.
      await back.chat.stop()
      expect(await stop(url)).toEqual({ stopped: false })
    })

    test('a tool of the client: its output goes on with the same message', async () => {
      const { lastAssistantMessageIsCompleteWithToolCalls } = await clientPackage(name)
      const seen: any[] = []
      const { url, ended } = await startChat(async function* ({ messages, trigger }) {
        seen.push({ trigger, last: messages.at(-1) })
        if (trigger !== 'continue') {
          yield 'Let me look. '
          yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'where', input: { exact: true } }
          return
        }
        yield 'You are in Oslo.'
      })
      const opened: any = await openUiChat(name, url, {
        sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithToolCalls,
        onToolCall: ({ toolCall }: any) => {
          void opened.chat.addToolOutput({ tool: 'where', toolCallId: toolCall.toolCallId, output: { city: 'Oslo' } })
        },
      })
      const { chat: ui, state, errors } = opened
      await ui.sendMessage({ text: 'Where am I?' })
      await until(() => state.status === 'ready' && shownText(state.messages[1]).includes('Oslo'))
      expect(state.messages).toHaveLength(2)
      expect(shownText(state.messages[1])).toBe('Let me look. You are in Oslo.')
      expect(state.messages[1].parts.filter((part: any) => part.toolCallId === 'c1')).toMatchObject([
        { state: 'output-available', output: { city: 'Oslo' } },
      ])
      expect(errors).toEqual([])
      expect(seen).toHaveLength(2)
      await until(() => ended.length === 2)
      expect(ended.map(({ message }) => message.id)).toEqual([state.messages[1].id, state.messages[1].id])
      expect(shownText(ended[1]?.message)).toBe('Let me look. You are in Oslo.')
    })

    test('a reload in the middle of a turn that goes on shows each of its parts once', async () => {
      const { handler, open, openAll } = stepped(['You are ', 'in Oslo.'])
      const { url } = await startChat(async function* (ctx) {
        if (ctx.trigger === 'continue') {
          yield* handler(ctx) as any
          return
        }
        yield 'Let me look. '
        yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'where', input: {} }
      })
      open(0)
      const first = await openUiChat(name, url)
      await first.chat.sendMessage({ text: 'Where am I?' })
      await first.chat.addToolOutput({ tool: 'where', toolCallId: 'c1', output: { city: 'Oslo' } })
      const stored = structuredClone(first.state.messages)
      const going = first.chat.sendMessage()
      await until(() => shownText(first.state.messages[1]).includes('You are'))
      const second = await openUiChat(name, url, { messages: stored })
      const resumed = second.chat.resumeStream()
      await until(() => shownText(second.state.messages.at(-1)).includes('You are'))
      openAll()
      await Promise.all([going, resumed])
      for (const { state, errors } of [first, second]) {
        expect(errors).toEqual([])
        expect(state.messages.map(shownText)).toEqual(['Where am I?', 'Let me look. You are in Oslo.'])
      }
      expect(second.state.messages).toEqual(first.state.messages)
    })

    test('an approval is asked for, given, and the call goes on in the same message', async () => {
      const { lastAssistantMessageIsCompleteWithApprovalResponses } = await clientPackage(name)
      const seen: any[] = []
      const { url } = await startChat(async function* ({ messages, trigger }) {
        const parts: any[] = messages.at(-1)?.parts ?? []
        const call = parts.find(({ toolCallId }) => toolCallId === 'c1')
        seen.push([trigger, call?.state, call?.approval])
        if (trigger !== 'continue') {
          yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'pay', input: { amount: 5 } }
          yield chat.approval({ id: 'c1', name: 'pay', input: { amount: 5 } })
          return
        }
        if (call.approval.approved) {
          yield* chat.toolOutput({ id: 'c1', name: 'pay', input: call.input }, () => ({ paid: true }))
          yield 'Paid.'
        } else {
          yield { type: 'tool-output-denied', toolCallId: 'c1' }
          yield 'Not paid.'
        }
      })
      for (const approved of [true, false]) {
        const {
          chat: ui,
          state,
          errors,
        } = await openUiChat(name, url, {
          id: `chat ${approved}`,
          sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses,
        })
        await ui.sendMessage({ text: 'Pay' })
        const asked = state.messages[1].parts.find(({ toolCallId }: any) => toolCallId === 'c1')
        expect(asked).toMatchObject({ state: 'approval-requested' })
        await ui.addToolApprovalResponse({ id: asked.approval.id, approved })
        await until(() => state.status === 'ready' && shownText(state.messages.at(-1)) !== '')
        expect(errors).toEqual([])
        expect(state.messages).toHaveLength(2)
        expect(shownText(state.messages[1])).toBe(approved ? 'Paid.' : 'Not paid.')
        expect(state.messages[1].parts.filter(({ toolCallId }: any) => toolCallId === 'c1')).toMatchObject([
          approved ? { state: 'output-available', output: { paid: true } } : { state: 'output-denied' },
        ])
        expect(seen.at(-1)).toMatchObject(['continue', 'approval-responded', { approved }])
      }
    })

    test('data replaces in place, and transient data is told and not kept', async () => {
      const { url } = await startChat(async function* () {
        yield chat.data('load', { percent: 10 }, { id: 'l' })
        yield 'Loading'
        yield chat.data('load', { percent: 90 }, { id: 'l' })
        yield chat.data('hint', 'soon', { transient: true })
        yield chat.metadata({ model: 'm' })
      })
      const told: any[] = []
      const { chat: ui, state } = await openUiChat(name, url, { onData: ({ data }: any) => void told.push(data) })
      await ui.sendMessage({ text: 'Load' })
      expect(state.messages[1].parts.filter(({ type }: any) => type.startsWith('data-'))).toEqual([
        { type: 'data-load', id: 'l', data: { percent: 90 } },
      ])
      expect(told).toEqual([{ percent: 10 }, { percent: 90 }, 'soon'])
      expect(state.messages[1].metadata).toMatchObject({ model: 'm' })
    })

    test('an error before the head and one behind it are told, and the next message is answered', async () => {
      let way = 0
      const { url, errors: reported } = await startChat(async function* () {
        way += 1
        if (way === 1) throw err.tooManyRequests('Come back tomorrow.')
        if (way === 2) throw new Error('the password is 1234')
        yield 'Half '
        if (way === 3) throw new Error('the password is 1234')
        yield 'and half'
      })
      const { chat: ui, state, errors } = await openUiChat(name, url)
      for (const [index, message] of ['Come back tomorrow.', 'An error occurred.', 'An error occurred.'].entries()) {
        await ui.sendMessage({ text: 'Hi' })
        expect([state.status, state.error.message]).toEqual(['error', message])
        expect(errors).toHaveLength(index + 1)
      }
      expect(state.messages.at(-1).parts.at(-1)).toMatchObject({ type: 'text', text: 'Half ', state: 'done' })
      await ui.regenerate()
      expect([state.status, state.error, shownText(state.messages.at(-1))]).toEqual([
        'ready',
        undefined,
        'Half and half',
      ])
      expect(reported).toHaveLength(2)
    })
  })
})
