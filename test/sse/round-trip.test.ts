import { validateHeaderValue } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import * as fastCheck from 'fast-check'
import { expect, test } from 'vitest'
import { toByteString } from '../../src/client/http/header-bytes.ts'
import { encode, encodeComment, encodeData, encodeEvent, encodeRetry, sse } from '../../src/sse/index.ts'
import { everySplit, inPieces, readChunks } from '../support/wire/wire-case.ts'

/** Whether a `Last-Event-ID` header brings this id back as it is, by the clients' code, the standard's and Node's. */
function isCarried(id: string): boolean {
  try {
    const value = new Headers({ 'last-event-id': toByteString(id) }).get('last-event-id') ?? ''
    validateHeaderValue('last-event-id', value)
    return Buffer.from(value, 'latin1').toString() === id
  } catch {
    // Refused by one of them.
    return false
  }
}

/** Strings that are full of what means something on the wire. */
const nasty = fastCheck
  .array(
    fastCheck.oneof(
      fastCheck.constantFrom(
        '\n',
        '\r',
        '\r\n',
        '\0',
        ' ',
        ':',
        '\uFEFF',
        'data: x',
        'id: 1',
        'event: e',
        '\u2028',
        '~end',
        'tidings:',
      ),
      fastCheck.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''))
const line = nasty.map((text) => text.replaceAll(/[\r\n\0]/g, ''))
const name = line.filter((text) => !text.startsWith('tidings:'))
const id = line.filter((text) => !text.endsWith('~end') && isCarried(text))
const fields = fastCheck.record({ event: name, id, retry: fastCheck.nat() }, { requiredKeys: [] })

function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\r', '\n')
}

test('an event is read as it was written, for every split, with line breaks as LF', () => {
  fastCheck.assert(
    fastCheck.property(fields, nasty, (event, data) => {
      const bytes = new Uint8Array(Buffer.from(encode({ ...event, data })))
      const expected = {
        events: [{ event: event.event === '' ? undefined : event.event, data: withLineFeeds(data), id: event.id }],
        ids: event.id === undefined ? [] : [event.id],
        retries: event.retry === undefined ? [] : [event.retry],
        comments: [],
        lastEventId: event.id ?? '',
      }
      for (const pieces of [inPieces(bytes, 1), ...everySplit(bytes)]) {
        // Vitest's own comparison takes most of the time, and is only needed to show a difference.
        if (!isDeepStrictEqual(readChunks(pieces), expected)) expect(readChunks(pieces)).toEqual(expected)
      }
    }),
    { numRuns: 300 },
  )
})

test('an id is taken if a Last-Event-ID header brings it back, and only then', () => {
  const characters = fastCheck.oneof(
    fastCheck.constantFrom(
      '\t',
      ' ',
      '~',
      '\x01',
      '\x1f',
      '\x7f',
      '\x80',
      '\xa0',
      '\xff',
      'é',
      'Ã©',
      '\uFEFF',
      '\uD83D',
      '\uDE00',
      '😀',
    ),
    fastCheck.string({ unit: 'binary', maxLength: 2 }),
  )
  const text = fastCheck.array(characters, { maxLength: 5 }).map((parts) => parts.join(''))
  fastCheck.assert(
    fastCheck.property(text, (id) => {
      const isTaken = orNothing(() => encode({ id })) !== ''
      expect(isTaken).toBe(isCarried(id) && !id.endsWith('~end') && !/[\r\n\0]/.test(id))
    }),
    { numRuns: 5000 },
  )
})

test('JSON is read as it was written', () => {
  fastCheck.assert(
    fastCheck.property(fastCheck.jsonValue(), (value) => {
      const [event] = readChunks([encodeData(value)]).events
      const json: unknown = typeof value === 'string' ? event?.data : JSON.parse(event?.data ?? '')
      expect(json).toEqual(typeof value === 'string' ? withLineFeeds(value) : JSON.parse(JSON.stringify(value)))
    }),
  )
})

test('whatever the strings are, what is written is one event or nothing', () => {
  fastCheck.assert(
    fastCheck.property(nasty, nasty, nasty, (event, id, data) => {
      const block = orNothing(() => encodeEvent(sse({ event, id }, data)))
      const reading = readChunks([`data: before\n\n${block}data: after\n\n`])
      expect(reading.events.length).toBe(block === '' ? 2 : 3)
      expect(reading.events.at(-1)).toEqual({ event: undefined, data: 'after', id: undefined })
      if (block !== '') expect(reading.events[1]?.data).toBe(withLineFeeds(data))
      expect([reading.comments, reading.retries]).toEqual([[], []])
    }),
    { numRuns: 1000 },
  )
})

test('comments and retry lines between events leave the events alone', () => {
  fastCheck.assert(
    fastCheck.property(line, fastCheck.nat(), nasty, (comment, retryMs, data) => {
      const between = encodeComment(comment) + encodeRetry(retryMs)
      const wire = encodeData('a') + between + encodeData(data) + encodeRetry(1)
      const reading = readChunks([wire])
      expect(reading.events.map((event) => event.data)).toEqual(['a', withLineFeeds(data)])
      expect(reading.comments).toEqual([comment.replace(/^ /, '')])
      expect(reading.retries).toEqual([retryMs, 1])
    }),
  )
})

function orNothing(encodeBlock: () => string): string {
  try {
    return encodeBlock()
  } catch {
    // Refused: nothing is written.
    return ''
  }
}
