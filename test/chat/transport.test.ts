// The transport for `useChat`: what it takes for Stop, and what for leaving.
import { expect, test } from 'vitest'
import { createChatTransport } from '../../src/chat/index.ts'
import { say, startChat, stepped, uiMessage } from '../support/chat/chat-node.ts'
import { until } from '../support/server/asking.ts'

/** The text that the chunks of an answer say. */
async function textOf(stream: ReadableStream<unknown> | null): Promise<string> {
  let text = ''
  for await (const chunk of stream ?? []) text += String(Object(chunk).delta ?? '')
  return text
}

/** An answer that is being given, of which nobody has read anything. */
async function answering() {
  const { handler, log, openAll } = stepped(['one ', 'two'])
  const { url, ended } = await startChat(handler)
  await say(url, uiMessage('Hello', 'c'))
  await until(() => log.includes('called'))
  const transport = createChatTransport({ api: `${url}/chat`, retry: { minMs: 0 } })
  const follow = (abortSignal: AbortSignal) => transport.reconnectToStream({ chatId: 'c', abortSignal })
  return { follow, log, openAll, ended }
}

test('what is given up before anything of it has come is left, as in StrictMode', async () => {
  const { follow, log, openAll } = await answering()
  const first = new AbortController()
  const given = follow(first.signal)
  first.abort()
  await expect(given).rejects.toThrow(/abort/)
  const stream = await follow(new AbortController().signal)
  openAll()
  expect(await textOf(stream)).toBe('one two')
  expect(log).toEqual(['called', 'done', 'finally'])
})

test('what is followed anew in the same moment is left', async () => {
  const { follow, log, openAll } = await answering()
  const first = new AbortController()
  expect(await follow(first.signal)).not.toBeNull()
  first.abort()
  const stream = await follow(new AbortController().signal)
  openAll()
  expect(await textOf(stream)).toBe('one two')
  expect(log).toEqual(['called', 'done', 'finally'])
})

test('what is given up otherwise is stopped on the server', async () => {
  const { follow, log, ended } = await answering()
  const controller = new AbortController()
  await follow(controller.signal)
  controller.abort()
  await until(() => ended.length > 0)
  expect(ended).toMatchObject([{ outcome: 'stopped' }])
  expect(log).toEqual(['called', 'finally aborted'])
})
