// What reset() forgets, what it keeps, and what it does within a callback.
import { describe, expect, test } from 'vitest'
import { createParser, type ParsedEvent, type Parser } from '../../src/sse/index.ts'
import { collect } from '../support/wire/event-collector.ts'

describe('reset', () => {
  test.each(['data: a\n', 'data: a', 'da', 'event: x\n', ': com', 'foo: b', 'data: a\r'])(
    'forgets %j',
    (unfinished) => {
      const events: ParsedEvent[] = []
      const parser = createParser({ onEvent: (event) => events.push(event), onComment: () => {}, onError: () => {} })
      parser.feed(unfinished)
      parser.reset()
      parser.feed('\ndata: b\n\n')
      expect(events).toEqual([{ event: undefined, data: 'b', id: undefined }])
    },
  )

  test('takes a byte order mark again', () => {
    const { events, onEvent } = collect()
    const parser = createParser({ onEvent })
    for (let times = 0; times < 2; times += 1) {
      parser.feed(Buffer.from('\uFEFFdata: a\n\n'))
      parser.reset()
    }
    expect(events).toEqual(['a', 'a'])
  })

  test('forgets the first bytes of a character', () => {
    const { events, onEvent } = collect()
    const parser = createParser({ onEvent })
    parser.feed(Uint8Array.of(0xf0, 0x9f))
    parser.reset()
    parser.feed(Buffer.from('data: a\n\n'))
    expect(events).toEqual(['a'])
  })

  test('with consume reads the unfinished line, and dispatches nothing', () => {
    const calls: unknown[] = []
    const parser = createParser({
      onEvent: (event) => calls.push(event),
      onId: (id) => calls.push(id),
      onRetry: (retryMs) => calls.push(retryMs),
      onComment: (comment) => calls.push(comment),
      onError: (error) => calls.push([error.type, error.line]),
    })
    for (const unfinished of [
      'data: a',
      'data: a\n',
      'id: 5',
      'retry: 5',
      ': note',
      '{"error":1}',
      'dat',
      '',
      'data: a\n\nretry: 6',
    ]) {
      parser.feed(unfinished)
      parser.reset({ consume: true })
    }
    expect(calls).toEqual([
      5,
      'note',
      ['unknown-field', '{"error":1}'],
      ['unknown-field', 'dat'],
      { event: undefined, data: 'a', id: undefined },
      6,
    ])
    expect(parser.lastEventId).toBe('')
  })

  test('forgets what is behind a callback that threw', () => {
    const events: string[] = []
    const parser = createParser({
      onEvent: ({ data }) => {
        events.push(data)
        if (data === 'a') throw new Error('mine')
      },
    })
    expect(() => parser.feed('data: a\n\ndata: lost\n\n')).toThrow('mine')
    parser.reset()
    parser.feed('data: b\n\n')
    expect(events).toEqual(['a', 'b'])
  })

  test('in a callback drops what is left of the chunk', () => {
    const events: string[] = []
    const parser: Parser = createParser({
      onEvent: ({ data }) => {
        events.push(data)
        if (data === 'stop') parser.reset()
      },
    })
    for (const wire of [
      'data: a\n\ndata: stop\n\ndata: lost\n\nid: 5\n',
      'id: 1\ndata: stop\n\nevent: lost\ndata: lost\n\n',
    ]) {
      parser.feed(wire)
      parser.feed('\ndata: next\n\n')
    }
    expect(events).toEqual(['a', 'stop', 'next', 'stop', 'next'])
  })

  test('in onId drops the event of that block', () => {
    const { events, onEvent } = collect()
    const parser: Parser = createParser({ onEvent, onId: () => parser.reset() })
    parser.feed('id: 1\ndata: a\n\ndata: b\n\n')
    expect(events).toEqual([])
  })
})
