// What the inspector shows, without a page: which events, which rows, which words.
import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { Inspection, type InspectedStream, type InspectorRecord } from '../../src/inspector-model/index.ts'
import { toCurl } from '../../src/inspector-view/stream/curl.ts'
import { EventFilter } from '../../src/inspector-view/stream/event-filter.ts'
import { toLines } from '../../src/inspector-view/stream/export.ts'
import { stretchOf } from '../../src/inspector-view/grid/stretch.ts'
import { showBytes, showDuration, showMany, showRate } from '../../src/inspector-view/value/amount.ts'
import { ended, head, opened, wrote } from '../support/inspector/records.ts'

function streamOf(records: readonly InspectorRecord[], options = {}): InspectedStream {
  const inspection = new Inspection(options)
  for (const record of records) inspection.add(record)
  const stream = inspection.find('s')
  if (stream === undefined) throw new Error('There is no stream.')
  return stream
}

const numbers = (filter: EventFilter): number[] => filter.rows.map(({ number }) => number)

/** What a shell makes of it: the words that curl gets. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)

describe('the events that are shown', () => {
  test('are those with a text, whatever its case, of a type; also those that come later, and never those that are gone', () => {
    const stream = streamOf([opened('s'), head('s')], { eventsPerStream: 4 })
    const filter = new EventFilter(stream)
    const add = (type: string, data: string): void => {
      stream.add(wrote('s', `event: ${type}\ndata: ${data}\n\n`))
      filter.update()
    }
    add('a', 'One')
    add('b', 'one')
    add('a', 'two')
    expect(numbers(filter)).toEqual([1, 2, 3])
    filter.choose('ONE', undefined)
    expect(numbers(filter)).toEqual([1, 2])
    filter.choose('one', 'a')
    expect(numbers(filter)).toEqual([1])
    filter.choose('', 'a')
    add('a', 'three')
    add('b', 'four')
    expect(numbers(filter)).toEqual([3, 4])
    expect([...filter.types]).toEqual(['a', 'b'])
    stream.clear()
    filter.update()
    expect(numbers(filter)).toEqual([])
  })

  test('are found by their id, too', () => {
    const stream = streamOf([opened('s'), head('s'), wrote('s', 'id: k7\ndata: 1\n\nid: k8\ndata: 2\n\n')])
    const filter = new EventFilter(stream)
    filter.choose('k8', undefined)
    expect(numbers(filter)).toEqual([2])
  })
})

test.each([
  { count: 0, top: 0, stretch: { first: 0, end: 0 } },
  { count: 3, top: 0, stretch: { first: 0, end: 3 } },
  { count: 1000, top: 0, stretch: { first: 0, end: 16 } },
  { count: 1000, top: 5000, stretch: { first: 494, end: 516 } },
  { count: 1000, top: 9900, stretch: { first: 984, end: 1000 } },
  { count: 2, top: 9900, stretch: { first: 2, end: 2 } },
])('of $count rows those in view are made, at $top px', ({ count, top, stretch }) => {
  expect(stretchOf(count, { top, height: 100, rowHeight: 10 })).toEqual(stretch)
})

test.each([
  [showBytes(0), '0 B'],
  [showBytes(999), '999 B'],
  [showBytes(1000), '1 kB'],
  [showBytes(999_499), '999 kB'],
  [showBytes(999_500), '1 MB'],
  [showBytes(67_108_864), '67.1 MB'],
  [showBytes(5e12), '5,000 GB'],
  [showDuration(0), '0 ms'],
  [showDuration(0.4123), '0.412 ms'],
  [showDuration(999.4), '999 ms'],
  [showDuration(1500), '1.5 s'],
  [showDuration(59_960), '1 min 0 s'],
  [showDuration(3_600_000), '1 h 0 min'],
  [showDuration(-5), '0 ms'],
  [showRate(0.1234), '0.123/s'],
  [showMany(1, 'event'), '1 event'],
  [showMany(1200, 'event'), '1,200 events'],
])('%s is what is shown for %s', (shown, expected) => {
  expect(shown).toBe(expected)
})

describe('the command for curl', () => {
  const hostile = `$(touch x) \`id\` "; rm -rf / # '\\' !! \n ~ *`

  test('has every word as it was, whatever is in it', () => {
    const stream = streamOf([
      opened('s', {
        method: 'POST',
        url: `/a?q=${encodeURIComponent(hostile)}&key=[redacted]`,
        lastEventId: `7'8`,
        requestHeaders: { 'x-note': hostile, authorization: '[redacted]', host: 'a', [`@/etc/passwd`]: 'a' },
        requestBody: hostile,
      }),
    ])
    expect(wordsOf(toCurl(stream, 'https://a.example/page'))).toEqual([
      '--no-buffer',
      '--globoff',
      '--request',
      'POST',
      '--url',
      `https://a.example/a?q=${encodeURIComponent(hostile).replaceAll("'", '%27')}&key=[redacted]`,
      '--header',
      `x-note: ${hostile}`,
      '--header',
      'authorization: [redacted]',
      '--header',
      'accept: text/event-stream',
      '--header',
      `last-event-id: 7'8`,
      '--data-raw',
      hostile,
    ])
  })

  test('is one that cannot be ended by what the stream is called', () => {
    const stream = streamOf([
      opened('s', { method: 'GET; id', url: '-o /etc/passwd', requestHeaders: { a: 'b\u001b[31m\r' } }),
    ])
    expect(wordsOf(toCurl(stream, 'about:blank'))).toEqual([
      '--no-buffer',
      '--globoff',
      '--url',
      '-o /etc/passwd',
      '--header',
      'a: b[31m',
      '--header',
      'accept: text/event-stream',
    ])
  })
})

test('a file has a line for the stream, and one for each of its events', () => {
  const stream = streamOf([
    opened('s', { who: 'ada' }),
    head('s'),
    wrote('s', 'id: 1\nevent: a\ndata: {"n":1}\n\ndata: two\n\n'),
    ended('s', { outcome: 'failed', error: 'why' }),
  ])
  expect(toLines([stream]).map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      kind: 'stream',
      stream: 's',
      who: 'ada',
      url: '/s',
      head: expect.objectContaining({ status: 200 }),
      ended: expect.objectContaining({ outcome: 'failed', error: 'why' }),
      events: 2,
    }),
    { stream: 's', number: 1, at: 1200, type: 'a', id: '1', data: '{"n":1}' },
    { stream: 's', number: 2, at: 1200, type: 'message', data: 'two' },
  ])
})
