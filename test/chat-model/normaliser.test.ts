// Steps, sources, citations and failures in the log.
import { describe, expect, it } from 'vitest'
import type { DraftEvent } from '../../src/chat-model/index.ts'
import { ChatFailure, Normaliser } from '../../src/chat-model/internal.ts'
import { delta, logOf, other, short, source } from './log-of-drafts.ts'

describe('what else a source says', () => {
  it('ends the parts of a step before the step is taken back, and those alone', () => {
    const log = logOf([
      delta('0', 'a'),
      { type: 'step-start' },
      delta('1', 'b'),
      { type: 'step-reset' },
      delta('0', 'c'),
    ])
    expect(short(log).slice(3, -3)).toEqual([
      'step-start',
      'text-start t2',
      'text-delta t2 b',
      'text-end t2',
      'step-reset',
      'text-delta t1 c',
    ])
  })

  it('has one step at a time: a second source’s ends the first one’s', () => {
    const log = logOf([{ type: 'step-start' }, [{ type: 'step-start' }, other], { type: 'step-end' }])
    expect(short(log).slice(1, -1)).toEqual(['step-start', 'step-end', 'step-start', 'step-end'])
  })

  it('gives sources an id where they have none', () => {
    const cited: DraftEvent = { type: 'source', source: { kind: 'url', url: 'https://a.example' } }
    expect(short(logOf([cited, { ...cited, id: 'own' }]))).toEqual([
      'message-start msg_R',
      'source s1',
      'source own',
      'message-end msg_R',
    ])
  })

  it('gives citations the part that they are of, also if it has just ended', () => {
    const citation: DraftEvent = { type: 'citation', source: { kind: 'url', url: 'https://a.example' } }
    const named: DraftEvent = { ...citation, partId: '0' }
    const log = logOf([delta('0', 'a'), { type: 'text-end', id: '0' }, named, [delta('0', 'b'), other], citation])
    expect(log.flatMap((event) => ('partId' in event ? [event.partId] : []))).toEqual(['t1', 't1'])
    expect(short(logOf([citation]))).toContain('source s1')
  })

  it('throws a failure with what the source said as its cause', () => {
    const error = new Error('secret')
    const normaliser = new Normaliser({ runId: 'R', callsAreTheClients: false })
    const take = (): unknown => normaliser.take({ type: 'failure', error, code: 'overloaded', retryable: true }, source)
    expect(take).toThrow(ChatFailure)
    expect(take).toThrow(expect.objectContaining({ code: 'overloaded', retryable: true, cause: error }))
    expect(take).not.toThrow(/secret/)
  })
})
