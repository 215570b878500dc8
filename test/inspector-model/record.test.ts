// Records come from outside: what is none is refused.
import { expect, test } from 'vitest'
import { isInspectorRecord } from '../../src/inspector-model/index.ts'
import { everyKind } from '../support/inspector/records.ts'

test.each(Object.entries(everyKind))('%s is a record', (_, record) => {
  expect(isInspectorRecord(record)).toBe(true)
  expect(isInspectorRecord(JSON.parse(JSON.stringify(record)))).toBe(true)
  expect(isInspectorRecord({ ...record, later: 'field' })).toBe(true)
})

test.each(Object.entries(everyKind))('%s without any of its required fields is none', (_, record) => {
  const optional = ['route', 'who', 'lastEventId', 'requestHeaders', 'requestBody', 'headers', 'error']
  for (const name of Object.keys(record)) {
    const { [name]: left, ...others } = record as unknown as Record<string, unknown>
    const isOptional = optional.includes(name) || (name === 'bytes' && record.kind === 'forgot')
    expect([name, left !== undefined, isInspectorRecord(others)]).toEqual([name, true, isOptional])
    expect([name, isInspectorRecord({ ...record, [name]: Symbol.iterator })]).toEqual([name, false])
  }
})

test.each([
  undefined,
  null,
  'opened',
  [],
  [everyKind.opened],
  {},
  { kind: 'other', at: 1, stream: 's' },
  { kind: 'toString', at: 1, stream: 's' },
  { kind: '__proto__' },
  { ...everyKind.wrote, bytes: -1 },
  { ...everyKind.wrote, at: Number.NaN },
  { ...everyKind.wrote, events: Infinity },
  { ...everyKind.opened, source: 'elsewhere' },
  { ...everyKind.head, headers: { a: 1 } },
  { ...everyKind.head, headers: ['a'] },
  { ...everyKind.topics, topics: [{ name: 'a' }] },
  { ...everyKind.topics, topics: [{ name: 'a', readers: 1, more: {} }] },
  { ...everyKind.topics, topics: {} },
  { ...everyKind.runs, runs: [null] },
])('%o is no record', (value) => {
  expect(isInspectorRecord(value)).toBe(false)
})
