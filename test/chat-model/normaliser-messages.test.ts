// Messages in the log: where they begin and end, and what they say of themselves.
import { describe, expect, it } from 'vitest'
import type { DraftEvent } from '../../src/chat-model/index.ts'
import { continuedWith, delta, logOf, other, short, text } from './log-of-drafts.ts'

const end = (reason: 'stop' | 'length', usage?: number): DraftEvent => ({
  type: 'message-end',
  reason,
  ...(usage === undefined ? {} : { usage: { outputTokens: usage } }),
})

const step = (inputTokens: number, outputTokens: number): DraftEvent => ({
  type: 'step-end',
  usage: { inputTokens, outputTokens },
})

const usage = (outputTokens: number): DraftEvent => ({ type: 'step-end', usage: { outputTokens } })

function starts(drafts: readonly DraftEvent[]): number {
  return logOf(drafts).filter(({ type }) => type === 'message-start').length
}

describe('messages', () => {
  it('are one where a handler yields two provider calls; the last reason wins', () => {
    const log = logOf([text('a'), end('length'), text('b'), end('stop')])
    expect(short(log).filter((line) => line.startsWith('message'))).toEqual([
      'message-start msg_R',
      'message-end msg_R',
    ])
    expect(log.at(-1)).toMatchObject({ reason: 'stop' })
  })

  it('end before another one begins, with their parts and their step', () => {
    const start: DraftEvent = { type: 'message-start', agent: { id: 'critic' } }
    const log = logOf([{ type: 'step-start' }, delta('0', 'a'), end('length'), start, delta('0', 'b')])
    expect(short(log)).toEqual([
      'message-start msg_R',
      'step-start',
      'text-start t1',
      'text-delta t1 a',
      'text-end t1',
      'step-end',
      'message-end msg_R',
      'message-start msg_R_2',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
      'message-end msg_R_2',
    ])
    expect(log[7]).toMatchObject({ agent: { id: 'critic' } })
  })

  it('keep the id that a handler gives them, once', () => {
    const start: DraftEvent = { type: 'message-start', id: 'mine' }
    const log = short(logOf([start, text('a'), { type: 'message-start' }, text('b'), start]))
    expect(log.filter((line) => line.startsWith('message-start'))).toEqual([
      'message-start mine',
      'message-start msg_R_2',
      'message-start msg_R_3',
    ])
  })

  it('are not begun twice by the same id; metadata of the second start is kept', () => {
    const start: DraftEvent = { type: 'message-start', id: 'mine', metadata: { a: 1 } }
    expect(logOf([start, text('a'), start])).toContainEqual({ type: 'message-metadata', metadata: { a: 1 } })
    expect(short(logOf([start, text('a'), start])).filter((line) => line.startsWith('message-start'))).toHaveLength(1)
  })

  it('are one where data comes before the start, as in streams of ai', () => {
    const data: DraftEvent = { type: 'data', name: 'plan', data: 1 }
    const named: DraftEvent = { type: 'message-start', id: 'theirs', metadata: { a: 1 } }
    const warnings: string[] = []
    const log = logOf([data, named, text('a'), named], { onWarning: (warning) => warnings.push(warning) })
    expect(log.filter(({ type }) => type === 'message-start')).toEqual([{ type: 'message-start', id: 'msg_R' }])
    expect(log).toContainEqual({ type: 'message-metadata', metadata: { a: 1 } })
    expect(warnings).toEqual(['The message "theirs" keeps the id "msg_R": its start came after its first content.'])
  })

  it('are two where text comes before the start, or another agent says it', () => {
    const data: DraftEvent = { type: 'data', name: 'plan', data: 1 }
    const begin: DraftEvent = { type: 'message-start' }
    expect(starts([data, text('a'), begin, text('b')])).toBe(2)
    expect(starts([data, { ...begin, agent: { id: 'critic' } }, text('b')])).toBe(2)
    expect(starts([begin, data, { ...begin, id: 'second' }, text('b')])).toBe(2)
  })

  it('continue the last one of the request', () => {
    const log = short(logOf([text('a'), { type: 'message-start' }, text('b')], { continued: continuedWith() }))
    expect(log.filter((line) => line.startsWith('message-start'))).toEqual([
      'message-start last',
      'message-start msg_R_2',
    ])
  })

  it('have the usage of their steps, added; counts within a step replace each other', () => {
    const begin: DraftEvent = { type: 'step-start' }
    const log = logOf([begin, step(1, 1), step(1, 5), begin, step(2, 7), [begin, other], [step(10, 10), other]])
    expect(log.at(-1)).toMatchObject({ usage: { inputTokens: 13, outputTokens: 22 } })
  })

  it('have the usage of calls that came without steps, added', () => {
    expect(logOf([text('a'), usage(3), usage(4), text('b'), usage(10)]).at(-1)).toMatchObject({
      usage: { outputTokens: 14 },
    })
  })

  it('take the counts of a whole source in place of those of its steps, and add those of two', () => {
    const begin: DraftEvent = { type: 'step-start' }
    const step: DraftEvent = { type: 'step-end', usage: { outputTokens: 4 } }
    const drafts = [begin, step, begin, step, end('stop', 9), begin, step, end('stop', 5)]
    expect(logOf(drafts).at(-1)).toMatchObject({ usage: { outputTokens: 14 } })
  })

  it('have no usage where nobody said any', () => {
    expect(logOf([text('a')]).at(-1)).toEqual({ type: 'message-end', id: 'msg_R', reason: 'stop' })
  })

  it('have the reason of their last step where nobody said another', () => {
    expect(logOf([text('a'), { type: 'step-end', reason: 'length' }]).at(-1)).toMatchObject({ reason: 'length' })
  })

  it('are not begun by nothing', () => {
    expect(logOf([text(''), delta('0', '')])).toEqual([])
  })
})
