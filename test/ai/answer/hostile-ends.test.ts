import { expect, test } from 'vitest'
import type { ChatHandler } from '../../../src/ai/index.ts'
import { createGate } from '../../support/time/gate.ts'
import { framesOf, say, startChat } from '../../support/chat/chat-node.ts'

const whole = { model: 'any', messages: [{ role: 'user', content: 'hi' }] }

/** Sends a message, and leaves once `left` resolves. */
async function leave(url: string, body: object, left: Promise<void>): Promise<void> {
  const reader = new AbortController()
  const answer = fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: reader.signal,
  })
  const gone = answer.then((response) => response.text()).catch(() => {})
  await left
  reader.abort()
  await gone
}

/** A source that waits for ever, and whose `return()` throws without a promise. */
const throwsAtOnce =
  (onWait: () => void): ChatHandler =>
  () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => {
        onWait()
        return new Promise<IteratorResult<string>>(() => {})
      },
      return: (): Promise<IteratorResult<string>> => {
        throw new Error('left at once')
      },
    }),
  })

test('a reader of a whole answer leaves, and the handler throws as it ends: its error, unhandled, would fail this run', async () => {
  const waiting = createGate()
  const thrown = createGate()
  const { url, ended } = await startChat(
    async function* ({ sleep }) {
      try {
        yield 'a'
        waiting.open()
        await sleep(600_000).catch(() => {})
        yield 'b'
      } finally {
        thrown.open()
        throw new Error('at the end') // oxlint-disable-line no-unsafe-finally
      }
    },
    { isBound: true },
  )
  await leave(`${url}/chat/v1/chat/completions`, whole, waiting.opened)
  await thrown.opened
  await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['stopped'])
})

test.each([true, false])(
  'a source whose return() throws at once ends its answer alone (bound: %s)',
  async (isBound) => {
    const waiting = createGate()
    const { url, ended } = await startChat(throwsAtOnce(waiting.open), { isBound, leaveMs: 1 })
    await leave(`${url}/chat/v1/chat/completions`, { ...whole, stream: true }, waiting.opened)
    await expect.poll(() => ended.map(({ outcome }) => outcome)).toEqual(['stopped'])
  },
)

test('meta that throws spoils no answer that lives with its reader', async () => {
  const { url, errors } = await startChat(
    async function* () {
      yield 'whole'
    },
    {
      isBound: true,
      meta: () => {
        throw new Error('no meta')
      },
    },
  )
  const frames = framesOf(await (await say(url)).text())
  expect(frames.map(({ data }) => data).slice(-2)).toEqual([expect.stringContaining('"finish"'), '[DONE]'])
  expect(errors.map(String)).toEqual(['Error: no meta'])
})

test('an answer that is stopped while its handler begins ends the stream that the handler returns', async () => {
  const beginning = createGate()
  const goOn = createGate()
  const cancelled = createGate()
  const { url } = await startChat(async () => {
    beginning.open()
    await goOn.opened
    return new ReadableStream<string>({ cancel: () => cancelled.open() })
  })
  const answer = say(url).then((response) => response.text())
  await beginning.opened
  const stop = await fetch(`${url}/chat/chat-1/stop`, { method: 'POST' })
  expect(await stop.json()).toEqual({ stopped: true })
  goOn.open()
  await answer
  await cancelled.opened
})
