// Packed logs of chats expand to the very same events, and come to the same messages where they are condensed.
import { describe, expect, test } from 'vitest'
import { chatCodec } from '../../../src/ai/packing/chat-codec.ts'
import { decodeNumbers, encodeNumber } from '../../../src/ai/packing/numbers.ts'
import type { PackedRecord } from '../../../src/channel/internal.ts'
import { ChatFold, type ChatEvent } from '../../../src/chat-model/index.ts'
import type { StoredEvent } from '../../../src/journal/index.ts'
import { randomLog } from '../../support/chat/random-log.ts'
import { randomStored } from '../../support/chat/random-stored.ts'

function pack(events: readonly StoredEvent[]): PackedRecord[] {
  const packer = chatCodec.createPacker()
  const records = [...events.map((event) => packer.add(event)), packer.end()]
  // Through JSON, as a journal takes it.
  return records.filter((record) => record !== undefined).map((record) => ({ ...record, data: checked(record.data) }))
}

function checked(data: string): string {
  expect(() => JSON.parse(data)).not.toThrow()
  expect(data).not.toMatch(/\p{Cs}/u)
  return data
}

const expand = (records: readonly PackedRecord[]) => records.map((record) => chatCodec.expand(record) ?? []).flat()
const condense = (records: readonly PackedRecord[]) => records.map((record) => chatCodec.condense(record) ?? []).flat()

const tokens = (count: number, nonce = ''): StoredEvent[] =>
  Array.from({ length: count }, (_, index) => ({
    seq: index + 1,
    nonce,
    event: 'text-delta',
    data: JSON.stringify({ type: 'text-delta', id: 't1', delta: ['word', ' the ', 'a long', ' quick'][index % 4] }),
  }))

const delta = (id: string, text: string): Pick<StoredEvent, 'event' | 'data'> => ({
  event: 'text-delta',
  data: JSON.stringify({ type: 'text-delta', id, delta: text }),
})

describe('a packed log', () => {
  test.each(['none', 'all', 'some'] as const)('expands to the very same events, with nonces: %s', (nonces) => {
    for (let seed = 1; seed <= 1000; seed += 1) {
      const log = randomStored(seed, nonces)
      expect(expand(pack(log)), `seed ${seed}`).toEqual(log)
    }
  })

  test('is made of records without a gap, each as if there were none before it', () => {
    for (let seed = 1; seed <= 10; seed += 1) {
      const log = randomStored(seed, 'all', 6000)
      const records = pack(log)
      expect(expand(records)).toEqual(log)
      for (const [index, { first, last }] of records.entries()) {
        expect(first).toBe((records[index - 1]?.last ?? 0) + 1)
        expect(last - first).toBeLessThan(1024)
      }
      expect(pack(log.slice(records[0]?.last))).toEqual(records.slice(1))
    }
  })

  test('has one record for an answer, of little more than its text', () => {
    const log = tokens(1000)
    const text = log.reduce((length, { data }) => length + String(JSON.parse(data).delta).length, 0)
    expect(text).toBe(5250)
    const [record, ...more] = pack(log)
    expect(more).toEqual([])
    expect(record?.data.length).toBeLessThan(text + 1000 + 100)
    expect(pack(tokens(1000, 'abcde'))[0]?.data.length).toBeLessThan(text + 6000 + 100)
  })

  test('has no record that cannot be expanded at once', () => {
    const data = JSON.stringify({ type: 'text-delta', id: 't1', delta: 'x'.repeat(1000) })
    const log = Array.from({ length: 500 }, (_, index) => ({ seq: index + 1, nonce: '', event: 'text-delta', data }))
    const records = pack(log)
    expect(records.length).toBeGreaterThan(5)
    for (const record of records) expect(record.data.length).toBeLessThan(70_000)
  })
})

describe('a condensed log', () => {
  test('comes to the same messages, with the position of the last event for each that it joins', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const events = randomLog(seed).filter(({ type }) => type !== 'run-end')
      const log = events.map((event, index) => ({
        seq: index + 1,
        nonce: `n${1000 + index}`,
        event: event.type,
        data: JSON.stringify(event),
      }))
      const condensed = condense(pack(log))
      for (const { seq, nonce, event } of condensed)
        expect([nonce, event]).toEqual([log[seq - 1]?.nonce, log[seq - 1]?.event])
      expect(condensed.at(-1)?.seq).toBe(log.length)
      // Also where it is cut behind any of its events: what is behind that, exactly, makes the rest.
      for (let cut = 0; cut <= condensed.length; cut += 1) {
        const behind = log.slice(condensed[cut - 1]?.seq ?? 0)
        expect(messagesOf([...condensed.slice(0, cut), ...behind]), `seed ${seed}, ${cut}`).toEqual(messagesOf(log))
      }
    }
  })

  test('has one delta for a part that nothing stands between', () => {
    const condensed = condense(pack(tokens(1000, 'abcde')))
    expect(condensed).toHaveLength(1)
    expect(condensed[0]).toMatchObject({ seq: 1000, nonce: 'abcde', event: 'text-delta' })
  })

  test('keeps the order of parts that speak in turn', () => {
    const log = [delta('a', '1'), delta('a', '2'), delta('b', '3'), delta('a', '4'), delta('a', '5'), delta('a', '6')]
    const condensed = condense(pack(log.map((event, index) => ({ seq: index + 1, nonce: '', ...event }))))
    expect(condensed.map(({ seq, data }) => [seq, JSON.parse(data).id, JSON.parse(data).delta])).toEqual([
      [2, 'a', '12'],
      [3, 'b', '3'],
      [6, 'a', '456'],
    ])
  })
})

test.each([
  'null',
  '{}',
  '{"events":{}}',
  '{"events":[1]}',
  '{"events":[{}]}',
  '{"events":[{"data":1},{"data":2}]}',
  '{"events":[{"name":1,"data":1}]}',
  '{"events":[{"text":1}]}',
  '{"events":[{"data":1}],"nonces":1}',
  '{"events":[{"data":1}],"nonces":[1]}',
  '{"events":[{"parts":[],"order":"A"}]}',
  '{"events":[{"parts":1,"order":"A"}]}',
  '{"events":[{"parts":[["text-delta","t1","x"]],"order":"!"}]}',
  '{"events":[{"parts":[["text-delta","t1","x"]],"order":"g"}]}',
  '{"events":[{"parts":[["text-end","t1","x"]],"order":"B"}]}',
  '{"events":[{"parts":[["text-delta","t1","x"],["text-delta","t2","x"]],"order":"CB"}]}',
  'no JSON',
])('a record that no node has written is told from others: %s', (data) => {
  const record = { first: 1, last: 1, data }
  expect([chatCodec.expand(record), chatCodec.condense(record)]).toEqual([undefined, undefined])
})

test('numbers are read as they were written', () => {
  const numbers = [0, 1, 31, 32, 33, 1023, 1024, 65_536, 1_048_576, 2 ** 31 + 5]
  expect(decodeNumbers(numbers.map(encodeNumber).join(''))).toEqual(numbers)
  expect(numbers.slice(0, 4).map((number) => encodeNumber(number).length)).toEqual([1, 1, 1, 2])
})

function messagesOf(log: readonly StoredEvent[]): unknown {
  const fold = new ChatFold()
  for (const { data } of log) fold.take(eventOf(data))
  return fold.messages
}

function eventOf(data: string): ChatEvent {
  return JSON.parse(data)
}
