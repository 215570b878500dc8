// How much a chat route takes: the sizes of messages, and how many answers are started.
import { describe, expect, test } from 'vitest'
import { framesOf, say, startChat } from '../../support/chat/chat-node.ts'

const mebibyte = 1024 * 1024
const text = { type: 'text', text: 'What is it?' }
const link = { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' }

function file(length: number): object {
  return { type: 'file', mediaType: 'image/png', url: `data:image/png;base64,${'A'.repeat(length)}` }
}

function message(parts: readonly object[]): object {
  return { id: 'u1', role: 'user', parts }
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
