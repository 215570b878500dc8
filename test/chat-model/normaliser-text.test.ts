// Text in the log: its parts, and what has none.
import { describe, expect, it } from 'vitest'
import type { DraftEvent } from '../../src/chat-model/index.ts'
import { available, delta, logOf, other, short, text } from './log-of-drafts.ts'

describe('parts of text', () => {
  it('are given a message, a start and an end', () => {
    expect(short(logOf([delta('0', 'a'), delta('0', 'b')]))).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'text-delta t1 b',
      'text-end t1',
      'message-end msg_R',
    ])
  })

  it('get ids that are unique in the run, by kind and by source', () => {
    const reasoning: DraftEvent = { type: 'reasoning-delta', id: '0', delta: 'r' }
    const refusal: DraftEvent = { type: 'refusal-delta', id: '0', delta: 'f' }
    const ids = logOf([delta('0', 'a'), [delta('0', 'b'), other], reasoning, refusal]).flatMap((event) =>
      'delta' in event ? [`${event.id} ${event.delta}`] : [],
    )
    expect(ids).toEqual(['t1 a', 't2 b', 'r1 r', 'f1 f'])
  })

  it('are new ones where their source uses an id again', () => {
    const drafts: DraftEvent[] = [delta('0', 'a'), { type: 'text-end', id: '0' }, delta('0', 'b')]
    expect(short(logOf(drafts)).slice(1, -1)).toEqual([
      'text-start t1',
      'text-delta t1 a',
      'text-end t1',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
    ])
  })

  it('end where their id is started again', () => {
    const start: DraftEvent = { type: 'text-start', id: '0' }
    expect(short(logOf([start, start])).slice(1, -1)).toEqual([
      'text-start t1',
      'text-end t1',
      'text-start t2',
      'text-end t2',
    ])
  })

  it('stay open over the borders of steps', () => {
    const log = short(logOf([delta('0', 'a'), { type: 'step-start' }, delta('0', 'b'), { type: 'step-end' }]))
    expect(log).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'step-start',
      'text-delta t1 b',
      'step-end',
      'text-end t1',
      'message-end msg_R',
    ])
  })

  it('that end without having begun vanish with a warning, and begin no message', () => {
    const warnings: string[] = []
    expect(logOf([{ type: 'text-end', id: '7' }], { onWarning: (text) => warnings.push(text) })).toEqual([])
    expect(warnings).toEqual(['text-end of "7", which is not open, was left out.'])
  })

  it('have no empty deltas, but keep what came with one', () => {
    const signed: DraftEvent = { type: 'text-delta', id: '0', delta: '', providerMetadata: { p: { signature: 's' } } }
    const log = logOf([delta('0', 'a'), delta('0', ''), signed])
    expect(short(log)).not.toContain('text-delta t1')
    expect(log).toContainEqual({ type: 'text-end', id: 't1', providerMetadata: { p: { signature: 's' } } })
  })

  it('hold the first half of a character back until its second half comes, each for itself', () => {
    const log = logOf([delta('0', 'a\uD83D'), delta('1', '\uD83D'), delta('0', '\uDE00'), delta('1', '\uDE01b')])
    expect(short(log).filter((line) => line.startsWith('text-delta'))).toEqual([
      'text-delta t1 a',
      'text-delta t1 \u{1F600}',
      'text-delta t2 \u{1F601}b',
    ])
  })

  it('have a replacement for the first half of a character that no second one follows', () => {
    const log = logOf([delta('0', 'a\uD83D'), delta('0', ''), delta('0', 'b\uD83D'), delta('0', '\uD83D')])
    expect(short(log).slice(2, -1)).toEqual([
      'text-delta t1 a',
      'text-delta t1 \uFFFDb',
      'text-delta t1 \uFFFD',
      'text-delta t1 \uFFFD',
      'text-end t1',
    ])
  })

  it('end with a replacement for the first half of a character without a second one', () => {
    expect(short(logOf([delta('0', 'a\uD83D')]))).toContain('text-delta t1 \uFFFD')
  })
})

describe('text without a part', () => {
  it('goes into one part as long as nothing else is shown', () => {
    const data: DraftEvent = { type: 'data', name: 'progress', data: 1, transient: true }
    const log = logOf([text('a'), { type: 'message-metadata', metadata: {} }, data, text('b'), text('')])
    expect(short(log).filter((line) => line.startsWith('text'))).toEqual([
      'text-start t1',
      'text-delta t1 a',
      'text-delta t1 b',
      'text-end t1',
    ])
  })

  it.each<readonly [string, DraftEvent]>([
    ['another part', delta('0', 'x')],
    ['a call', available('c')],
    ['a step', { type: 'step-start' }],
    ['a source', { type: 'source', source: { kind: 'url', url: 'https://a.example' } }],
    ['a file', { type: 'file', url: 'data:,', mediaType: 'text/plain' }],
    ['lasting data', { type: 'data', name: 'n', data: 1 }],
  ])('begins a new part after %s', (_, between) => {
    const log = short(logOf([text('a'), between, text('b')]))
    const end = log.indexOf('text-end t1')
    expect(end).toBe(3)
    expect(log.slice(end).some((line) => /text-delta t[23] b/.test(line))).toBe(true)
  })

  it('of another source is another part', () => {
    expect(short(logOf([text('a'), [text('b'), other]]))).toContain('text-delta t2 b')
  })

  it('does not disturb a part that goes on by its id', () => {
    const log = short(logOf([[delta('0', 'a'), other], text('x'), [delta('0', 'b'), other]]))
    expect(log).toEqual([
      'message-start msg_R',
      'text-start t1',
      'text-delta t1 a',
      'text-start t2',
      'text-delta t2 x',
      'text-delta t1 b',
      'text-end t1',
      'text-end t2',
      'message-end msg_R',
    ])
  })
})
