// Calls that wait for a person's word when their run ends.
import { expect, test } from 'vitest'
import { OpenParts, type ChatEvent } from '../../src/chat-model/index.ts'

const asked: readonly ChatEvent[] = [
  { type: 'tool-input-available', toolCallId: 'c', toolName: 'pay', input: {}, executor: 'server' },
  { type: 'tool-approval-request', approvalId: 'a', toolCallId: 'c' },
]

function closersAfter(events: readonly ChatEvent[], outcome: 'completed' | 'stopped'): readonly ChatEvent[] {
  const parts = new OpenParts()
  for (const event of events) parts.take(event)
  return parts.closers({ type: 'run-end', outcome })
}

test('a call of the server that waits for an approval stays open in a run that has completed', () => {
  expect(closersAfter(asked, 'completed')).toEqual([])
})

test('it is closed in a run that was stopped', () => {
  expect(closersAfter(asked, 'stopped')).toEqual([
    { type: 'tool-output-error', toolCallId: 'c', errorText: 'Stopped.' },
  ])
})
