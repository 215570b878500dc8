// Where `fetch` cannot stream: the same answers over XMLHttpRequest.
/* oxlint-disable unicorn/prefer-add-event-listener -- what a stand-in for XMLHttpRequest has */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createChat } from '../../src/chat/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { XhrOverFetch } from '../support/chat/xhr-over-fetch.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

const retry = { minMs: 0 }

/** Counts what is sent. */
class Counted extends XhrOverFetch {
  static readonly sent: string[] = []

  override open(method: string, url: string): void {
    Counted.sent.push(`${method} ${new URL(url).pathname.replace(/[0-9a-z]{25,}/, ':id')}`)
    super.open(method, url)
  }
}

/** Breaks off at the first sight of some text. */
class Cut extends Counted {
  static left = 0

  override send(body: string | null): void {
    if (Cut.left > 0) {
      Cut.left -= 1
      const onprogress = this.onprogress
      this.onprogress = () => {
        onprogress?.()
        if (!this.responseText.includes('"text-delta"')) return
        const fail = this.onerror
        this.onload = null
        this.onerror = null
        this.onabort = fail
        this.abort()
      }
    }
    super.send(body)
  }
}

beforeEach(() => {
  Counted.sent.length = 0
})

/** Sends a message from a process that has no more than React Native. */
async function runBare(url: string): Promise<{ readonly output: string; readonly error: string }> {
  const program = fileURLToPath(new URL('bare-runtime.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, `${url}/chat`])
  const [output, error] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { output, error }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('an answer over XMLHttpRequest', () => {
  test('comes word by word, and is stopped', async () => {
    vi.stubGlobal('XMLHttpRequest', Counted)
    const { handler, open, log } = stepped(['one', 'two', 'three'])
    const { url } = await startChat(handler)
    const chat = createChat({ url: `${url}/chat`, transport: 'xhr', retry })
    const sent = chat.send('Hello')
    open(0)
    await until(() => JSON.stringify(chat.getSnapshot().messages).includes('one'))
    expect(chat.getSnapshot().status).toBe('streaming')
    expect(withoutSteps(chat.getSnapshot().messages[1]?.parts)).toMatchObject([{ text: 'one' }])
    open(1)
    await until(() => JSON.stringify(chat.getSnapshot().messages).includes('onetwo'))
    await chat.stop()
    await sent
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'stopped' })
    expect(log).toContain('finally aborted')
    expect(Counted.sent).toEqual(['POST /chat', 'POST /chat/:id/stop'])
  })

  test('goes on where its connection broke off', async () => {
    vi.stubGlobal('XMLHttpRequest', Cut)
    Cut.left = 2
    const { handler, open, openAll } = stepped(['één ', 'twee 🙂 ', 'drie'])
    const { url } = await startChat(handler)
    const chat = createChat({ url: `${url}/chat`, transport: 'xhr', retry })
    const sent = chat.send('Hello')
    open(0)
    await until(() => Counted.sent.length === 2)
    open(1)
    await until(() => Counted.sent.length === 3)
    openAll()
    await sent
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed' })
    expect(withoutSteps(chat.getSnapshot().messages[1]?.parts)).toMatchObject([{ text: 'één twee 🙂 drie' }])
    expect(Counted.sent).toEqual(['POST /chat', 'GET /chat/:id/stream', 'GET /chat/:id/stream'])
  })

  test('of plain text, and a refusal, are read too', async () => {
    vi.stubGlobal('XMLHttpRequest', Counted)
    const { url } = await startChat(async function* () {
      yield 'Hi'
    })
    const asText = createChat({ url: `${url}/chat?protocol=text`, transport: 'xhr', server: 'other' })
    await asText.send('Hello')
    expect(withoutSteps(asText.getSnapshot().messages[1]?.parts)).toMatchObject([{ text: 'Hi' }])
    const lost = createChat({ url: `${url}/elsewhere`, transport: 'xhr' })
    await lost.send('Hello')
    expect(lost.getSnapshot()).toMatchObject({ status: 'error', error: { code: 'not_found' } })
  })

  test('is chosen in a runtime without streams, decoders and newer signals', async () => {
    const { url } = await startChat(async function* () {
      yield 'Hello, '
      yield 'you.'
    })
    const { output, error } = await runBare(url)
    expect(error).toBe('')
    expect(JSON.parse(output)).toMatchObject({
      status: 'ready',
      outcome: 'completed',
      sent: ['POST'],
      text: 'Hello, you.',
    })
  })

  test('is not chosen where fetch streams, nor where the application gives one', async () => {
    vi.stubGlobal('XMLHttpRequest', Counted)
    const { url } = await startChat(async function* () {
      yield 'Hi'
    })
    await createChat({ url: `${url}/chat` }).send('Hello')
    vi.stubGlobal('Response', undefined)
    const response = { status: 500, ok: false, headers: new Headers(), body: null }
    const fetch = async () => Object.assign(Object.create(null), response)
    await createChat({ url: `${url}/chat`, fetch }).send('Hello')
    expect(Counted.sent).toEqual([])
  })
})
