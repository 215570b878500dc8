// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// `WorkflowChatTransport` of `@ai-sdk/workflow` at a chat: it counts chunks, and asks again from its count until it has `finish`.
import { beforeEach, expect, test, vi } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { startChat, stepped } from '../../support/chat/chat-node.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { cutFetch } from '../../support/chat/cut-fetch.ts'
import { openUiChat, shownText } from '../../support/chat/ui-chat.ts'
import { describeWith } from '../../support/component/component.ts'
import { until } from '../../support/server/asking.ts'

const answering: ChatHandler = async function* () {
  yield chat.reasoning('Hm.')
  yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield 'It is '
  yield '4 degrees.'
}
const user = { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Hi' }] }

/** A transport, with the run that it was told of and the count of chunks that it ended with. */
async function openTransport(url: string, options: object = {}) {
  const { WorkflowChatTransport } = await clientPackage('@ai-sdk/workflow/client')
  const told: { runId?: string | null; chunkIndex?: number } = {}
  const transport = new WorkflowChatTransport({
    api: `${url}/chat`,
    onChatSendMessage: ({ headers }: Response) => void (told.runId = headers.get('x-workflow-run-id')),
    onChatEnd: ({ chunkIndex }: any) => void (told.chunkIndex = chunkIndex),
    ...options,
  })
  const send = () => transport.sendMessages({ chatId: 'c', trigger: 'submit-message', messages: [user] })
  return { transport, told, send }
}

async function chunksOf(stream: ReadableStream): Promise<any[]> {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

function typesOf(chunks: any[]): unknown[] {
  return chunks.map(({ type, delta }) => [type, delta])
}

/** Sends the id of the chat as well. */
function prepareSendMessagesRequest({ id, messages }: any): object {
  return { body: { id, messages } }
}

function asEve(): object {
  return { headers: { user: 'Eve' } }
}

/** A fetch whose streams end, as if all were well, behind so many frames each. */
function endingFetch(counts: readonly number[]): typeof fetch {
  const left = [...counts]
  return async (target, init) => {
    const { fetch: cut } = cutFetch(left.splice(0, 1))
    const response = await cut(target, init)
    const reader = response.body?.getReader()
    const body = new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
          if (done) controller.close()
          else controller.enqueue(value)
        } catch {
          controller.close() // Where it was to be cut.
        }
      },
      cancel: (reason) => reader?.cancel(reason),
    })
    return new Response(body, response)
  }
}

// It tells the console of each cut.
beforeEach(() => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  return () => error.mockRestore()
})

