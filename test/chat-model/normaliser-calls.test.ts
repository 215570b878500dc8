// Calls of tools in the log.
import { describe, expect, it } from 'vitest'
import type { DraftEvent, ToolPart } from '../../src/chat-model/index.ts'
import { Normaliser } from '../../src/chat-model/internal.ts'
import { available, continuedWith, logOf, other, short, source, text } from './log-of-drafts.ts'

const output = (toolCallId: string): DraftEvent => ({ type: 'tool-output-available', toolCallId, output: 1 })

const start = (toolCallId: string): DraftEvent => ({ type: 'tool-input-start', toolCallId, toolName: 'weather' })

const input = (toolCallId: string, inputTextDelta: string): DraftEvent => ({
  type: 'tool-input-delta',
  toolCallId,
  inputTextDelta,
})

describe('tool calls', () => {
  const end: DraftEvent = { type: 'message-end', reason: 'tool-calls' }
  it('keep their ids', () => {
    expect(short(logOf([start('c'), input('c', '{}'), available('c'), output('c')])).slice(1, -1)).toEqual([
      'tool-input-start c',
      'tool-input-delta c {}',
      'tool-input-available c',
      'tool-output-available c',
    ])
  })

  it('get an id where they have none, apart from those that the normaliser has given out', () => {
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    expect(normaliser.newToolCallId()).toBe('call_R_1')
    expect(short(normaliser.take(start(''), source))).toContain('tool-input-start call_R_2')
    expect(short(normaliser.take(input('', '{'), source))).toEqual(['tool-input-delta call_R_2 {'])
  })

  it('get another id where theirs comes again after its output; what follows is of the new one', () => {
    const again = [available('c'), output('c'), start('c'), input('c', '{}'), available('c'), output('c')]
    expect(short(logOf(again)).slice(3, -1)).toEqual([
      'tool-input-start c_2',
      'tool-input-delta c_2 {}',
      'tool-input-available c_2',
      'tool-output-available c_2',
    ])
  })

  it('of two sources with one id are two', () => {
    const log = logOf([start('c'), [start('c'), other], input('c', '1'), [input('c', '2'), other]])
    expect(short(log)).toContain('tool-input-delta c 1')
    expect(short(log)).toContain('tool-input-delta c_2 2')
  })

  it('end where their input is begun anew', () => {
    expect(short(logOf([start('c'), input('c', '{'), start('c')])).slice(3, -1)).toEqual([
      'tool-input-error c',
      'tool-input-start c_2',
    ])
  })

  it('take the output of another source by their id', () => {
    expect(short(logOf([available('c'), [output('c'), other]]))).toContain('tool-output-available c')
  })

  it('take no output twice', () => {
    expect(
      short(logOf([available('c'), output('c'), output('c')])).filter((line) => line.includes('output')),
    ).toHaveLength(1)
  })

  it('are known from the message that is continued', () => {
    const call: ToolPart = {
      type: 'dynamic-tool',
      toolName: 'w',
      toolCallId: 'old',
      state: 'input-available',
      input: 1,
    }
    expect(short(logOf([output('old')], { continued: continuedWith(call) }))).toContain('tool-output-available old')
  })

  it.each<DraftEvent>([
    output('unknown'),
    { type: 'tool-output-error', toolCallId: 'unknown', errorText: '' },
    { type: 'tool-output-denied', toolCallId: 'unknown' },
    { type: 'tool-approval-request', toolCallId: 'unknown', approvalId: 'a' },
  ])('that nobody has made have no $type', (draft) => {
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    expect(() => normaliser.take(draft, source)).toThrow(
      expect.objectContaining({ code: 'ERR_CHAT_EVENT', message: expect.stringContaining('"unknown"') }),
    )
    expect(short(normaliser.take(text('a'), source))[0]).toBe('message-start msg_R')
  })

  it.each([
    ['the draft', { clientTools: ['weather'] }, 'provider', 'provider'],
    ['the tools of the request', { clientTools: ['weather'] }, undefined, 'client'],
    ['the default', { clientTools: ['another'] }, undefined, 'server'],
    ['the default of a request without tools', { callsAreTheClients: true }, undefined, 'client'],
  ] as const)('are run by whom %s says', (_, options, executor, expected) => {
    const draft: DraftEvent = { type: 'tool-input-start', toolCallId: 'c', toolName: 'weather' }
    const log = logOf([executor === undefined ? draft : { ...draft, executor }, available('c')], options)
    expect(log.flatMap((event) => ('executor' in event ? [event.executor] : []))).toEqual([expected, expected])
  })

  it.each([
    ['tool-calls', 'a call is the client’s', { callsAreTheClients: true }, [available('c'), end]],
    ['stop', 'the call was the server’s', { callsAreTheClients: false }, [available('c'), output('c'), end]],
    ['stop', 'a call has its output', { callsAreTheClients: true }, [available('c'), output('c'), end]],
    [
      'stop',
      'the first output of several has come from here',
      { callsAreTheClients: true },
      [available('c'), { type: 'tool-output-available', toolCallId: 'c', output: 1, preliminary: true }, end],
    ],
    ['tool-calls', 'a provider says stop', { callsAreTheClients: true }, [available('c'), { ...end, reason: 'stop' }]],
    ['length', 'the provider ran out', { callsAreTheClients: true }, [available('c'), { ...end, reason: 'length' }]],
    [
      'tool-calls',
      'a call waits for approval',
      { callsAreTheClients: false },
      [available('c'), { type: 'tool-approval-request', approvalId: 'a', toolCallId: 'c' }, end],
    ],
  ] as const)('end their message with the reason %s where %s', (reason, _, options, drafts) => {
    expect(logOf(drafts, options).at(-1)).toMatchObject({ type: 'message-end', reason })
  })

  it('whose step is taken back are left out from then on', () => {
    const log = logOf([{ type: 'step-start' }, available('c'), { type: 'step-reset' }, output('c'), available('c')])
    expect(short(log).slice(1, -1)).toEqual([
      'step-start',
      'tool-input-available c',
      'step-reset',
      'tool-input-available c',
      'step-end',
    ])
  })
})
