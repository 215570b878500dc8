// The parser's callbacks: when each is called and with what, and what becomes of an error within one.
import { describe, expect, test } from 'vitest'
import {
  createParser,
  EventSourceParserStream,
  type ParsedEvent,
  type ParseError,
  type Parser,
} from '../../src/sse/index.ts'
import { collect } from '../support/wire/event-collector.ts'

describe('the position', () => {
  test('is the id of a block once its blank line has been read, never before', () => {
    const parser = createParser({})
    const seen = Array.from('id: 1\ndata: a\n\nid: 2\ndata: b\n', (character) => {
      parser.feed(character)
      return parser.lastEventId
    })
    expect(seen.indexOf('1')).toBe('id: 1\ndata: a\n\n'.length - 1)
    expect(seen.at(-1)).toBe('1')
  })

  test('is there when onId and onEvent are called, onId first', () => {
    const calls: string[] = []
    const parser = createParser({
      onId: (id) => calls.push(`id ${id} at ${parser.lastEventId}`),
      onEvent: (event) => calls.push(`event ${event.id} at ${parser.lastEventId}`),
    })
    parser.feed('id: 1\ndata: a\n\nid: 2\n\n')
    expect(calls).toEqual(['id 1 at 1', 'event 1 at 1', 'id 2 at 2'])
  })

  test('begins where it is told to, and outlives a reset', () => {
    const parser = createParser({ lastEventId: '7' })
    expect(parser.lastEventId).toBe('7')
    parser.feed('data: a\n\n')
    expect(parser.lastEventId).toBe('7')
    parser.feed('id: 8\n\nid: 9\n')
    parser.reset()
    expect(parser.lastEventId).toBe('8')
    parser.feed('\ndata: a\n\n')
    expect(parser.lastEventId).toBe('8')
    parser.reset({ lastEventId: '' })
    expect(parser.lastEventId).toBe('')
  })
})

