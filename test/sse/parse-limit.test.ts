// maxEventBytes: what counts, and what becomes of a parser that was sent more.
import { describe, expect, test } from 'vitest'
import { createParser, ParseError, type Parser } from '../../src/sse/index.ts'
import { collect } from '../support/wire/event-collector.ts'
import { inPieces } from '../support/wire/wire-case.ts'

describe('an event above maxEventBytes', () => {
  const long = 'x'.repeat(100)

  test.each([
    ['one line', `data: ${long}\n\n`],
    ['one line without an end', `data: ${long}`],
    ['many lines', 'data: x\n'.repeat(100)],
    ['many empty lines', 'data\n'.repeat(200)],
    ['a name', `event: ${long}\n`],
    ['an id', `id: ${long}\n`],
    ['a retry', `retry: ${'1'.repeat(100)}`],
    ['a name and data', `event: ${'x'.repeat(50)}\ndata: ${'x'.repeat(50)}\n\n`],
  ])('stops the parser: %s', (_, wire) => {
    for (const size of [1, 7, 1000]) {
      const calls: unknown[] = []
      const parser = createParser({
        maxEventBytes: 100,
        onEvent: ({ data }) => calls.push(data),
        onError: ({ code, type }) => calls.push(code, type),
      })
      parser.feed('id: 1\ndata: ok\n\n')
      const [first = '', ...rest] = wire.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
      parser.feed(first)
      for (const chunk of rest) if (calls.length === 1) parser.feed(chunk)
      expect(calls).toEqual(['ok', 'ERR_EVENT_TOO_LARGE', 'max-buffer-size-exceeded'])
      expect(() => parser.feed('data: b\n\n')).toThrow(
        expect.objectContaining({ code: 'ERR_PARSER_FAILED', cause: expect.any(ParseError) }),
      )
      expect(parser.lastEventId).toBe('1')
      parser.reset()
      parser.feed('data: again\n\n')
      expect(calls.at(-1)).toBe('again')
    }
  })

  test('is thrown by feed where there is no onError, after the events before it and however it is cut', () => {
    for (const size of [1, 7, 1000]) {
      const { events, onEvent } = collect()
      const parser = createParser({ onEvent, maxEventBytes: 20 })
      const wire = `data: a\n\ndata: ${long}\n\ndata: b\n\n`
      const feedAll = (): void => inPieces(new Uint8Array(Buffer.from(wire)), size).forEach(parser.feed)
      expect(feedAll).toThrow(
        expect.objectContaining({ name: 'ParseError', code: 'ERR_EVENT_TOO_LARGE', type: 'max-buffer-size-exceeded' }),
      )
      expect(events).toEqual(['a'])
      expect(() => parser.feed('data: c\n\n')).toThrow(expect.objectContaining({ code: 'ERR_PARSER_FAILED' }))
      parser.reset()
      parser.feed('data: d\n\n')
      expect(events).toEqual(['a', 'd'])
    }
  })

  test('is thrown by a reset that reads an unfinished line, which resets all the same', () => {
    const ids: string[] = []
    const parser = createParser({ onId: (id) => ids.push(id), maxEventBytes: 3 })
    parser.feed('data')
    expect(() => parser.reset({ consume: true })).toThrow(expect.objectContaining({ code: 'ERR_EVENT_TOO_LARGE' }))
    parser.feed('id:\n\n')
    expect(ids).toEqual([''])
  })

  test('is dropped with the rest of its chunk, and with what a callback had fed', () => {
    const events: string[] = []
    const parser: Parser = createParser({
      maxEventBytes: 20,
      onError: () => {},
      onEvent: ({ data }) => {
        events.push(data)
        if (data === 'a') parser.feed('data: b\n\n')
      },
    })
    parser.feed(`data: a\n\ndata: ${long}\n\ndata: c\n\n`)
    expect(events).toEqual(['a'])
  })

  test('is told with the limit in the message', () => {
    let error: ParseError | undefined
    createParser({ maxEventBytes: 20, onError: (problem) => (error = problem) }).feed(`data: ${long}`)
    expect(error?.message).toMatch(/maxEventBytes \(20\).*Raise the limit/)
  })

  test('leaves what is no larger, and counts each block on its own', () => {
    const { events, onEvent } = collect()
    const parser = createParser({ onEvent, maxEventBytes: 20 })
    for (let times = 0; times < 100; times += 1) parser.feed(`id: ${times}\ndata: 12345\n\ndata: 12345678901234\n\n`)
    expect(events.length).toBe(200)
  })

  test('does not count comments, unknown fields and retry lines, however many and long', () => {
    const { events, onEvent } = collect()
    const parser = createParser({ onEvent, maxEventBytes: 30 })
    parser.feed(`data: a\n${'retry: 10\n'.repeat(100)}: ${long}\nfoo: ${long}\n`)
    for (const character of `: ${long}\nfoo: ${long}\n`) parser.feed(character)
    parser.feed('\n')
    expect(events).toEqual(['a'])
  })

  test('counts a comment that is asked for', () => {
    const codes: string[] = []
    const parser = createParser({ onComment: () => {}, maxEventBytes: 30, onError: ({ code }) => codes.push(code) })
    parser.feed(`: ${long}`)
    expect(codes).toEqual(['ERR_EVENT_TOO_LARGE'])
  })

  test('is one of more than 16 MiB, if nothing else is said', () => {
    const line = `data: ${'x'.repeat(16 * 1024 * 1024 - 6)}`
    const codes: string[] = []
    const { events, onEvent } = collect()
    const parser = createParser({ onEvent, onError: ({ code }) => codes.push(code) })
    parser.feed(`${line}\n\n`)
    expect([events.length, codes]).toEqual([1, []])
    parser.feed(`${line}x\n\n`)
    expect([events.length, codes]).toEqual([1, ['ERR_EVENT_TOO_LARGE']])
  })

  test('does not exist with maxEventBytes false, and maxBufferSize is its other name', () => {
    const codes: string[] = []
    const { events, onEvent } = collect()
    const wire = `data: ${'x'.repeat(17 * 1024 * 1024)}\n\n`
    createParser({ onEvent, maxEventBytes: false }).feed(wire)
    expect(events.length).toBe(1)
    createParser({ onEvent, maxBufferSize: 10, onError: ({ type }) => codes.push(type) }).feed('data: 1234567\n\n')
    expect(codes).toEqual(['max-buffer-size-exceeded'])
  })
})
