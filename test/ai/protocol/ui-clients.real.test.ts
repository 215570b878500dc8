// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// UI messages in the rest of what reads them: `useChat`'s core, readers that join late, assistant-ui, the text transport.
import { describe, expect, test } from 'vitest'
import { textProtocol } from '../../../src/ai/protocol/text.ts'
import { uiMessageProtocol } from '../../../src/ai/protocol/ui-message.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { encodeLog, plainOptions } from '../../support/chat/encode-log.ts'
import { fixedLogs } from '../../support/chat/fixed-logs.ts'
import { cutLog, randomLog } from '../../support/chat/random-log.ts'
import { describeWith } from '../../support/component/component.ts'

const seeds = Array.from({ length: 60 }, (_, seed) => seed)

type Part = { type: string } & Record<string, unknown>

/** A transport of `ai` to a server that always answers this. */
async function transportTo(name: string, body: string, kind = 'DefaultChatTransport'): Promise<any> {
  const client = await clientPackage(name)
  return new client[kind]({ api: 'http://chat/', fetch: async () => new Response(body) })
}

async function readParts(
  name: string,
  body: string,
): Promise<{ id: string; parts: readonly Part[]; errors: readonly string[] }> {
  const { readUIMessageStream } = await clientPackage(name)
  const transport = await transportTo(name, body)
  const stream = await transport.sendMessages({ trigger: 'submit-message', chatId: 'c', messages: [] })
  const errors: string[] = []
  const read = { id: '', parts: [] as readonly Part[], errors }
  for await (const { id, parts } of readUIMessageStream({
    stream,
    onError: (error: unknown) => errors.push(String(error)),
  })) {
    Object.assign(read, { id, parts })
  }
  return read
}

function callsOf(parts: readonly Part[]): ReadonlyMap<unknown, unknown> {
  const calls = parts.filter((part) => part['toolCallId'] !== undefined)
  return new Map(calls.map(({ toolCallId, state, output, errorText }) => [toolCallId, { state, output, errorText }]))
}

/** The chunks from an event on, for a reader that was not there before. */
function joined(log: readonly ChatEvent[], from: number, uiVersion: 6 | 7): string {
  const encoder = uiMessageProtocol.createEncoder({ ...plainOptions, uiVersion })
  for (const event of log.slice(0, from)) encoder.encode(event, JSON.stringify(event))
  const prelude = encoder.prelude?.() ?? []
  return [...prelude, ...log.slice(from).flatMap((event) => encoder.encode(event, JSON.stringify(event)))].join('')
}