test('an event has its three properties always, in this order', () => {
  const events: ParsedEvent[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed('data: a\n\nid: 1\nevent: x\ndata: b\n\n')
  expect(events.map((event) => Object.entries(event))).toEqual([
    [
      ['event', undefined],
      ['data', 'a'],
      ['id', undefined],
    ],
    [
      ['event', 'x'],
      ['data', 'b'],
      ['id', '1'],
    ],
  ])
})

test('a CR at the end of a chunk dispatches at once, and an LF that comes later belongs to it', () => {
  const { events, onEvent } = collect()
  const parser = createParser({ onEvent })
  parser.feed('data: a\r\r')
  expect(events).toEqual(['a'])
  parser.feed('\n')
  parser.feed('data: b\r\n\r')
  expect(events).toEqual(['a', 'b'])
  parser.feed('\ndata: c\n\n')
  expect(events).toEqual(['a', 'b', 'c'])
})

test('one long line after another, both in small pieces, are two events', () => {
  const { events, onEvent } = collect()
  const parser = createParser({ onEvent })
  const lines = ['a', 'b'].map((letter) => letter.repeat(5000))
  for (const line of lines) for (const character of `data: ${line}\n\n`) parser.feed(character)
  for (const line of lines) parser.feed(`${`data: ${line.slice(0, 2)}\n`.repeat(2000)}\n`)
  expect(events.slice(0, 2)).toEqual(lines)
  expect(events.slice(2).map((data) => new Set(data.split('\n')))).toEqual([new Set(['aa']), new Set(['bb'])])
})

test('retry is told when its line has been read, before the blank line', () => {
  const retries: number[] = []
  const parser = createParser({ onRetry: (retryMs) => retries.push(retryMs) })
  parser.feed('data: a\nretry: 10\n')
  expect(retries).toEqual([10])
})

test('its functions can be passed on without it', () => {
  const { events, onEvent } = collect()
  const { feed, reset } = createParser({ onEvent })
  feed('data: lost')
  reset()
  for (const chunk of ['data: ', 'a\n\n']) feed(chunk)
  expect(events).toEqual(['a'])
})

describe('a callback that throws', () => {
  const wire = 'id: 1\ndata: a\n\nretry: 5\n: note\nid: 2\ndata: b\ndata: c\n\ndata: d\n\nfoo\nid: 3\n\ndata: e\n\n'

  test.each([1, 3, 7, 1000])('does so out of feed, and nothing is lost or doubled (chunks of %i)', (size) => {
    const calls: unknown[] = []
    const once = (call: unknown): void => {
      calls.push(call)
      throw new Error('mine')
    }
    const parser = createParser({
      onEvent: ({ data }) => once(data),
      onId: (id) => calls.push(`id ${id}`),
      onRetry: once,
      onComment: once,
      onError: ({ type }) => once(type),
    })
    let errors = 0
    for (const chunk of [
      ...(wire.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []),
      ...Array.from({ length: 20 }, () => ''),
    ]) {
      try {
        parser.feed(chunk)
      } catch (error) {
        expect(error).toEqual(new Error('mine'))
        errors += 1
      }
    }
    expect(calls).toEqual(['id 1', 'a', 5, 'note', 'id 2', 'b\nc', 'd', 'unknown-field', 'id 3', 'e'])
    expect(errors).toBe(7)
    expect(parser.lastEventId).toBe('3')
  })

  test('on bytes beyond ASCII as well', () => {
    const events: string[] = []
    const parser = createParser({
      onEvent: ({ data }) => {
        events.push(data)
        throw new Error('mine')
      },
    })
    expect(() => parser.feed(Buffer.from('data: é\n\ndata: 你\n\ndata: 😀'))).toThrow('mine')
    expect(() => parser.feed(Buffer.from('!\n\n'))).toThrow('mine')
    expect(() => parser.feed('')).toThrow('mine')
    expect(events).toEqual(['é', '你', '😀!'])
  })
})

test('what a callback feeds is read after the chunk that is being read', () => {
  const events: string[] = []
  const parser: Parser = createParser({
    onEvent: ({ data }) => {
      events.push(data)
      if (data === 'a') parser.feed('ta: c\n\n')
    },
  })
  parser.feed('data: a\n\ndata: b\n\nda')
  expect(events).toEqual(['a', 'b', 'c'])
})

function errorsOf(chunks: readonly string[]): ParseError[] {
  const errors: ParseError[] = []
  const parser = createParser({ onError: (error) => errors.push(error) })
  for (const chunk of chunks) parser.feed(chunk)
  return errors
}

describe('onError', () => {
  test.each([
    ['foo: bar\n', { type: 'unknown-field', code: 'ERR_EVENT_FIELD', field: 'foo', value: 'bar', line: 'foo: bar' }],
    ['foo\n', { type: 'unknown-field', field: 'foo', value: '', line: 'foo' }],
    [
      'retry: 5x\n',
      { type: 'invalid-retry', code: 'ERR_EVENT_FIELD', field: undefined, value: '5x', line: 'retry: 5x' },
    ],
    ['retry\n', { type: 'invalid-retry', value: '', line: 'retry' }],
  ])('is told of %j, whole or in pieces', (wire, expected) => {
    for (const chunks of [[wire], wire.split('')]) {
      expect(errorsOf(chunks)).toEqual([expect.objectContaining({ ...expected, name: 'ParseError' })])
    }
  })

  test('shows of an unknown line its first 65,536 characters, however it is cut', () => {
    const wire = `<html>${'x'.repeat(100_000)}\n`
    for (const chunks of [[wire], wire.match(/[^]{1,999}/g) ?? []]) {
      expect(errorsOf(chunks).map(({ line }) => line)).toEqual([wire.slice(0, 65_536)])
    }
  })
})

describe('is refused with ERR_OPTION:', () => {
  test.each<[name: string, make: () => unknown]>([
    ['a function in place of the callbacks', () => Reflect.apply(createParser, undefined, [() => {}])],
    ['nothing in place of the callbacks', () => Reflect.apply(createParser, undefined, [])],
    ['a limit of 0', () => createParser({ maxEventBytes: 0 })],
    ['a limit of NaN', () => createParser({ maxEventBytes: Number.NaN })],
    ['a chunk that is an ArrayBuffer', () => Reflect.apply(createParser({}).feed, undefined, [new ArrayBuffer(1)])],
    ['a chunk that is undefined', () => Reflect.apply(createParser({}).feed, undefined, [])],
  ])('%s', (_, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})

test.each([
  ['onevent', 'onEvent'],
  ['onEvents', 'onEvent'],
  ['onerror', 'onError'],
  ['maxEventByte', 'maxEventBytes'],
  ['lasteventid', 'lastEventId'],
])('the option %s is refused, as one that should be %s', (name, meant) => {
  const said = `createParser has no option ${name}. Did you mean ${meant}?`
  const refusal = expect.objectContaining({ code: 'ERR_OPTION', message: said })
  expect(() => createParser({ [name]: () => {} })).toThrow(refusal)
  expect(() => new EventSourceParserStream({ [name]: () => {} })).toThrow(refusal)
})

test('what is like no option passes, as in eventsource-parser', () => {
  const options = { onEvent: () => {}, label: 'feed', onMessage: () => {}, open: true }
  expect(() => createParser(options)).not.toThrow()
})

test.each([{ onEvent: 'x' }, { onError: 'terminate' }, { onComment: {} }, { lastEventId: 7 }])(
  'an option of the wrong kind is refused at once: %j',
  (options) => {
    // @ts-expect-error What JavaScript hands over.
    expect(() => createParser(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  },
)
