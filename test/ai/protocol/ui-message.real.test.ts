// UI messages, read by the clients that they are for.
import { describe, expect, test } from 'vitest'
import { uiMessageProtocol } from '../../../src/ai/protocol/ui-message.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { encodeLog } from '../../support/chat/encode-log.ts'
import { compared, expectedMessage } from '../../support/chat/expected-message.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 150 }, (_, seed) => seed)
const outcomes = ['failed', 'stopped', 'interrupted'] as const
const versions = [
  { name: 'ai', version: 7 },
  { name: 'ai-6', version: 6 },
] as const

interface ReadMessage {
  id: string
  metadata?: unknown
  parts: ({ type: string } & Record<string, unknown>)[]
}

interface Read {
  readonly message: ReadMessage | undefined
  readonly errors: readonly string[]
}

/** Reads a log as `useChat` does, and fails at whatever `useChat` would fail at. */
async function read(name: string, version: 6 | 7, log: readonly ChatEvent[], written: 6 | 7 = version): Promise<Read> {
  const { DefaultChatTransport, readUIMessageStream } = await clientPackage(name)
  const body = encodeLog(uiMessageProtocol, log, { uiVersion: written })
  const transport = new DefaultChatTransport({
    api: 'http://chat/',
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  })
  const stream = await transport.sendMessages({
    trigger: 'submit-message',
    chatId: 'c',
    messageId: undefined,
    messages: [],
  })
  const errors: string[] = []
  let message: ReadMessage | undefined
  const onError = (error: unknown): void => void errors.push(error instanceof Error ? error.message : String(error))
  for await (const next of readUIMessageStream({ stream, onError })) message = next
  return { message, errors }
}

describeWith('chat-clients', 'UI messages', () => {
  describe.each(versions)('$name', ({ name, version }) => {
    test('a log that has completed is the message that it is meant to be', async () => {
      const { validateUIMessages } = await clientPackage(name)
      for (const seed of seeds) {
        const log = randomLog(seed, { hasResets: false })
        const { message, errors } = await read(name, version, log)
        expect(errors, `seed ${seed}`).toEqual([])
        if (message === undefined) throw new Error('There is no message.')
        expect(compared(message), `seed ${seed}`).toEqual(expectedMessage(log, version))
        if (message.parts.length > 0) await validateUIMessages({ messages: [message] })
      }
    })

    test.each(outcomes)('a log that has %s at any place is a whole and valid message', async (outcome) => {
      const { validateUIMessages } = await clientPackage(name)
      const said = { failed: ['The model is busy.'], stopped: [], interrupted: ['The answer was interrupted.'] }[
        outcome
      ]
      for (const seed of seeds.slice(0, 12)) {
        const whole = randomLog(seed, { hasResets: false, length: 25 })
        for (let count = 1; count < whole.length; count += 1) {
          const log = cutLog(whole, count, outcome)
          const { message, errors } = await read(name, version, log)
          expect(errors, `seed ${seed}, ${count} events`).toEqual(said)
          if (message === undefined) continue
          expect(compared(message), `seed ${seed}, ${count} events`).toEqual(expectedMessage(log, version))
          if (message.parts.length > 0) await validateUIMessages({ messages: [message] })
        }
      }
    })

    test('logs in which steps are taken back are read to their end', async () => {
      for (const seed of seeds) {
        const log = randomLog(seed, { length: 60 })
        const { errors } = await read(name, version, log)
        expect(errors, `seed ${seed}`).toEqual([])
      }
    })
  })
})
