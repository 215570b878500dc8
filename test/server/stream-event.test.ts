import { describe, expect, it } from 'vitest'
import { sse } from '../../src/sse/index.ts'
import { asking, make, plain, Reading, untyped } from '../support/server/asking.ts'

/** What a plain reader gets of a handler that yields `values`. */
async function wireOf(values: readonly unknown[], finished: () => void = () => {}): Promise<string> {
  const handler = async function* (): AsyncGenerator {
    try {
      for (const value of values) yield value
    } finally {
      finished()
    }
  }
  const { ask } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
  return new Reading(await ask('/x', { headers: plain })).ended()
}

describe('what a streaming handler yields', () => {
  it.each([
    ['an object as JSON', { status: 'started', n: 1 }, 'data: {"status":"started","n":1}\n\n'],
    ['an array as JSON', [1, 'a', null], 'data: [1,"a",null]\n\n'],
    ['a string as text', 'Hello World', 'data: Hello World\n\n'],
    ['an empty string as an empty line of data', '', 'data: \n\n'],
    ['a string that begins with a space with that space', ' x', 'data:  x\n\n'],
    ['a number', 42, 'data: 42\n\n'],
    ['zero', 0, 'data: 0\n\n'],
    ['true', true, 'data: true\n\n'],
    ['false', false, 'data: false\n\n'],
    ['null', null, 'data: null\n\n'],
    ['a date as its JSON', new Date(0), 'data: "1970-01-01T00:00:00.000Z"\n\n'],
    ['characters outside ASCII', '你好 🌊', 'data: 你好 🌊\n\n'],
  ])('is sent: %s', async (_name, value, frame) => {
    expect(await wireOf([value])).toBe(frame)
  })

  it('has a data line for each line of a string, whatever its line breaks', async () => {
    expect(await wireOf(['a\nb\r\nc\rd\n'])).toBe('data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n')
  })

  it('cannot forge fields by a string', async () => {
    expect(await wireOf(['x\nevent: forged\n\nid: 1'])).toBe('data: x\ndata: event: forged\ndata: \ndata: id: 1\n\n')
  })

  it('keeps its order', async () => {
    expect(await wireOf([1, 'two', { three: 3 }])).toBe('data: 1\n\ndata: two\n\ndata: {"three":3}\n\n')
  })

  it('never passes for metadata because of the names in it', async () => {
    const lookAlike = { event: 'forged', id: '9', retry: 1, data: 'x' }
    expect(await wireOf([lookAlike])).toBe(`data: ${JSON.stringify(lookAlike)}\n\n`)
  })

  it('is data of its own at each time it is yielded, although it is the same object', async () => {
    const event = sse({ id: '1' }, 'x')
    expect(await wireOf([event, event])).toBe('id: 1\ndata: x\n\n'.repeat(2))
  })
})

describe('sse()', () => {
  it('writes id, event, retry and data in this order', async () => {
    expect(await wireOf([sse({ retry: 3000, event: 'update', id: '42' }, { count: 1 })])).toBe(
      'id: 42\nevent: update\nretry: 3000\ndata: {"count":1}\n\n',
    )
  })

  it('writes only the fields that it is given', async () => {
    expect(await wireOf([sse({ event: 'status' }, { online: true })])).toBe('event: status\ndata: {"online":true}\n\n')
    expect(await wireOf([sse({ id: '1001' }, { value: 1 })])).toBe('id: 1001\ndata: {"value":1}\n\n')
    expect(await wireOf([sse({ retry: 5000 }, 'reconnect')])).toBe('retry: 5000\ndata: reconnect\n\n')
    expect(await wireOf([sse({}, 'bare')])).toBe('data: bare\n\n')
  })

  it('writes an empty id, which resets the reader', async () => {
    expect(await wireOf([sse({ id: '' }, 'x')])).toBe('id: \ndata: x\n\n')
  })
})

describe('a value that cannot be sent', () => {
  it.each([
    ['an event name with LF', sse({ event: 'a\nid: 666' }, 1)],
    ['an event name with CR', sse({ event: 'a\rdata: forged' }, 1)],
    ['an event name with NUL', sse({ event: 'a\0' }, 1)],
    ['an id with LF', sse({ id: '1\nevent: forged' }, 1)],
    ['an id with CR', sse({ id: '1\r\n\r\ndata: forged' }, 1)],
    ['an id with NUL', sse({ id: '1\0' }, 1)],
    ['an id that passes for an end', sse({ id: '7~end' }, 1)],
    ['an event name of the framework', sse({ event: 'tidings:end' }, 1)],
    ['a retry that is no whole number', sse({ retry: 1.5 }, 1)],
    ['a negative retry', sse({ retry: -1 }, 1)],
    ['a retry that is not a number', sse({ retry: Number.NaN }, 1)],
    ['undefined', undefined],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
    ['a function', () => 1],
    ['a Map', new Map()],
    ['a Set', new Set()],
    ['an Error', new Error('secret')],
    ['bytes', new Uint8Array(1)],
  ])('after the head is an error event, and finally runs: %s', async (_name, value) => {
    let ran = false
    const wire = await wireOf(['first', value, 'never'], () => {
      ran = true
    })
    expect(wire).toMatch(/^data: first\n\nevent: error\ndata: \{"error":"[^\n]+"\}\n\n$/)
    expect(ran).toBe(true)
  })

  it('before the head is a status 500, and finally runs', async () => {
    let ran = false
    const handler = async function* (): AsyncGenerator {
      try {
        yield 1n
      } finally {
        ran = true
      }
    }
    const { ask, errors, server } = make([untyped({ method: 'GET', path: '/x', sse: true, handler })])
    const response = await ask('/x', { headers: asking })
    expect(response.status).toBe(500)
    expect(await response.json()).toMatchObject({ code: 500 })
    expect(errors).toMatchObject([{ code: 'ERR_EVENT_DATA' }])
    expect(ran).toBe(true)
    expect(server.openStreams).toBe(0)
  })

  it('is told to onError with its code', async () => {
    const route = untyped({
      method: 'GET',
      path: '/x',
      sse: true,
      handler: async function* () {
        yield 1
        yield sse({ event: 'a\nb' }, 1)
      },
    })
    const { ask, errors } = make([route])
    await new Reading(await ask('/x')).ended()
    expect(errors).toMatchObject([{ code: 'ERR_EVENT_FIELD' }])
  })
})
