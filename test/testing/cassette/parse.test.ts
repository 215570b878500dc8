// Cassettes from text and back: what is read is what was written, and what cannot be true is refused with its line.
import { array, assert, constantFrom, nat, oneof, property, record, string, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeCassette, parseCassette, type Cassette } from '../../../src/testing/index.ts'

const head = '{"cassette":1,"response":{"status":200,"headers":{"Content-Type":"text/event-stream"}}}'
const end = '{"at":2000,"end":"complete"}'

const textOf = (...lines: string[]): string => lines.join('\n')

function faultOf(text: string): string {
  try {
    parseCassette(text)
  } catch (error) {
    expect(error).toMatchObject({ name: 'TidingsError', code: 'ERR_CASSETTE' })
    return error instanceof Error ? error.message : ''
  }
  throw new Error('The cassette was read.')
}

test('a cassette that was written by hand is read', () => {
  const text = textOf(
    `\uFEFF${head}`,
    '{"at":12.4,"text":"data: é\\n\\n"}',
    '',
    '{"at":12.4,"base64":"/w=="}\r',
    end,
    '',
  )
  expect(parseCassette(text)).toEqual({
    response: { status: 200, headers: { 'content-type': 'text/event-stream' } },
    chunks: [
      { at: 12.4, bytes: new TextEncoder().encode('data: é\n\n') },
      { at: 12.4, bytes: Uint8Array.of(255) },
    ],
    end: { at: 2000, how: 'complete' },
  })
})

test('any cassette is read as it was written, whatever its bytes', () => {
  const chunk = record({ wait: nat(5000), bytes: uint8Array({ minLength: 1, maxLength: 40 }) })
  const text = string({ unit: 'grapheme', minLength: 1 }).map((string) => ({ wait: 1, bytes: encode(string) }))
  assert(
    property(array(oneof(chunk, text)), constantFrom('complete', 'cut', 'left'), (waits, how) => {
      let at = 0
      const chunks = waits.map(({ wait, bytes }) => ({ at: (at += wait / 10), bytes: Uint8Array.from(bytes) }))
      const request = { method: 'POST', url: 'https://example.com/', headers: { accept: '*/*' }, body: '{}' }
      const cassette: Cassette = {
        recordedAt: '2026-11-30T00:00:00.000Z',
        request,
        response: { status: 200, headers: { 'content-type': 'text/event-stream' } },
        chunks,
        end: { at, how },
      }
      expect(parseCassette(encodeCassette(cassette))).toEqual(cassette)
    }),
  )
})

test('what is whole UTF-8 is written as text, so that a person can read and change it', () => {
  const bytes = encode('data: é\n\n')
  const cassette = parseCassette(textOf(head, end))
  const halves = [bytes.slice(0, 7), bytes.slice(7)].map((half, index) => ({ at: index, bytes: half }))
  expect(encodeCassette({ ...cassette, chunks: [{ at: 0, bytes }] }).split('\n')[1]).toBe(
    '{"at":0,"text":"data: é\\n\\n"}',
  )
  expect(encodeCassette({ ...cassette, chunks: halves })).toContain('"base64"')
})

describe('a cassette that lies is refused with its line', () => {
  const huge = JSON.stringify({ at: 1, text: 'x'.repeat(16 * 1024 * 1024) })
  test.each([
    ['nothing', '', /text is empty: its first line must be the head/],
    ['no head', '{"at":1,"text":"x"}', /line 1 is no head/],
    ['another version', '{"cassette":2}', /line 1 is of version 2/],
    ['no response', '{"cassette":1}', /line 1 has no `response`/],
    ['no status', '{"cassette":1,"response":{}}', /line 1 has status undefined/],
    ['a status that no response has', '{"cassette":1,"response":{"status":99}}', /line 1 has status 99/],
    [
      'a header with a line break',
      '{"cassette":1,"response":{"status":200,"headers":{"a":"b\\nc"}}}',
      /line 1 .* sent/,
    ],
    ['headers that are a list', '{"cassette":1,"response":{"status":200,"headers":[]}}', /line 1 has headers/],
    [
      'a request without a url',
      `{"cassette":1,"request":{"method":"GET"},${head.slice(14)}`,
      /line 1 .* url undefined/,
    ],
    ['a date that is none', `{"cassette":1,"recordedAt":"soon",${head.slice(14)}`, /line 1 has `recordedAt`: "soon"/],
    [
      'chunks of a response without a body',
      textOf('{"cassette":1,"response":{"status":204}}', '{"at":1,"text":"x"}', end),
      /line 1 has status 204/,
    ],
    ['a line that is no JSON', textOf(head, '', '{"at":1', end), /line 3 is no JSON: "{\\"at\\":1"/],
    ['a line that is no object', textOf(head, '[]', end), /line 2 is no object/],
    ['a negative time', textOf(head, '{"at":-1,"text":"x"}', end), /line 2 has `at`: -1/],
    ['no time', textOf(head, '{"text":"x"}', end), /line 2 has `at`: undefined/],
    [
      'a time that goes back',
      textOf(head, '{"at":5,"text":"x"}', '{"at":4,"text":"x"}', end),
      /line 3 has `at`: 4, but .* 5/,
    ],
    ['an end before the last chunk', textOf(head, '{"at":2001,"text":"x"}', end), /line 3 has `at`: 2000/],
    ['bad Base64', textOf(head, '{"at":1,"base64":"/w="}', end), /line 2 has `base64`: "\/w=", which is no Base64/],
    ['Base64 with spaces', textOf(head, '{"at":1,"base64":"/w ="}', end), /line 2 has `base64`/],
    ['text and Base64', textOf(head, '{"at":1,"text":"x","base64":"/w=="}', end), /line 2 must have one of/],
    ['half of a character', textOf(head, '{"at":1,"text":"\\ud83d"}', end), /line 2 has half of a character/],
    ['an empty chunk', textOf(head, '{"at":1,"text":""}', end), /line 2 is an empty chunk/],
    ['a misspelt property', textOf(head, '{"at":1,"txt":"x"}', end), /line 2 has "txt".* Did you mean text\?/],
    ['a huge line', textOf(head, huge, end), /line 2 has more than 16777216 characters/],
    ['no end', textOf(head, '{"at":7,"text":"x"}'), /line 2 is the last.* add {"at":7,"end":"complete"}/],
    ['an unknown end', textOf(head, '{"at":7,"end":"crash"}'), /line 2 ends as "crash"/],
    ['a line behind the end', textOf(head, end, '{"at":9000,"text":"x"}'), /line 3 is behind/],
  ])('%s', (_, text, message) => {
    expect(faultOf(text)).toMatch(message)
  })
})

test('a cassette that a program made is checked before it is written', () => {
  const cassette = parseCassette(textOf(head, end))
  const refusal = (changed: object): unknown => {
    try {
      return encodeCassette(Object.assign({}, cassette, changed))
    } catch (error) {
      return error instanceof Error && error.message
    }
  }
  expect(refusal({ chunks: [{ at: -1, bytes: encode('x') }] })).toMatch(/chunks\[0\] has `at`: -1/)
  expect(refusal({ chunks: [{ at: 1, bytes: 'x' }] })).toMatch(/chunks\[0\] has no `bytes`/)
  expect(refusal({ chunks: [{ at: 1, bytes: new Uint8Array() }] })).toMatch(/chunks\[0\] is empty/)
  expect(refusal({ chunks: undefined })).toMatch(/A cassette is needed/)
  expect(refusal({ end: undefined })).toMatch(/end has `at`: undefined/)
  expect(refusal({ response: undefined })).toMatch(/response has status undefined/)
})

function encode(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}
