// Answers that end while the page is away which has asked for them.
import { describe, expect, onTestFinished, test } from 'vitest'
import { createChat, type Chat, type ChatMessage, type CreateChatOptions } from '../../src/chat/index.ts'
import { startChat, stepped, type ChatNode } from '../support/chat/chat-node.ts'
import { until } from '../support/server/asking.ts'
import { urlOf } from '../support/chat/url-of.ts'

function open(options: CreateChatOptions): Chat {
  const conversation = createChat({ retry: { minMs: 0 }, ...options })
  onTestFinished(() => conversation.close())
  return conversation
}

function texts(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ role, parts }) => {
    const said = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return `${role}: ${said}`
  })
}

/** A bound of its own: where `runId` is wrong nothing comes, in any of these tests. */
const patienceMs = 10_000

function shown(page: Chat): string {
  return JSON.stringify(texts(page.getSnapshot().messages))
}

/** What a chat shows, once it shows how its answer has ended. */
async function shownEnd(conversation: Chat): Promise<unknown> {
  await until(
    () => conversation.getSnapshot().outcome !== undefined,
    () => `The page never showed how the answer has ended which it had missed: ${shown(conversation)}.`,
    patienceMs,
  )
  const { status, outcome, messages } = conversation.getSnapshot()
  return [status, outcome, ...texts(messages)]
}

/** Resolves once the page shows these messages. */
async function untilShown(page: Chat, messages: readonly string[]): Promise<void> {
  const expected = JSON.stringify(messages)
  await until(
    () => shown(page) === expected,
    () => `The page shows ${shown(page)}, and never ${expected}.`,
    patienceMs,
  )
}

/** A store as text, as that of a browser. */
function createStore() {
  let text = '{}'
  return {
    load: (): Pick<CreateChatOptions, 'messages' | 'runId'> => JSON.parse(text),
    save: ((messages, { runId }) =>
      void (text = JSON.stringify({ messages, runId }))) satisfies CreateChatOptions['save'],
  }
}

/** Asks, and leaves once `isThere` says so of what is stored. */
async function leave(
  { url }: ChatNode,
  isThere: (stored: Pick<CreateChatOptions, 'messages' | 'runId'>) => boolean,
): Promise<ReturnType<typeof createStore>> {
  const store = createStore()
  const page = open({ url: `${url}/chat`, id: 'c', resume: false, save: store.save })
  void page.send('Hello')
  const stored = (): string => JSON.stringify(store.load())
  await until(
    () => isThere(store.load()),
    () => `What the page has stored lacks the answer, or its runId, which is being given: ${stored()}.`,
    patienceMs,
  )
  page.close()
  if (store.load().runId !== undefined) return store
  throw new Error(
    `In the middle of an answer no runId was stored, so that no page can read it to its end: ${stored()}.`,
  )
}

const saysOne = ({ messages = [] }: { messages?: readonly ChatMessage[] | undefined }): boolean =>
  texts(messages).at(-1) === 'assistant: one '

