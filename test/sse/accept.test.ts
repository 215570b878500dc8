// Who takes control events, and where a reader stands: one rule for the server and for toResponse.
import { describe, expect, test } from 'vitest'
import { hasHadEnd, lastEventIdOf, parseAccept, takesControls } from '../../src/sse/internal.ts'

const plain = { method: 'POST', cacheControl: undefined }
const eventSource = { method: 'GET', cacheControl: 'no-cache' }

describe('takesControls', () => {
  test.each([
    ['text/event-stream;tidings=1', plain, true],
    ['text/event-stream, text/event-stream;tidings=1', plain, true],
    ['text/event-stream;tidings=1, text/event-stream;q=0.9', plain, true],
    ['application/json, text/event-stream;q=0.5;tidings=1', plain, true],
    ['text/event-stream', eventSource, true],
    ['text/event-stream', { method: 'GET', cacheControl: undefined }, false],
    ['text/event-stream', { method: 'POST', cacheControl: 'no-cache' }, false],
    ['text/event-stream;tidings=1;q=0', plain, false],
    ['text/event-stream;tidings=2', plain, false],
    ['text/event-stream;tidings="1"', plain, true],
    ['text/event-stream; tidings = "\\1" ;q=0.5', plain, true],
    ['a/b;c="d,e;f\\"", text/event-stream;tidings="1"', plain, true],
    ['a/b;c=", text/event-stream;tidings=1"', plain, false],
    ['a/b;c=", text/event-stream;tidings=1', plain, false],
    ['text/event-stream;tidings="1";q="0"', plain, false],
    ['text/event-stream;tidings="2"', plain, false],
    ['*/*', eventSource, false],
    ['*/*;tidings=1', plain, false],
    ['', eventSource, false],
  ])('%s of %o: %s', (accept, request, expected) => {
    expect(takesControls(parseAccept(accept), request)).toBe(expected)
  })
})

describe('lastEventIdOf', () => {
  test.each([
    ['7', '', '7'],
    ['7', 'lastEventId=8', '7'],
    ['', 'lastEventId=8', ''],
    [null, 'a=1&lastEventId=%C3%A4', 'ä'],
    [undefined, 'a=1', undefined],
    // HTTP hands the bytes of UTF-8 on as Latin-1.
    ['\u00e4\u00bd\u00a0', '', '你'],
    ['caf\u00e9', '', 'café'],
  ])('%s and ?%s: %s', (header, query, expected) => {
    expect(lastEventIdOf(header, query)).toBe(expected)
  })
})

test('only a GET that brings an id of the end has had the end', () => {
  expect([
    hasHadEnd('GET', 'e.9~end'),
    hasHadEnd('POST', 'e.9~end'),
    hasHadEnd('GET', 'e.9'),
    hasHadEnd('GET', undefined),
  ]).toEqual([true, false, false, false])
})
