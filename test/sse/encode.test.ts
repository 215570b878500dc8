// The encoder; that it writes what the protocol says is shown by test/protocol/encoding.test.ts.
import { describe, expect, test } from 'vitest'
import {
  encode,
  encodeComment,
  encodeData,
  encodeEvent,
  encodeRetry,
  EventEncoderStream,
  sse,
} from '../../src/sse/index.ts'
import { encodeControl, hasHadEnd } from '../../src/sse/internal.ts'

function work(): void {}

describe('a block', () => {
  test('has no line for a field that is undefined', () => {
    expect(encode({ event: undefined, id: undefined, retry: undefined, data: 1 })).toBe('data: 1\n\n')
  })

  test('takes data from a getter of a class', () => {
    class Quote {
      get data(): string {
        return 'a'
      }
    }
    expect(encode(new Quote())).toBe('data: a\n\n')
  })
})

describe('data', () => {
  test.each([
    ['an object', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
    ['an array', [1, null], '[1,null]'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
    ['an empty object', {}, '{}'],
    ['a number', 42, '42'],
    ['minus zero', -0, '0'],
    ['true', true, 'true'],
    ['null', null, 'null'],
    ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    [
      'an instance of a class',
      new (class Point {
        x = 1
      })(),
      '{"x":1}',
    ],
    [
      'an empty instance of a class',
      new (class Hidden {
        get x(): number {
          return 1
        }
      })(),
      '{}',
    ],
    ['an object with toJSON', { toJSON: () => ({ b: 2 }) }, '{"b":2}'],
    ['an error with toJSON', Object.assign(new Error('x'), { toJSON: () => 'kept' }), '"kept"'],
    ['a URL', new URL('http://a/'), '"http://a/"'],
    [
      'a nested undefined, function and Map, as JSON.stringify has them',
      { a: undefined, b: () => 1, c: new Map([[1, 2]]) },
      '{"c":{}}',
    ],
    ['line breaks in JSON', { a: 'x\r\ny' }, '{"a":"x\\r\\ny"}'],
  ])('can be %s', (_, value, json) => {
    expect(encodeData(value)).toBe(`data: ${json}\n\n`)
    expect(encode({ data: value })).toBe(`data: ${json}\n\n`)
    expect(encodeEvent(sse({}, value))).toBe(`data: ${json}\n\n`)
  })
})

describe('data is refused with a hint before anything is written, when it is', () => {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular

  test.each<[name: string, value: unknown, message: RegExp]>([
    ['undefined', undefined, /^undefined cannot be sent: .*send null/],
    ['NaN', Number.NaN, /^NaN cannot be sent: .*null/],
    ['Infinity', Infinity, /^Infinity cannot/],
    ['a bigint', 12n, /^12n cannot be sent: .*String\(value\)/],
    ['a symbol', Symbol('x'), /^Symbol\(x\) cannot be sent: .*description/],
    ['a function', work, /^function work cannot be sent: .*what it returns/],
    ['a Map', new Map([[1, 2]]), /Map\] cannot be sent: .*Object\.fromEntries/],
    ['a Set', new Set([1]), /Set\] cannot be sent: .*\[\.\.\.value\]/],
    ['a WeakMap', new WeakMap(), /WeakMap\] cannot be sent: .*weak/],
    ['a WeakSet', new WeakSet(), /WeakSet\] cannot be sent: .*weak/],
    ['an Error', new TypeError('bad'), /^TypeError "bad" cannot be sent: .*error\.message/],
    ['an Error with fields', Object.assign(new Error('x'), { code: 'E' }), /error\.message/],
    ['a DOMException', new DOMException('stop', 'AbortError'), /^AbortError "stop" cannot be sent: .*error\.message/],
    ['a RegExp', /x/, /RegExp\] cannot be sent: .*source/],
    ['an invalid date', new Date(Number.NaN), /Date\] cannot be sent: .*invalid/],
    ['a Uint8Array', new Uint8Array(1), /Uint8Array\] cannot be sent: .*base64/],
    ['a Buffer', Buffer.from('a'), /Buffer\] cannot be sent: .*base64/],
    ['a DataView', new DataView(new ArrayBuffer(1)), /DataView\] cannot be sent: .*base64/],
    ['a Float64Array', new Float64Array(1), /base64/],
    ['an ArrayBuffer', new ArrayBuffer(1), /ArrayBuffer\] cannot be sent: .*base64/],
    ['a SharedArrayBuffer', new SharedArrayBuffer(1), /base64/],
    ['a promise', Promise.resolve(1), /Promise\] cannot be sent: .*await/],
    // oxlint-disable-next-line unicorn/no-thenable -- query builders are such objects
    ['a thenable', { run: 1, __proto__: { then: () => {} } }, /await/],
    ['an async generator', (async function* () {})(), /async iterable.*yield\*/],
    ['a stream', new ReadableStream(), /async iterable/],
    ['a generator', (function* () {})(), /JSON would make it \{\}.*\[\.\.\.value\]/],
    ['an iterator of a Map', new Map([[1, 2]]).values(), /\[\.\.\.value\]/],
    ['headers', new Headers({ a: '1' }), /\[\.\.\.value\]/],
    ['a blob', new Blob(['a']), /Blob\] cannot be sent: JSON would make it \{\}/],
    ['a circular object', circular, /^\[object Object\] cannot be sent: it is circular/],
    ['a circular array', [circular], /circular/],
    ['an object with a bigint inside', { a: [{ b: 1n }] }, /it holds a bigint.*String/],
    ['an object whose toJSON returns nothing', { toJSON: () => undefined }, /toJSON returned what JSON cannot hold/],
    [
      'an object whose toJSON throws',
      {
        toJSON: () => {
          throw new Error('no luck')
        },
      },
      /JSON\.stringify failed: no luck/,
    ],
    ['an event that sse() made', sse({ id: '1' }, 'x'), /sse\(\) made/],
  ])('%s', (_, value, message) => {
    const refusal = expect.objectContaining({ code: 'ERR_EVENT_DATA', message: expect.stringMatching(message) })
    expect(() => encodeData(value)).toThrow(refusal)
    expect(() => encode({ data: value })).toThrow(refusal)
    expect(() => encodeEvent(sse({}, value as object))).toThrow(refusal)
  })

  test('a value from another realm', async () => {
    const { runInNewContext } = await import('node:vm')
    expect(() => encodeData(runInNewContext('new Map([[1, 2]])'))).toThrow(/Object\.fromEntries/)
    expect(() => encodeData(runInNewContext('new Error("x")'))).toThrow(/error\.message/)
    expect(encodeData(runInNewContext('({ a: [1] })'))).toBe('data: {"a":[1]}\n\n')
  })

  test('the reason is kept as the cause', () => {
    expect(() => encodeData(circular)).toThrow(expect.objectContaining({ cause: expect.any(TypeError) }))
  })
})