describeWith('chat-clients', 'UI messages, in the middle and at their end', () => {
  describe.each([
    { name: 'ai', version: 7 },
    { name: 'ai-6', version: 6 },
  ] as const)('$name', ({ name, version }) => {
    test('a reader that joins at any event sees all that follows', async () => {
      for (const seed of seeds.slice(0, 12)) {
        const log = randomLog(seed, { length: 30, hasResets: seed % 2 === 0 })
        const whole = await readParts(name, joined(log, 0, version))
        for (let from = 1; from < log.length; from += 1) {
          const late = await readParts(name, joined(log, from, version))
          expect(late.errors, `seed ${seed} from ${from}`).toEqual([])
          expect(late.id).toBe(whole.id)
          const calls = callsOf(whole.parts)
          for (const [id, call] of callsOf(late.parts)) expect(call, `seed ${seed} from ${from}`).toEqual(calls.get(id))
          const texts = whole.parts.flatMap(({ text }) => (typeof text === 'string' ? [text] : []))
          for (const { text } of late.parts) {
            if (typeof text === 'string') expect(texts.some((full) => full.endsWith(text))).toBe(true)
          }
        }
      }
    })

    test('useChat shows the failure, and keeps what was said', async () => {
      const { AbstractChat } = await clientPackage(name)
      for (const outcome of ['failed', 'interrupted'] as const) {
        const body = encodeLog(uiMessageProtocol, fixedLogs[outcome] ?? [], { uiVersion: version })
        const state = chatState()
        const chat = new AbstractChat({ id: 'c', state, transport: await transportTo(name, body) })
        await chat.sendMessage({ text: 'Hi' })
        expect(state.status).toBe('error')
        expect(state.error?.message).toBe(outcome === 'failed' ? 'The model is busy.' : 'The answer was interrupted.')
        expect(state.messages.at(-1)?.parts).toContainEqual(
          expect.objectContaining({ text: 'Half a sen', state: 'done' }),
        )
      }
    })

    test('useChat is ready after an answer that was stopped, and nothing in it is open', async () => {
      const { AbstractChat } = await clientPackage(name)
      const state = chatState()
      const transport = await transportTo(name, encodeLog(uiMessageProtocol, fixedLogs['stopped'] ?? []))
      await new AbstractChat({ id: 'c', state, transport }).sendMessage({ text: 'Hi' })
      expect(state.status).toBe('ready')
      expect(state.messages.at(-1)?.parts.map((part: Part) => part['state'] ?? 'none')).toEqual([
        'none',
        'done',
        'output-error',
        'output-error',
      ])
    })

    test('a message that was stopped while a call waited for a person is taken back by the next request', async () => {
      const { validateUIMessages } = await clientPackage(name)
      const asking = (fixedLogs['calls'] ?? []).findIndex(({ type }) => type === 'tool-approval-request')
      const log = cutLog(fixedLogs['calls'] ?? [], asking + 1, 'stopped')
      const { parts } = await readParts(name, encodeLog(uiMessageProtocol, log, { uiVersion: version }))
      const state = version === 7 ? 'output-denied' : 'approval-requested'
      expect(parts.find(({ toolCallId }) => toolCallId === 'c4')).toMatchObject({ state })
      expect(await validateUIMessages({ messages: [{ id: 'm', role: 'assistant', parts }] })).toHaveLength(1)
    })

    test('the text transport reads text', async () => {
      const log = fixedLogs['answer'] ?? []
      const transport = await transportTo(name, encodeLog(textProtocol, log), 'TextStreamChatTransport')
      const { readUIMessageStream } = await clientPackage(name)
      const stream = await transport.sendMessages({ trigger: 'submit-message', chatId: 'c', messages: [] })
      let text: unknown
      for await (const message of readUIMessageStream({ stream }))
        text = message.parts.find(({ type }: Part) => type === 'text')?.text
      expect(text).toBe('Hello, 世界 👋\n\n"quoted"')
    })
  })

  test('a step that is taken back is gone in ai 7, and closed in ai 6', async () => {
    const log = fixedLogs['steps'] ?? []
    const texts = async (name: string, uiVersion: 6 | 7): Promise<readonly unknown[]> => {
      const { parts } = await readParts(name, encodeLog(uiMessageProtocol, log, { uiVersion }))
      return parts.flatMap(({ text, state }) => (text === undefined ? [] : [[text, state]]))
    }
    const after = [['Another message', 'done']]
    expect(await texts('ai', 7)).toEqual([['Before', 'done'], [' and after', 'done'], ...after])
    expect(await texts('ai-6', 6)).toEqual([['Before and after', 'done'], ['Wrong', 'done'], ...after])
  })

  test('ai 7 reads what is written for ai 6', async () => {
    for (const seed of seeds) {
      const body = encodeLog(uiMessageProtocol, randomLog(seed, { hasResets: false }), { uiVersion: 6 })
      const [six, seven] = [await readParts('ai-6', body), await readParts('ai', body)]
      expect(seven.errors).toEqual([])
      expect(callsOf(seven.parts)).toEqual(callsOf(six.parts))
    }
  })

  test('assistant-ui reads every log to its end', async () => {
    const { AssistantMessageAccumulator, UIMessageStreamDecoder } = await clientPackage('assistant-stream')
    for (const seed of seeds) {
      const whole = randomLog(seed)
      for (const log of [
        whole,
        cutLog(whole, seed % whole.length, 'failed'),
        cutLog(whole, seed % whole.length, 'stopped'),
      ]) {
        const body = new Response(encodeLog(uiMessageProtocol, log)).body
        const messages = body?.pipeThrough(new UIMessageStreamDecoder()).pipeThrough(new AssistantMessageAccumulator())
        let last: any
        for await (const message of messages ?? []) last = message
        const texts = (last?.parts ?? []).flatMap(({ type, text }: Part) =>
          type === 'text' && text !== '' ? [text] : [],
        )
        expect(new Set(texts), `seed ${seed}`).toEqual(new Set(textsOf(log)))
        expect(last?.status.type, `seed ${seed}`).not.toBe('running')
      }
    }
  })
})

/** The texts of the parts that say something. */
function textsOf(log: readonly ChatEvent[]): Iterable<string> {
  const texts = new Map<string, string>()
  for (const event of log) {
    if (event.type === 'text-delta' || event.type === 'refusal-delta') {
      texts.set(event.id, (texts.get(event.id) ?? '') + event.delta)
    }
  }
  return texts.values()
}

/** What `useChat` keeps, without React. */
function chatState(): any {
  const state = {
    status: 'ready',
    error: undefined,
    messages: [] as { parts: Part[] }[],
    pushMessage: (message: { parts: Part[] }) => void state.messages.push(message),
    popMessage: () => void state.messages.pop(),
    replaceMessage: (index: number, message: { parts: Part[] }) =>
      void (state.messages[index] = structuredClone(message)),
    snapshot: structuredClone,
  }
  return state
}
