// What records come to.
import { expect, test } from 'vitest'
import { Inspection, type InspectedStream, type InspectorRecord } from '../../src/inspector-model/index.ts'
import { ended, everyKind, head, opened, wrote } from '../support/inspector/records.ts'

function inspect(records: readonly InspectorRecord[], options = {}): Inspection {
  const inspection = new Inspection(options)
  for (const record of records) inspection.add(record)
  return inspection
}

function only(inspection: Inspection): InspectedStream {
  const [stream, ...others] = inspection.streams
  if (stream === undefined || others.length > 0) throw new Error('There is not exactly one stream.')
  return stream
}

test('a stream waits, is open, and ends', () => {
  const inspection = inspect([opened('s')])
  const stream = only(inspection)
  expect(stream.state).toBe('waiting')
  inspection.add(head('s'))
  expect(stream.state).toBe('open')
  inspection.add(ended('s', { outcome: 'failed', error: 'no more' }))
  expect([stream.state, stream.ended?.error]).toEqual(['ended', 'no more'])
})

test.each([1, 2, 3, 7, 1000])('frames are read from pieces of %i characters', (size) => {
  const text =
    ': hi\n\nid: 1\nevent: tick\ndata: {"n":1}\n\ndata: a\ndata: b\n\nretry: 50\n\nevent: tidings:gap\nid: 9\ndata: {}\n\nwrong\n'
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
  const stream = only(inspect([opened('s'), head('s'), ...pieces.map((piece) => wrote('s', piece))]))
  expect(stream.events.map(({ number, type, id, data }) => [number, type, id, data])).toEqual([
    [1, 'tick', '1', '{"n":1}'],
    [2, 'message', undefined, 'a\nb'],
    [3, 'tidings:gap', '9', '{}'],
  ])
  expect([stream.heartbeats, stream.retryMs, stream.gaps, stream.resets, stream.faults]).toEqual([1, 50, 1, 0, 1])
  expect(stream.lastFault).toContain('wrong')
  expect(stream.bytes).toBe(text.length)
})

test.each([1, 4, 1000])('lines of NDJSON are read from pieces of %i characters, numbers as they were sent', (size) => {
  const text = '{"n":12345678901234567890}\n\n  \r\nnope\n[1]\n'
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  )
  const contentType = 'application/x-ndjson; charset=utf-8'
  const stream = only(inspect([opened('s'), head('s', { contentType }), ...pieces.map((piece) => wrote('s', piece))]))
  expect(stream.events.map(({ data }) => data)).toEqual(['{"n":12345678901234567890}', '[1]'])
  expect([stream.heartbeats, stream.faults]).toEqual([2, 1])
})

test('the last line of NDJSON may be without its line break; an unfinished block of SSE is none', () => {
  const lines = inspect([opened('s'), head('s', { contentType: 'application/jsonl' }), wrote('s', '1\n2'), ended('s')])
  expect(only(lines).events.map(({ data, at }) => [data, at])).toEqual([
    ['1', 1200],
    ['2', 2000],
  ])
  expect(only(inspect([opened('s'), head('s'), wrote('s', 'data: 1\n'), ended('s')])).events).toEqual([])
})

test('lines with an envelope have the name and the id of their event', () => {
  const contentType = 'application/x-ndjson; envelope=1'
  const text = '{"event":"tidings:reset","id":"7","data":{"a":1}}\n{"data":"text"}\n{"data":1,"event":7}\n5\n'
  const stream = only(inspect([opened('s'), head('s', { contentType }), wrote('s', text)]))
  expect(stream.events.map(({ type, id, data }) => [type, id, data])).toEqual([
    ['tidings:reset', '7', '{"a":1}'],
    ['message', undefined, '"text"'],
    ['message', undefined, '1'],
    ['message', undefined, '5'],
  ])
  expect(stream.resets).toBe(1)
})

test.each([
  { contentType: 'text/event-stream', text: (size: number) => `data: ${'x'.repeat(size)}` },
  { contentType: 'application/x-ndjson', text: (size: number) => `"${'x'.repeat(size)}` },
])('what follows an event that is too large is counted, and not shown: $contentType', ({ contentType, text }) => {
  const inspection = inspect([opened('s'), head('s', { contentType })])
  for (let count = 0; count < 5; count += 1) inspection.add(wrote('s', text(1024 * 1024)))
  inspection.add(wrote('s', '\n\ndata: 1\n\n1\n'))
  const stream = only(inspection)
  expect([stream.events.length, stream.faults]).toEqual([0, 1])
  expect(stream.bytes).toBeGreaterThan(5 * 1024 * 1024)
})

test('an answer that is no stream has no events', () => {
  const stream = only(inspect([opened('s'), head('s', { contentType: 'text/html' }), wrote('s', 'data: 1\n\n')]))
  expect([stream.events.length, stream.bytes]).toEqual([0, 9])
})

test('times are those of the records: of the first event, the last one, and what a reader was too slow for', () => {
  const stream = only(
    inspect([
      opened('s'),
      head('s'),
      wrote('s', 'data: 1\n\n', { at: 1300 }),
      { kind: 'blocked', at: 1500, stream: 's', bufferedBytes: 10 },
      { kind: 'blocked', at: 1600, stream: 's', bufferedBytes: 20 },
    ]),
  )
  expect([stream.firstEventAt, stream.blockedSince, stream.bufferedBytes]).toEqual([1300, 1500, 20])
  stream.add({ kind: 'flowing', at: 1750, stream: 's' })
  stream.add({ kind: 'flowing', at: 1800, stream: 's' })
  stream.add({ kind: 'blocked', at: 2000, stream: 's', bufferedBytes: 20 })
  stream.add(ended('s', { at: 2100 }))
  expect([stream.blockedSince, stream.blockedCount, stream.blockedMs, stream.bufferedBytes]).toEqual([
    undefined,
    2,
    350,
    0,
  ])
})

