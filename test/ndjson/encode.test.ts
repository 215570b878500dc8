import { expect, test } from 'vitest'
import { encodeLine } from '../../src/ndjson/index.ts'

test.each([
  [{ a: 1 }, '{"a":1}\n'],
  ['x\r\ny', '"x\\r\\ny"\n'],
  [null, 'null\n'],
  [42, '42\n'],
  [[], '[]\n'],
])('%j is one line of JSON', (value, line) => {
  expect(encodeLine(value)).toBe(line)
})

test.each([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['a bigint', 1n],
  ['a Map', new Map()],
  ['a Uint8Array', new Uint8Array(1)],
  ['a promise', Promise.resolve(1)],
])('%s is refused with a hint', (_, value) => {
  expect(() => encodeLine(value)).toThrow(
    expect.objectContaining({ code: 'ERR_EVENT_DATA', message: expect.stringMatching(/cannot be sent: /) }),
  )
})