describe('a field is refused with a hint before anything is written, when it is', () => {
  test.each<[name: string, fields: object, message: RegExp]>([
    ['an event with LF', { event: 'a\ndata: forged' }, /event cannot contain CR, LF or NUL.*"a\\ndata: forged"/],
    ['an event with CR', { event: 'a\rb' }, /event cannot contain/],
    ['an event with NUL', { event: 'a\0' }, /event cannot contain/],
    ['an id with LF', { id: '1\n\ndata: forged' }, /id cannot contain CR, LF or NUL/],
    ['an id with CR', { id: '1\r' }, /id cannot contain/],
    ['an id with NUL', { id: '\0' }, /id cannot contain/],
    ['an id with another control character', { id: 'a\u0001b' }, /no header carries back: "a\\u0001b"/],
    ['an id with DEL', { id: 'a\u007f' }, /no header carries back/],
    ['an id that begins with a space', { id: ' 7' }, /white space at its ends.*" 7"/],
    ['an id that ends in a tab', { id: '7\t' }, /white space at its ends/],
    ['an id that is a space', { id: ' ' }, /white space at its ends/],
    ['an id with half of a surrogate pair', { id: 'a\uD83D' }, /lone surrogates.*Remove or encode/],
    ['an event of ours', { event: 'tidings:end' }, /cannot begin with tidings:.*"tidings:end".*another name/],
    ['an id of an ended stream', { id: '5~end' }, /cannot end in ~end.*"5~end".*another id/],
    ['an event that is no string', { event: 5 }, /event must be a string, not 5.*String/],
    ['an id that is no string', { id: 7 }, /id must be a string, not 7.*String/],
    ['an id that is null', { id: null }, /id must be a string, not null/],
    ['a negative retry', { retry: -1 }, /retry must be a whole number.*not -1/],
    ['a fractional retry', { retry: 1.5 }, /not 1\.5.*Math\.round/],
    ['a retry that is NaN', { retry: Number.NaN }, /not NaN/],
    ['a retry that is Infinity', { retry: Infinity }, /not Infinity/],
    ['a retry too large to be written in digits', { retry: 1e21 }, /retry must/],
    ['a retry that is a string', { retry: '5' }, /not "5"/],
  ])('%s', (_, fields, message) => {
    const refusal = expect.objectContaining({ code: 'ERR_EVENT_FIELD', message: expect.stringMatching(message) })
    expect(() => encode({ ...fields, data: 1 })).toThrow(refusal)
    expect(() => encodeEvent(sse(fields, 1))).toThrow(refusal)
  })

  test('none at all', () => {
    expect(() => encode({})).toThrow(expect.objectContaining({ code: 'ERR_EVENT_FIELD' }))
    expect(() => encode({ event: '' })).toThrow(/at least one/)
  })

  test('long, and then it is shown cut', () => {
    expect(() => encode({ id: `${'x'.repeat(1e6)}\n` })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^.{0,250}$/s) }),
    )
  })
})

