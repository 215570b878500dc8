import { describe, expect, it } from 'vitest'
import { type ChatEvent, OpenParts, type RunOutcome } from '../../src/chat-model/index.ts'

const available = (executor: 'client' | 'server'): ChatEvent => ({
  type: 'tool-input-available',
  toolCallId: 'c',
  toolName: 'w',
  input: 1,
  executor,
})
const approval: ChatEvent = { type: 'tool-approval-request', toolCallId: 'c', approvalId: 'a' }

function closers(outcome: RunOutcome, ...events: readonly ChatEvent[]): readonly string[] {
  const open = new OpenParts()
  for (const event of events) open.take(event)
  return open.closers({ type: 'run-end', outcome }).map(({ type }) => type)
}

describe('what is open at the end of a run', () => {
  it('is not what a step began that was taken back', () => {
    const before: ChatEvent = { type: 'text-start', id: 't1' }
    const step: readonly ChatEvent[] = [{ type: 'step-start' }, available('server'), { type: 'text-start', id: 't2' }]
    expect(closers('stopped', before, ...step, { type: 'step-reset' })).toEqual(['text-end', 'step-end'])
  })

  it('is still a call of before the step whose input came again in it', () => {
    const events = [available('client'), { type: 'step-start' }, available('server'), { type: 'step-reset' }] as const
    expect(closers('stopped', ...events)).toEqual(['tool-output-error', 'step-end'])
  })

  it('is left to the person whom a call waits for, where the run has completed', () => {
    expect(closers('completed', available('server'), approval)).toEqual([])
    expect(closers('stopped', available('server'), approval)).toEqual(['tool-output-error'])
    expect(closers('completed', available('server'))).toEqual(['tool-output-error'])
  })
})