test('the rate is that of the last ten seconds, or since the stream was opened', () => {
  const inspection = inspect([opened('s', { at: 0 }), head('s')])
  const stream = only(inspection)
  for (let second = 0; second < 20; second += 1) {
    inspection.add(wrote('s', 'data: 1\n\ndata: 2\n\n', { at: second * 1000, bytes: 50 }))
  }
  expect(stream.rateAt(19_999)).toEqual({ eventsPerSecond: 2, bytesPerSecond: 50 })
  expect(stream.rateAt(40_000)).toEqual({ eventsPerSecond: 0, bytesPerSecond: 0 })
  const young = only(inspect([opened('s', { at: 0 }), head('s'), wrote('s', 'data: 1\n\n', { at: 100 })]))
  expect(young.rateAt(500).eventsPerSecond).toBe(1)
  expect(young.rateAt(2000).eventsPerSecond).toBe(0.5)
})

test('a stream keeps its newest events, and counts all', () => {
  const records = Array.from({ length: 25 }, (_, index) => wrote('s', `data: ${index}\n\n`))
  const stream = only(inspect([opened('s'), head('s'), ...records], { eventsPerStream: 10 }))
  expect(stream.events.map(({ number }) => number)).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25])
  expect([stream.eventCount, stream.forgottenCount]).toEqual([25, 15])
})

test('100 events of a stream are kept where nothing is said', () => {
  const records = Array.from({ length: 101 }, () => wrote('s', 'data: 1\n\n'))
  expect(only(inspect([opened('s'), head('s'), ...records])).events.length).toBe(100)
})

test('events that the producer let go of are counted', () => {
  const inspection = inspect([opened('s'), head('s'), everyKind.forgot, wrote('s', 'data: 1\n\n')])
  const stream = only(inspection)
  expect([stream.events[0]?.number, stream.eventCount, stream.forgottenCount, stream.bytes]).toEqual([3, 3, 2, 29])
  expect(inspection.forgotten).toEqual({ streams: 0, events: 2 })
})

test('what is over the bound in bytes goes: the stream that ended first, whenever it was opened', () => {
  const data = `data: ${'x'.repeat(1000)}\n\n`
  const inspection = inspect(
    [
      ...['a', 'b', 'c'].flatMap((name) => [opened(name), head(name), wrote(name, data)]),
      ended('b', { at: 2000 }),
      ended('a', { at: 2001 }),
    ],
    { maxBytes: 8000 },
  )
  expect(inspection.heldBytes).toBeLessThan(8000)
  inspection.add(wrote('c', data))
  expect(inspection.streams.map(({ id }) => id)).toEqual(['a', 'c'])
  inspection.add(wrote('c', data))
  expect(inspection.streams.map(({ id }) => id)).toEqual(['c'])
  for (let count = 0; count < 10; count += 1) inspection.add(wrote('c', data))
  expect(inspection.heldBytes).toBeLessThanOrEqual(8000)
  expect(only(inspection).events.length).toBe(3)
  expect(inspection.forgotten).toEqual({ streams: 2, events: 10 })
})

test('of too many streams those go that have ended, then the oldest', () => {
  const inspection = inspect([opened('a'), opened('b'), ended('b'), opened('c'), opened('d')], { maxStreams: 3 })
  expect(inspection.streams.map(({ id }) => id)).toEqual(['a', 'c', 'd'])
  inspection.add(opened('e'))
  expect(inspection.streams.map(({ id }) => id)).toEqual(['c', 'd', 'e'])
  expect(inspection.forgotten.streams).toBe(2)
  inspection.add(wrote('a', 'data: 1\n\n'))
  expect(inspection.streams.length).toBe(3)
})

test('a stream that is told of once more is the same one, from its beginning', () => {
  const records = [opened('s'), head('s'), wrote('s', 'data: 1\n\nda')]
  const inspection = inspect([...records, ...records, wrote('s', 'ta: 2\n\n')])
  expect(only(inspection).events.map(({ data }) => data)).toEqual(['1', '2'])
  expect(inspection.heldBytes).toBe(only(inspection).heldBytes)
})

test('clearing forgets what has ended, and leaves what is open without its events', () => {
  const inspection = inspect([opened('a'), head('a'), wrote('a', 'data: 1\n\n'), opened('b'), ended('b')])
  inspection.clear()
  const stream = only(inspection)
  expect([stream.id, stream.events.length, stream.eventCount, inspection.heldBytes]).toEqual(['a', 0, 1, 0])
  inspection.add(wrote('a', 'data: 2\n\n'))
  expect(stream.events.map(({ number }) => number)).toEqual([2])
})

test('topics, runs and journals are as they were told of last', () => {
  const inspection = inspect([])
  expect([inspection.topics, inspection.runs, inspection.journals]).toEqual([undefined, undefined, undefined])
  for (const record of [everyKind.topics, everyKind.runs, everyKind.journals]) inspection.add(record)
  expect([inspection.topics, inspection.runs, inspection.journals]).toEqual([
    everyKind.topics.topics,
    everyKind.runs.runs,
    everyKind.journals.journals,
  ])
  inspection.add({ kind: 'topics', at: 1, topics: [] })
  expect(inspection.topics).toEqual([])
})

test('a bound that is none is refused', () => {
  expect(() => new Inspection({ eventsPerStream: 0 })).toThrow('eventsPerStream')
  expect(() => new Inspection({ maxBytes: 1.5 })).toThrow('maxBytes')
  expect(() => Reflect.construct(Inspection, [{ events: 1 }])).toThrow('events')
})