describe('an answer that has ended while its page was away', () => {
  test('is read to its end, and only once', async () => {
    const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    expect(store.load().runId).toMatch(/^[0-9a-z]{25}$/)
    openAll()
    await until(() => node.ended.length === 1)
    const again = open({ url: `${node.url}/chat`, id: 'c', resume: false, ...store.load(), save: store.save })
    expect(await again.resume()).toBe(true)
    expect(await shownEnd(again)).toEqual(['ready', 'completed', 'user: Hello', 'assistant: one two'])
    expect(texts(store.load().messages ?? [])).toEqual(['user: Hello', 'assistant: one two'])
    expect(store.load().runId).toBeUndefined()
    expect(await again.resume()).toBe(false)
    expect(again.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed' })
  })

  test('is read also where nothing of it had come', async () => {
    const { handler, openAll } = stepped(['one'])
    const node = await startChat(handler)
    const store = await leave(node, ({ runId }) => runId !== undefined)
    expect(texts(store.load().messages ?? [])).toEqual(['user: Hello'])
    openAll()
    await until(() => node.ended.length === 1)
    const again = open({ url: `${node.url}/chat`, id: 'c', ...store.load() })
    expect(await shownEnd(again)).toEqual(['ready', 'completed', 'user: Hello', 'assistant: one'])
  })

  test('by stop, says so', async () => {
    const { handler, open: openGate } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    await fetch(`${node.url}/chat/c/stop`, { method: 'POST' })
    await until(() => node.ended.length === 1)
    const again = open({ url: `${node.url}/chat`, id: 'c', ...store.load() })
    expect(await shownEnd(again)).toEqual(['ready', 'stopped', 'user: Hello', 'assistant: one '])
  })

  test('by a failure, says so, and is asked for again by retry()', async () => {
    const { handler, log, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(async function* (ctx) {
      yield* handler(ctx) as AsyncIterable<string>
      if (log.filter((entry) => entry === 'called').length === 1) throw new Error('Too much.')
    })
    openGate(0)
    const store = await leave(node, saysOne)
    openAll()
    await until(() => node.ended.length === 1)
    const again = open({ url: `${node.url}/chat`, id: 'c', ...store.load() })
    expect(await shownEnd(again)).toEqual(['error', 'failed', 'user: Hello', 'assistant: one two'])
    expect(again.getSnapshot().error?.code).toBe('internal')
    await again.retry()
    expect(await shownEnd(again)).toEqual(['ready', 'completed', 'user: Hello', 'assistant: one two'])
  })

  test.each([404, 410])('and that the server does not keep any more (%d) is interrupted', async (status) => {
    const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    openAll()
    await until(() => node.ended.length === 1)
    const { runId = '' } = store.load()
    const gone: typeof fetch = async (target, init) =>
      urlOf(target).includes(runId) ? new Response('Gone.', { status }) : fetch(target, init)
    const options = { url: `${node.url}/chat`, id: 'c', resume: false, fetch: gone, save: store.save }
    for (const _reload of [1, 2]) {
      const again = open({ ...options, ...store.load() })
      expect(await again.resume()).toBe(false)
      expect(again.getSnapshot().outcome).toBe('interrupted')
      expect(await shownEnd(again)).toEqual(['error', 'interrupted', 'user: Hello', 'assistant: one '])
      expect(again.getSnapshot().error).toMatchObject({ code: 'interrupted', retryable: true })
      expect(JSON.stringify(again.getSnapshot().messages)).not.toContain('"streaming"')
      again.close()
    }
    const last = open({ ...options, ...store.load() })
    await last.resume()
    await last.retry()
    expect(await shownEnd(last)).toEqual(['ready', 'completed', 'user: Hello', 'assistant: one two'])
    expect(store.load().runId).toBeUndefined()
  })

  test('is kept for the next try where the server cannot be asked', async () => {
    const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    openAll()
    await until(() => node.ended.length === 1)
    const { runId = '' } = store.load()
    let isOpen = false
    const guarded: typeof fetch = async (target, init) =>
      !isOpen && urlOf(target).includes(runId) ? new Response('No.', { status: 401 }) : fetch(target, init)
    const again = open({ url: `${node.url}/chat`, id: 'c', fetch: guarded, ...store.load(), save: store.save })
    expect(await shownEnd(again)).toEqual(['error', 'failed', 'user: Hello', 'assistant: one '])
    expect(store.load().runId).toBe(runId)
    isOpen = true
    expect(await again.resume()).toBe(true)
    await until(() => again.getSnapshot().outcome === 'completed')
    expect(texts(again.getSnapshot().messages)).toEqual(['user: Hello', 'assistant: one two'])
  })

  test('is read once where the chat is live, and what followed it as well', async () => {
    const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    openAll()
    await until(() => node.ended.length === 1)
    const requests: string[] = []
    const noting: typeof fetch = (target, init) => {
      requests.push(urlOf(target))
      return fetch(target, init)
    }
    const page = open({ url: `${node.url}/chat`, id: 'c', live: true, fetch: noting, ...store.load() })
    expect(await shownEnd(page)).toEqual(['ready', 'completed', 'user: Hello', 'assistant: one two'])
    const other = open({ url: `${node.url}/chat`, id: 'c', messages: page.getSnapshot().messages })
    await other.send('Again')
    const whole = ['user: Hello', 'assistant: one two', 'user: Again', 'assistant: one two']
    await untilShown(page, whole)
    expect(requests.filter((url) => url.includes(`/${store.load().runId}/stream`))).toHaveLength(1)
  })
})

/** Asks again in another page, so that an answer is being given, and opens the page that was away. */
async function overtaken(more: Partial<CreateChatOptions> = {}, isKept = true) {
  const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
  const gates = stepped(['three ', 'four'])
  let count = 0
  const node = await startChat((ctx) => ((count += 1) === 1 ? handler(ctx) : gates.handler(ctx)))
  openGate(0)
  const store = await leave(node, saysOne)
  openAll()
  await until(() => node.ended.length === 1)
  const { messages = [], runId = '' } = store.load()
  const other = open({ url: `${node.url}/chat`, id: 'c', messages })
  void other.send('Again')
  gates.open(0)
  await until(() => texts(other.getSnapshot().messages).includes('assistant: three '))
  const gone: typeof fetch = async (target, init) =>
    urlOf(target).includes(runId) ? new Response('Gone.', { status: 410 }) : fetch(target, init)
  const page = open({ url: `${node.url}/chat`, id: 'c', fetch: isKept ? fetch : gone, ...more, ...store.load() })
  return { page, openAll: gates.openAll }
}

describe('an answer of which a part is here, while the chat is given another one,', () => {
  test.each([{ live: false }, { live: true }])(
    'is read to its end, and then the other as it comes (%j)',
    async (more) => {
      const { page, openAll } = await overtaken(more)
      expect(await page.resume()).toBe(true)
      const before = ['user: Hello', 'assistant: one two', 'user: Again']
      await untilShown(page, [...before, 'assistant: three '])
      expect(page.getSnapshot().status).toBe('streaming')
      openAll()
      await until(() => page.getSnapshot().status === 'ready')
      expect(texts(page.getSnapshot().messages)).toEqual([...before, 'assistant: three four'])
      expect(page.getSnapshot()).toMatchObject({ outcome: 'completed', error: undefined })
    },
  )

  test('is closed as it is where the server does not keep it any more', async () => {
    const { page, openAll } = await overtaken({}, false)
    await untilShown(page, ['user: Hello', 'assistant: one ', 'user: Again', 'assistant: three '])
    openAll()
    const whole = ['user: Hello', 'assistant: one ', 'user: Again', 'assistant: three four']
    await untilShown(page, whole)
    await until(() => page.getSnapshot().status === 'ready')
    expect(JSON.stringify(page.getSnapshot().messages)).not.toContain('"streaming"')
  })
})

describe('nothing is looked for', () => {
  test('where messages are of another store, or the server is another', async () => {
    const { handler, open: openGate, openAll } = stepped(['one ', 'two'])
    const node = await startChat(handler)
    openGate(0)
    const store = await leave(node, saysOne)
    openAll()
    await until(() => node.ended.length === 1)
    const { messages = [], runId } = store.load()
    for (const more of [{}, { runId, server: 'other' as const }]) {
      const again = open({ url: `${node.url}/chat`, id: 'c', resume: false, messages, ...more })
      expect(await again.resume()).toBe(false)
      expect(again.getSnapshot()).toMatchObject({ status: 'ready', outcome: undefined, messages })
    }
  })

  test('once something else is asked, or the conversation is replaced', async () => {
    const { handler, openAll } = stepped(['one ', 'two'])
    const { url } = await startChat(handler)
    openAll()
    const runId = 'a'.repeat(25)
    const asked = open({ url: `${url}/chat`, id: 'c', resume: false, runId })
    await asked.send('Hello')
    expect(await asked.resume()).toBe(false)
    expect(asked.getSnapshot().outcome).toBe('completed')
    const replaced = open({ url: `${url}/chat`, id: 'd', resume: false, runId })
    replaced.setMessages([])
    expect(await replaced.resume()).toBe(false)
    expect(replaced.getSnapshot().outcome).toBeUndefined()
  })
})
