// Answers of real servers of `ai`, and whether our transport is one of its own kind.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createChat } from '../../src/chat/index.ts'
import { clientPackage } from '../support/chat/client-package.ts'
import { describeWith } from '../support/component/component.ts'

const usage = { inputTokens: { total: 1, noCache: 1 }, outputTokens: { total: 1, text: 1 } }

describeWith('chat-clients', 'createChat()', () => {
  test('reads a server of ai: steps, tools, reasoning and data', async () => {
    const ai = await clientPackage('ai')
    const { MockLanguageModelV4, convertArrayToReadableStream } = await clientPackage('ai/test')
    const { z } = await clientPackage('zod')
    const steps = [
      [
        { type: 'stream-start', warnings: [] },
        { type: 'reasoning-start', id: '0' },
        { type: 'reasoning-delta', id: '0', delta: 'Hm.' },
        { type: 'reasoning-end', id: '0' },
        { type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Oslo"}' },
        { type: 'finish', finishReason: { unified: 'tool-calls', raw: undefined }, usage },
      ],
      [
        { type: 'stream-start', warnings: [] },
        { type: 'text-start', id: '0' },
        { type: 'text-delta', id: '0', delta: 'It is ' },
        { type: 'text-delta', id: '0', delta: '4 degrees.' },
        { type: 'text-end', id: '0' },
        { type: 'finish', finishReason: { unified: 'stop', raw: undefined }, usage },
      ],
    ]
    const model = new MockLanguageModelV4({
      doStream: async () => ({ stream: convertArrayToReadableStream(steps.shift() ?? []) }),
    })
    const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
      const { messages } = await new Response(init?.body ?? null).json()
      const result = ai.streamText({
        model,
        messages: await ai.convertToModelMessages(messages),
        stopWhen: ai.isStepCount === undefined ? ai.stepCountIs(3) : ai.isStepCount(3),
        tools: {
          weather: ai.tool({ inputSchema: z.object({ city: z.string() }), execute: async () => ({ degrees: 4 }) }),
        },
      })
      const stream = ai.createUIMessageStream({
        execute: ({ writer }: { writer: { write(chunk: object): void; merge(stream: unknown): void } }) => {
          writer.write({ type: 'data-load', id: 'l', data: 40 })
          writer.merge(result.toUIMessageStream())
        },
      })
      return ai.createUIMessageStreamResponse({ stream })
    }
    const chat = createChat({ url: 'http://ai/chat', server: 'other', fetch })
    await chat.send('How is the weather?')
    expect(chat.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed', error: undefined })
    const parts = chat.getSnapshot().messages[1]?.parts.filter(({ type }) => type !== 'step-start')
    expect(chat.getSnapshot().messages).toHaveLength(2)
    expect(parts).toMatchObject([
      { type: 'data-load', data: 40 },
      { type: 'reasoning', text: 'Hm.', state: 'done' },
      { type: 'dynamic-tool', toolName: 'weather', state: 'output-available', output: { degrees: 4 } },
      { type: 'text', text: 'It is 4 degrees.', state: 'done' },
    ])
  })

  test('reads what a server of ai says of a failure', async () => {
    const ai = await clientPackage('ai')
    const fetch = async (): Promise<Response> => {
      const stream = ai.createUIMessageStream({
        execute: () => {
          throw new Error('the password is 1234')
        },
      })
      return ai.createUIMessageStreamResponse({ stream })
    }
    const chat = createChat({ url: 'http://ai/chat', server: 'other', fetch })
    await chat.send('Hello')
    expect(chat.getSnapshot()).toMatchObject({
      status: 'error',
      outcome: 'failed',
      error: { message: 'An error occurred.' },
    })
  })
})

describeWith('chat-clients', 'createChatTransport()', () => {
  test('is a ChatTransport by the types of ai', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--allowImportingTsExtensions', '--ignoreConfig']
    const target = ['--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023,dom', '--types', 'node']
    const { stdout } = spawnSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', ...options, ...target, 'test/chat/types/transport.ts'],
      { cwd: root, encoding: 'utf8' },
    )
    expect(stdout).toBe('')
  })
})