describeWith('chat-clients', 'WorkflowChatTransport at chat routes', () => {
  test('sends, is told of the run, and has every chunk once behind cuts and ends at any place', async () => {
    const { url } = await startChat(answering)
    const uncut = await openTransport(url)
    const whole = await chunksOf(await uncut.send())
    expect(whole.at(-1)).toMatchObject({ type: 'finish' })
    expect(uncut.told).toEqual({ runId: expect.stringMatching(/^[0-9a-z]{25}$/), chunkIndex: whole.length })
    for (let count = 1; count < whole.length; count += 1) {
      const cutting = cutFetch([count, 1, 1])
      const cut = await openTransport(url, { fetch: cutting.fetch })
      expect(typesOf(await chunksOf(await cut.send())), `cut after ${count}`).toEqual(typesOf(whole))
      expect(cut.told.chunkIndex).toBe(whole.length)
      const [, ...later] = cutting.requests.map(({ url: asked }) => asked)
      const starts = [count, count + 1, count + 2].filter((start) => start < whole.length)
      expect(later).toEqual(starts.map((start) => `${url}/chat/${cut.told.runId}/stream?startIndex=${start}`))
      const ended = await openTransport(url, { fetch: endingFetch([count, 1, 1, 1, 1]) })
      expect(typesOf(await chunksOf(await ended.send())), `ended after ${count}`).toEqual(typesOf(whole))
    }
  })

  test('reads from any count, from the beginning and from the end, cut and on another node too', async () => {
    const warn = vi.spyOn(console, 'warn')
    const journal = memoryJournal()
    const node = await startChat(answering, { journal })
    const other = await startChat(answering, { journal })
    const { told, send } = await openTransport(node.url)
    const whole = await chunksOf(await send())
    const chatId = told.runId
    for (let startIndex = 0; startIndex < whole.length; startIndex += 1) {
      const { transport, told: end } = await openTransport(other.url, { fetch: cutFetch([1]).fetch })
      const rest = await chunksOf(await transport.reconnectToStream({ chatId, startIndex }))
      // In the middle of a part it makes the start of that itself.
      const made = rest.length - (whole.length - startIndex)
      expect([rest.slice(made), end.chunkIndex]).toEqual([whole.slice(startIndex), whole.length])
    }
    for (let startIndex = -1; startIndex >= -whole.length; startIndex -= 1) {
      const { transport, told: end } = await openTransport(other.url, { fetch: cutFetch([1, 1]).fetch })
      const rest = await chunksOf(await transport.reconnectToStream({ chatId, startIndex }))
      expect(rest).toEqual(whole.slice(whole.length - rest.length))
      expect(['start-step', 'start']).toContain(rest[0].type)
      expect(end.chunkIndex).toBe(whole.length)
    }
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('joins an answer in the middle from the end, at the start of what is open', async () => {
    const warn = vi.spyOn(console, 'warn')
    const { handler, open, openAll } = stepped(['one ', 'two ', 'three'])
    const { url } = await startChat(handler)
    open(0)
    open(1)
    const first = await openTransport(url)
    const reading = first.send().then(chunksOf)
    await until(() => first.told.runId !== undefined)
    const chatId = first.told.runId
    const second = await openTransport(url, { fetch: cutFetch([2, 1]).fetch })
    const reader = (await second.transport.reconnectToStream({ chatId, startIndex: -1 })).getReader()
    const late: any[] = []
    while (late.at(-1)?.delta !== 'two ') late.push((await reader.read()).value)
    openAll()
    for (let step = await reader.read(); step.done !== true; step = await reader.read()) late.push(step.value)
    const whole = await reading
    expect(late).toEqual(whole.slice(-late.length))
    expect(late.slice(0, 3).map(({ type }) => type)).toContain('text-start')
    expect(warn).not.toHaveBeenCalled()
    warn.mockRestore()
  })

  test('comes to an end of answers that were stopped or have failed', async () => {
    const { handler, open } = stepped(['one ', 'two'])
    const { url } = await startChat(handler)
    open(0)
    const stopped = await openTransport(url, { fetch: cutFetch([2]).fetch })
    const reading = stopped.send().then(chunksOf)
    await until(() => stopped.told.runId !== undefined)
    await fetch(`${url}/chat/${stopped.told.runId}/stop`, { method: 'POST' })
    expect((await reading).slice(-2)).toEqual([
      { type: 'abort', reason: 'stopped' },
      { type: 'finish', finishReason: 'other' },
    ])
    const failing = await startChat(async function* () {
      yield 'Half'
      throw new Error('the password is 1234')
    })
    const failed = await openTransport(failing.url, { fetch: cutFetch([2, 1]).fetch })
    expect((await chunksOf(await failed.send())).slice(-2)).toEqual([
      { type: 'error', errorText: 'An error occurred.' },
      { type: 'finish', finishReason: 'error' },
    ])
  })

  test('shows useChat an answer once: sent, cut, and after a reload, also where it has ended', async () => {
    const { handler, open, openAll } = stepped(['one ', 'two ', 'three'])
    const { url, ended } = await startChat(handler)
    const connect = async (counts: number[]) =>
      (await openTransport(url, { fetch: cutFetch(counts).fetch, prepareSendMessagesRequest })).transport
    open(0)
    const page = await openUiChat('ai', url, { transport: await connect([3, 1]) })
    const sending = page.chat.sendMessage({ text: 'Count' })
    await until(() => shownText(page.state.messages[1]) === 'one ')
    const reloaded = await openUiChat('ai', url, {
      messages: [page.state.messages[0]],
      transport: await connect([2, 1]),
    })
    const resumed = reloaded.chat.resumeStream()
    await until(() => shownText(reloaded.state.messages[1]) === 'one ')
    openAll()
    await Promise.all([sending, resumed])
    await until(() => ended.length > 0)
    // It stores the count alone, and reads the answer again that it has.
    const later = await openUiChat('ai', url, { messages: page.state.messages, transport: await connect([]) })
    await later.chat.resumeStream()
    for (const { state, errors } of [page, reloaded, later]) {
      expect(state.messages.map(shownText)).toEqual(['Count', 'one two three'])
      expect([state.status, errors]).toEqual(['ready', []])
    }
  })

  test('is refused the run of another user', async () => {
    const { url } = await startChat(answering)
    const { told, send } = await openTransport(url)
    await chunksOf(await send())
    const { transport } = await openTransport(url, { prepareReconnectToStreamRequest: asEve })
    for (const startIndex of [0, 1, -1]) {
      const reading = transport.reconnectToStream({ chatId: told.runId, startIndex }).then(chunksOf)
      await expect(reading).rejects.toThrow('Failed to fetch chat: 410')
    }
  })
})
