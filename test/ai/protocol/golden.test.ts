// The frames of fixed logs, as golden files. Positions count frames: a file that changes breaks those that clients hold.
import { describe, expect, test } from 'vitest'
import { eventsProtocol } from '../../../src/ai/protocol/events.ts'
import { openAiChatProtocol } from '../../../src/ai/protocol/openai-chat.ts'
import type { ChatProtocol } from '../../../src/ai/protocol/protocol.ts'
import { textProtocol } from '../../../src/ai/protocol/text.ts'
import { uiMessageProtocol } from '../../../src/ai/protocol/ui-message.ts'
import type { ChatEvent } from '../../../src/chat-model/index.ts'
import { encodeEach, plainOptions } from '../../support/chat/encode-log.ts'
import { fixedLogs } from '../../support/chat/fixed-logs.ts'

/** The frames under the events that make them, and what was lost. */
function golden(protocol: ChatProtocol, log: readonly ChatEvent[], uiVersion: 6 | 7): string {
  const losses: string[] = []
  const onLoss = (type: string, dealt: string): void => void losses.push(`${type} ${dealt}`)
  const frames = encodeEach(protocol, log, { uiVersion, usageInMetadata: uiVersion === 7, onLoss })
  const blocks = frames.map((made, index) => `# ${log[index]?.type}\n${made.join('')}`)
  return `${blocks.join('\n')}\n# lost: ${losses.join(', ')}\n`
}

const cases = Object.entries(fixedLogs)

describe.each([
  { folder: 'ui-message', protocol: uiMessageProtocol, uiVersion: 6 },
  { folder: 'ui-message-7', protocol: uiMessageProtocol, uiVersion: 7 },
  { folder: 'text', protocol: textProtocol, uiVersion: 6 },
  { folder: 'events', protocol: eventsProtocol, uiVersion: 6 },
  { folder: 'openai-chat', protocol: openAiChatProtocol, uiVersion: 6 },
] as const)('$folder', ({ folder, protocol, uiVersion }) => {
  test.each(cases)('writes %s as it always has', async (name, log) => {
    await expect(golden(protocol, log, uiVersion)).toMatchFileSnapshot(`golden/${folder}/${name}.txt`)
  })
})

describe('whole answers of openai-chat', () => {
  test.each(cases.filter(([name]) => !/failed|interrupted/.test(name)))('of %s', async (name, log) => {
    const whole = openAiChatProtocol.createWhole?.(plainOptions)
    for (const event of log) whole?.take(event)
    await expect(`${JSON.stringify(whole?.body(), null, 2)}\n`).toMatchFileSnapshot(
      `golden/openai-chat/${name}.whole.json`,
    )
  })
})

test('the logs have each kind of event', () => {
  const types = new Set(Object.values(fixedLogs).flatMap((log) => log.map(({ type }) => type)))
  expect(types.size).toBe(32)
})

test('a reader that joins in the middle of UI messages gets the beginnings, and the input so far', async () => {
  const encoder = uiMessageProtocol.createEncoder(plainOptions)
  for (const event of fixedLogs['stopped']?.slice(0, -1) ?? []) encoder.encode(event, JSON.stringify(event))
  const prelude = encoder.prelude?.() ?? []
  await expect(prelude.join('')).toMatchFileSnapshot('golden/ui-message/stopped.prelude.txt')
})

test('a reader that joins in the middle of the events gets the beginnings of all that is open', () => {
  const encoder = eventsProtocol.createEncoder(plainOptions)
  for (const event of fixedLogs['stopped']?.slice(0, -1) ?? []) encoder.encode(event, JSON.stringify(event))
  const types = encoder.prelude?.().map((frame) => /^event: (.*)\n/.exec(frame)?.[1])
  expect(types).toEqual(
    'run-start message-start step-start text-start tool-input-available tool-input-start tool-input-delta'.split(' '),
  )
})
