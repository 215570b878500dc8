// docs/protocol/encoding.json, by the encoder.
import { describe, expect, test } from 'vitest'
import { encode, encodeData, encodeEvent, sse, type EncodableEvent } from '../../src/sse/index.ts'
import { readCases } from '../support/protocol/cases.ts'

interface EncodingCase {
  readonly name: string
  readonly event: EncodableEvent
  readonly wire?: string
}

describe.each(Object.entries(readCases<EncodingCase>('encoding')))('%s', (_, cases) => {
  test.each(cases)('$name', ({ event, wire }) => {
    for (const write of writersOf(event)) {
      if (wire === undefined) expect(write).toThrow(expect.objectContaining({ code: 'ERR_EVENT_FIELD' }))
      else expect(write()).toBe(wire)
    }
  })
})

/** Every way in which our encoder writes such an event. */
function writersOf(event: EncodableEvent): (() => string)[] {
  const { data, ...fields } = event
  if (data === undefined) return [() => encode(event)]
  const ofFields = [() => encode(event), () => encodeEvent(sse(fields, data))]
  return Object.keys(fields).length === 0 ? [...ofFields, () => encodeData(data)] : ofFields
}
