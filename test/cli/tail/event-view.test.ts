// One event, as people and as programs get it.
import { expect, test } from 'vitest'
import { toEventLine } from '../../../src/cli/tail/event-line.ts'
import { describeEvent, type EventStyle } from '../../../src/cli/tail/event-view.ts'
import { createPaint } from '../../../src/cli/terminal/paint.ts'
import { widthOf } from '../../../src/cli/terminal/visible.ts'

const event = { event: 'order', id: '7', text: '{"a":1}', isNotice: false }
const style: EventStyle = { paint: createPaint({}, {}), columns: 60, isFull: false }
const moment = { date: new Date(2026, 0, 2, 3, 4, 5, 6), sinceMs: 1234, idBefore: '' }
const show = (text: string, more: Partial<EventStyle> = {}): string =>
  describeEvent({ ...event, text }, moment, { ...style, ...more })

test('what fits is one line: time, time since the last, name, id, data', () => {
  expect(show('{"a": 1}')).toBe('03:04:05.006    +1.2s  order  #7  {"a":1}\n')
})

test('an id that is still the same is not shown again', () => {
  expect(describeEvent(event, { ...moment, idBefore: '7' }, style)).toBe('03:04:05.006    +1.2s  order  {"a":1}\n')
})

test.each([
  ['JSON', `{"long":"${'x'.repeat(500)}"}`],
  ['text', 'word '.repeat(100)],
  ['wide characters', '你好'.repeat(100)],
])('long %s is folded to three lines of the width, with the number of bytes that are hidden', (_, text) => {
  const [head, ...lines] = show(text).trimEnd().split('\n')
  expect(head).toBe('03:04:05.006    +1.2s  order  #7')
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60)
  const hidden = Number(/\.\.\. (\d+) B more: --full/.exec(lines[3] ?? '')?.[1])
  const shown = lines
    .slice(0, 3)
    .map((line) => line.slice(2))
    .join('')
  expect(Buffer.byteLength(shown) + hidden).toBe(Buffer.byteLength(text))
})

test('outside of a terminal nothing is folded', () => {
  const text = `{"long":"${'x'.repeat(5000)}"}`
  expect(show(text, { columns: undefined })).toBe(`03:04:05.006    +1.2s  order  #7  ${text}\n`)
})

test('with --full all is shown, and JSON indented', () => {
  expect(show('{"a":{"b":1}}', { isFull: true })).toBe(
    '03:04:05.006    +1.2s  order  #7\n  {\n    "a": {\n      "b": 1\n    }\n  }\n',
  )
  const text = 'x'.repeat(500)
  expect(show(text, { isFull: true })).toContain(text)
})

test('a server can neither move the cursor nor invent a line', () => {
  const evil = { event: '\u001B[2J\nconnected', id: '\u0007', text: '\u001B]0;title\u0007 a\nb', isNotice: false }
  const shown = describeEvent(evil, moment, style)
  expect(shown.split('\n')).toEqual([
    '03:04:05.006    +1.2s  \\u001b[2J\\u000aconnected  #\\u0007',
    '  \\u001b]0;title\\u0007 a',
    '  b',
    '',
  ])
})

test.each([
  ['{"n": 12345678901234567890}', '{"n":12345678901234567890}'],
  ['[{"a":\n1}]', '[{"a":1}]'],
  ['42', '"42"'],
  ['null', '"null"'],
  ['two\nlines', '"two\\nlines"'],
  ['{"cut":', '"{\\"cut\\":"'],
])('%j is the data %s of a line of JSON', (text, data) => {
  expect(toEventLine({ ...event, text }, false)).toBe(`{"event":"order","id":"7","data":${data}}\n`)
})

test('what is JSON in a stream of NDJSON is a value, a number too', () => {
  expect(toEventLine({ ...event, text: '42' }, true)).toBe('{"event":"order","id":"7","data":42}\n')
})
