// How much a chat route takes: the sizes of messages, and how many answers are started.
import { describe, expect, test, vi } from 'vitest'
import { memoryJournal, noLog, type Retention } from '../../../src/journal/index.ts'
import { framesOf, say, startChat, stepped, uiMessage } from '../../support/chat/chat-node.ts'
import { until } from '../../support/server/asking.ts'

const mebibyte = 1024 * 1024
const text = { type: 'text', text: 'What is it?' }
const link = { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' }

function file(length: number): object {
  return { type: 'file', mediaType: 'image/png', url: `data:image/png;base64,${'A'.repeat(length)}` }
}

function message(parts: readonly object[]): object {
  return { id: 'u1', role: 'user', parts }
}

async function* ok() {
  yield 'ok'
}

/** The question in the first event of a stream. */
function messageIn(stream: string): unknown {
  return JSON.parse(framesOf(stream)[0]?.data ?? '').message
}

/** A request whose last message is the assistant's, with an output of a tool of so many characters. */
function continued(length: number): object {
  const call = { type: 'dynamic-tool', toolName: 'read', toolCallId: 'c1', state: 'output-available', input: {} }
  return {
    id: 'chat-1',
    messages: [
      { id: 'u1', role: 'user', parts: [{ type: 'text', text: 'Read it.' }] },
      { id: 'a1', role: 'assistant', parts: [{ ...call, output: 'x'.repeat(length) }] },
    ],
  }
}

describe('a message that goes on', () => {
  test('is a 413 where it is larger than an event of a run, before anything is started', async () => {
    let calls = 0
    const handler = async function* () {
      calls += 1
      yield 'Read.'
    }
    const limits = { maxMessageBytes: 2 * mebibyte }
    const { url, ended, errors } = await startChat(handler, { limits, maxBodyBytes: 4 * mebibyte })
    const response = await say(url, continued(mebibyte + 1), { accept: 'text/event-stream;tidings=1' })
    expect([response.status, (await response.json()).message]).toEqual([
      413,
      "The message that goes on, and the request's options, are larger than 1048576 bytes.",
    ])
    expect((await fetch(`${url}/chat/chat-1/stream`)).status).toBe(204)
    const taken = await say(url, continued(mebibyte - 1000))
    expect(await taken.text()).toContain('Read.')
    expect([calls, ended.map(({ outcome }) => outcome), errors]).toEqual([1, ['completed'], []])
  })
})

describe('a picture', () => {
  test('of several MiB gets to the handler where the body may be as large', async () => {
    const options = { maxBodyBytes: 16 * mebibyte, limits: { maxFileBytes: 6 * mebibyte } }
    const { url } = await startChat(async function* ({ messages }) {
      const [file] = messages[0]?.parts ?? []
      yield String(file?.type === 'file' && file.url.length)
    }, options)
    const response = await say(url, { id: 'chat-1', messages: [message([file(5 * mebibyte), text])] })
    expect(await response.text()).toContain(String(5 * mebibyte + 'data:image/png;base64,'.length))
    expect((await say(url, { id: 'chat-1', messages: [message([file(7 * mebibyte), text])] })).status).toBe(413)
  })
})

describe('who follows an answer and has not asked for it', () => {
  test('is told of the question, without files that are larger than an event', async () => {
    const { url } = await startChat(
      async function* () {
        yield 'ok'
      },
      { maxBodyBytes: 16 * mebibyte },
    )
    const asked = async (parts: readonly object[]): Promise<{ readonly sent: unknown; readonly told: unknown }> => {
      const response = await say(
        url,
        { id: 'chat-1', messages: [message(parts)] },
        { accept: 'text/event-stream;tidings=1' },
      )
      const runId = response.headers.get('x-run-id') ?? ''
      const sent = messageIn(await response.text())
      const again = await fetch(`${url}/chat/${runId}/stream?protocol=events`)
      return { sent, told: messageIn(await again.text()) }
    }
    expect(await asked([file(1000), text])).toEqual({ sent: undefined, told: message([file(1000), text]) })
    expect(await asked([file(2 * mebibyte), link, text])).toEqual({ sent: undefined, told: message([link, text]) })
    expect(await asked([file(2 * mebibyte)])).toEqual({ sent: undefined, told: undefined })
  })
})

describe('a user who asks too often', () => {
  test('is answered 429 in the words of the protocol, with how long to wait', async () => {
    const { url } = await startChat(ok, { maxRunsPerOwnerPerMinute: 2 })
    const key = { 'idempotency-key': 'k' }
    const again = [await say(url, uiMessage('Hello'), key), await say(url, uiMessage('Hello'), key)]
    for (const response of again)
      expect([response.status, await response.text()]).toMatchObject([200, expect.stringContaining('ok')])
    await (await say(url)).text()
    const refused = await fetch(`${url}/chat/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'Hello' }] }),
    })
    expect([refused.status, await refused.json()]).toMatchObject([
      429,
      { error: { type: 'rate_limit_error', message: '2 answers were started for you within a minute.' } },
    ])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(30)
    expect((await say(url, uiMessage('Hello'), { user: 'another' })).status).toBe(200)
  })
})

/** What is written of runs and keys from now on: the topic, and for how long it is kept. */
function written(journal: ReturnType<typeof memoryJournal>): (readonly [string, number | false | undefined])[] {
  const list: (readonly [string, number | false | undefined])[] = []
  const note = (topic: string, retention: Retention | undefined): void => {
    if (/^~run\/(\w{25}|key)/.test(topic)) list.push([topic, retention?.forgetAfterMs])
  }
  const append = journal.append.bind(journal)
  const appendAll = journal.appendAll.bind(journal)
  vi.spyOn(journal, 'append').mockImplementation((topic, data, options) => {
    note(topic, options?.retention)
    return append(topic, data, options)
  })
  vi.spyOn(journal, 'appendAll').mockImplementation((topic, events, options) => {
    note(topic, options?.retention)
    return appendAll(topic, events, options)
  })
  return list
}

describe('a message that is refused', () => {
  test('leaves nothing of a run, and its key for no longer than a claim counts', async () => {
    const { handler, openAll } = stepped(['one'])
    const journal = memoryJournal()
    const { url } = await startChat(handler, { journal })
    const first = await say(url)
    const list = written(journal)
    expect((await say(url)).status).toBe(409)
    expect(list).toEqual([])
    expect((await say(url, uiMessage('Hello'), { 'idempotency-key': 'k' })).status).toBe(409)
    await until(() => list.length === 2)
    expect(list).toMatchObject([
      [expect.stringContaining('~run/key/'), expect.any(Number)],
      [expect.stringContaining('~run/key/'), 10_000],
    ])
    openAll()
    await first.text()
  })

  test('is forgotten after a second where another one was faster by a hair', async () => {
    const { handler, openAll } = stepped(['one'])
    const journal = memoryJournal()
    const { url } = await startChat(handler, { journal })
    const first = await say(url)
    const list = written(journal)
    const read = journal.read.bind(journal)
    let isOld = true
    vi.spyOn(journal, 'read').mockImplementation(async (topic, from, options) => {
      if (!isOld || !topic.startsWith('~chat/')) return read(topic, from, options)
      isOld = false
      return noLog
    })
    expect((await say(url)).status).toBe(409)
    await until(() => list.length === 2)
    const [lease, ended] = list
    expect(ended).toEqual([lease?.[0], 1000])
    openAll()
    await first.text()
  })

  test('for a reason of the server’s own keeps no other from being answered', async () => {
    const journal = memoryJournal()
    const { url } = await startChat(ok, { journal, meta: () => 'of Ann' })
    const append = journal.append.bind(journal)
    let isAway = true
    vi.spyOn(journal, 'append').mockImplementation(async (topic, data, options) => {
      if (!isAway || !topic.startsWith('~chat-end/')) return append(topic, data, options)
      isAway = false
      throw new Error('There is no room.')
    })
    expect((await say(url)).status).toBe(500)
    await until(() => !isAway)
    const response = await say(url)
    expect([response.status, await response.text()]).toMatchObject([200, expect.stringContaining('ok')])
  })
})