describe('sse() refuses what would lose the name of an event', () => {
  test.each<[name: string, fields: unknown, message: RegExp]>([
    ['a name alone', 'tick', /sse\(\{ event: 'tick' \}, 1\), not "tick"/],
    ['no fields', undefined, /not undefined/],
    ['null', null, /not null/],
    ['a list', ['tick'], /not \[object Array\]/],
    ['a function', () => 'tick', /not function/],
    ['a field that does not exist', { name: 'x' }, /event, id and retry beside its data, and no "name"/],
    ['one beside others', { id: '1', Event: 'x' }, /no "Event"\. Did you mean event\?/],
  ])('%s', (_, fields, message) => {
    const refusal = expect.objectContaining({ code: 'ERR_EVENT_FIELD', message: expect.stringMatching(message) })
    expect(() => sse(fields as object, 1)).toThrow(refusal)
  })

  test('but takes an event that was received, and fields that are left out', () => {
    const received = { event: 'tick', id: '1', data: { n: 1 } }
    expect(encodeEvent(sse(received, received.data))).toBe('id: 1\nevent: tick\ndata: {"n":1}\n\n')
    expect(encodeEvent(sse({}, 1))).toBe('data: 1\n\n')
    expect(encodeEvent(sse({ event: undefined, id: undefined, retry: undefined }, 1))).toBe('data: 1\n\n')
    expect(encodeEvent(sse(Object.assign(Object.create(null), { event: 'tick' }), 1))).toBe('event: tick\ndata: 1\n\n')
  })
})

describe('encode() refuses what would lose a part of an event', () => {
  test.each<[name: string, event: unknown, message: RegExp]>([
    ['what other libraries call the name', { name: 'tick', data: 1 }, /no "name"\. Did you mean event\?/],
    ['what a MessageEvent calls it', { type: 'tick', data: 1 }, /no "type"\. Did you mean event\?/],
    ['a misspelt field', { dat: 1 }, /no "dat"\. Did you mean data\?/],
    ['a unit behind it', { retryMs: 5 }, /Did you mean retry\?/],
    ['a name that every object has', { toString: 1, data: 1 }, /no "toString"/],
    ['data alone', 'hello', /encode\(\) takes an event.*not "hello"/],
    ['nothing', undefined, /not undefined/],
    ['null', null, /not null/],
  ])('%s', (_, event, message) => {
    const refusal = expect.objectContaining({ code: 'ERR_EVENT_FIELD', message: expect.stringMatching(message) })
    expect(() => encode(event as object)).toThrow(refusal)
  })

  test('in a stream too', async () => {
    const stream = new EventEncoderStream()
    const writer = stream.writable.getWriter()
    const writing = writer.write(Object({ name: 'tick', data: 1 }))
    await expect(stream.readable.getReader().read()).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
    await expect(writing).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
  })
})

describe('what the framework sends itself', () => {
  test('is control events with an id and JSON', () => {
    expect(encodeControl('open', 'e.0', {})).toBe('id: e.0\nevent: tidings:open\ndata: {}\n\n')
    expect(encodeControl('gap', 'e.9', { from: 1, to: 8 })).toBe(
      'id: e.9\nevent: tidings:gap\ndata: {"from":1,"to":8}\n\n',
    )
  })

  test('has no id that no header carries back', () => {
    for (const id of ['a\u0001', ' 7', '\uDE00']) {
      expect(() => encodeControl('gap', id, {})).toThrow(expect.objectContaining({ code: 'ERR_EVENT_FIELD' }))
    }
  })

  test('is an end whose id ends in ~end, once', () => {
    const end = 'id: e.9~end\nevent: tidings:end\ndata: {}\n\n'
    expect(encodeControl('end', 'e.9', {})).toBe(end)
    expect(encodeControl('end', 'e.9~end', {})).toBe(end)
    expect(encodeControl('end', '', {})).toBe('id: ~end\nevent: tidings:end\ndata: {}\n\n')
    expect([hasHadEnd('GET', 'e.9~end'), hasHadEnd('GET', 'e.9'), hasHadEnd('POST', 'e.9~end')]).toEqual([
      true,
      false,
      false,
    ])
  })

  test('refuses a position that could forge fields', () => {
    expect(() => encodeControl('open', 'a\ndata: forged', {})).toThrow(
      expect.objectContaining({ code: 'ERR_EVENT_FIELD' }),
    )
  })

  test('is a retry line without a blank line', () => {
    expect(encodeRetry(1500)).toBe('retry: 1500\n')
    expect(() => encodeRetry(-1)).toThrow(expect.objectContaining({ code: 'ERR_EVENT_FIELD' }))
  })

  test('is a comment line without a blank line', () => {
    expect(encodeComment()).toBe(':\n')
    expect(encodeComment(' note: é\0')).toBe(': note: é\0\n')
    for (const text of ['a\nb', 'a\rb', ['\nevent: forged'], 5]) {
      expect(() => encodeComment(text as string)).toThrow(expect.objectContaining({ code: 'ERR_EVENT_FIELD' }))
    }
  })
})
