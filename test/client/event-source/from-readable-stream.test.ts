// WHATWG HTML 9.2.6: from the stream to events, and streams that were opened elsewhere (whatwg/html pull 12272).
import { describe, expect, it } from 'vitest'
import { EventSource } from '../../../src/client/index.ts'
import { EventLog } from '../../support/client/event-log.ts'
import { createGate } from '../../support/time/gate.ts'
import { endless, events, openScriptedServer } from '../../support/client/scripted-server.ts'
import { streamOf } from '../../support/wire/stream.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The log of a source that has read a server’s stream of that text. */
async function logOf(text: string | Uint8Array, names: readonly string[] = []): Promise<EventLog> {
  const server = await openScriptedServer(events(text))
  const log = new EventLog(new EventSource(server.url), names)
  await log.until('error')
  return log
}

describe('an event', () => {
  it('is a MessageEvent with data, origin and the last event id', async () => {
    const server = await openScriptedServer(endless('id: 7\ndata: a\n\n'))
    const log = new EventLog(new EventSource(server.url))
    await log.until('message')
    const { type, data, origin, lastEventId, bubbles, cancelable } = log.messages[0] ?? {}
    expect({ type, data, origin, lastEventId, bubbles, cancelable }).toEqual({
      type: 'message',
      data: 'a',
      origin: server.url,
      lastEventId: '7',
      bubbles: false,
      cancelable: false,
    })
  })

  it('has the name that the block gives it, and goes to its listeners alone', async () => {
    const log = await logOf('event: tick\ndata: a\n\nevent\ndata: b\n\nevent: unheard\ndata: c\n\n', ['tick'])
    expect(log.lines).toEqual(['open open', 'tick: a', 'message: b', 'error connecting'])
  })

  it('may have the name of one of the platform’s own, and reaches that handler', async () => {
    const log = await logOf('event: open\ndata: a\n\n')
    expect(log.lines).toEqual(['open open', 'open: a', 'error connecting'])
  })

  it('keeps the id of the block before it', async () => {
    const log = await logOf('id: 1\ndata: a\n\ndata: b\n\n')
    expect(log.messages.map(({ lastEventId }) => lastEventId)).toEqual(['1', '1'])
  })

  it('is none without data, nor without a blank line behind it', async () => {
    expect((await logOf(': comment\n\nevent: message\n\nid: 1\n\ndata\n\ndata: cut\n')).data).toEqual([''])
  })

  it('of several lines has them joined', async () => {
    expect((await logOf('data: a\rdata:b\r\ndata:  c\n\r\n')).data).toEqual(['a\nb\n c'])
  })

  it('is whole behind a byte order mark and across characters that were cut', async () => {
    const whole = bytes('\u{feff}data: 你好\n\n')
    const source = EventSource.fromReadableStream(
      streamOf(Array.from(whole, (_, index) => whole.slice(index, index + 1))),
    )
    const log = new EventLog(source)
    await log.until('error')
    expect(log.data).toEqual(['你好'])
  })

  it('that is larger than maxEventBytes closes the source for good, and ends the request', async () => {
    const server = await openScriptedServer(endless(`data: a\n\ndata: ${'x'.repeat(200)}\n\ndata: b\n\n`))
    const log = new EventLog(new EventSource(server.url, { maxEventBytes: 100 }))
    const { socket } = await server.request(0)
    const left = new Promise((resolve) => socket.once('close', resolve))
    await log.until('error')
    await left
    expect(log.lines).toEqual(['open open', 'message: a', 'error closed'])
  })
})

describe('a listener', () => {
  it('has had all of a chunk before the next is read', async () => {
    const pulled: number[] = []
    const heard: number[] = []
    let count = 0
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled.push(heard.length)
          count += 1
          if (count > 5) controller.close()
          else controller.enqueue(bytes('data: a\n\ndata: b\n\n'))
        },
      },
      { highWaterMark: 0 },
    )
    const source = EventSource.fromReadableStream(stream)
    source.addEventListener('message', () => heard.push(pulled.length))
    await new EventLog(source).until('error')
    expect(pulled).toEqual([0, 2, 4, 6, 8, 10])
  })

  it('does not keep timers from running, however much has come already', async () => {
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(bytes('data: a\n\n')) })
    const source = EventSource.fromReadableStream(endless)
    // oxlint-disable-next-line no-restricted-globals -- that a timer fires is what is tested
    await new Promise((resolve) => setTimeout(resolve, 1))
    source.close()
    expect(source.readyState).toBe(EventSource.CLOSED)
  })
})

describe('fromReadableStream()', () => {
  it('begins at CONNECTING, with about:event-stream for a url and no credentials', () => {
    const source = EventSource.fromReadableStream(streamOf<Uint8Array>([]))
    expect(source).toBeInstanceOf(EventSource)
    const { readyState, url, withCredentials, lastEventId, reconnectionTime } = source
    expect({ readyState, url, withCredentials, lastEventId, reconnectionTime }).toEqual({
      readyState: EventSource.CONNECTING,
      url: 'about:event-stream',
      withCredentials: false,
      lastEventId: '',
      reconnectionTime: 3000,
    })
    source.close()
  })

  it('dispatches what the stream holds, from no origin, and is closed at its end', async () => {
    const source = EventSource.fromReadableStream(streamOf([bytes('id: 42\nretry: 5000\nda'), bytes('ta: a\n\n')]))
    const log = new EventLog(source)
    await log.until('error')
    expect(log.lines).toEqual(['open open', 'message: a', 'error closed'])
    expect([log.messages[0]?.origin, source.lastEventId, source.reconnectionTime]).toEqual(['null', '42', 5000])
  })

  it('is closed by a stream that fails', async () => {
    const failing = new ReadableStream<Uint8Array>({ start: (controller) => controller.error(new Error('gone')) })
    const log = new EventLog(EventSource.fromReadableStream(failing))
    await log.until('error')
    expect(log.lines).toEqual(['open open', 'error closed'])
  })

  it('goes on from a lastEventId that it is given', async () => {
    const stream = streamOf([bytes('data: a\n\n')])
    const log = new EventLog(EventSource.fromReadableStream(stream, { lastEventId: '9' }))
    await log.until('message')
    expect(log.messages[0]?.lastEventId).toBe('9')
  })

  it('takes a stream that nobody else reads, and nothing else', () => {
    const locked = streamOf([bytes('')])
    locked.getReader()
    expect(() => EventSource.fromReadableStream(locked)).toThrow(TypeError)
    const notStream = 'text' as unknown as ReadableStream<Uint8Array>
    expect(() => EventSource.fromReadableStream(notStream)).toThrow(TypeError)
  })

  it('lets go of the stream when it is closed', async () => {
    const cancelled = createGate<unknown>()
    const source = EventSource.fromReadableStream(new ReadableStream({ cancel: cancelled.open }))
    source.addEventListener('open', () => source.close())
    await cancelled.opened
  })

  it('reads one stream behind the other; the position stays, and reset() forgets an unfinished event', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    const source = EventSource.fromReadableStream(readable)
    const log = new EventLog(source)
    await streamOf([bytes('id: 42\ndata: first\n\nid: 43\ndata: unfinished\n')]).pipeTo(writable, {
      preventClose: true,
    })
    expect(source.lastEventId).toBe('42')
    source.reset()
    await streamOf([bytes('\u{feff}data: second\n\n')]).pipeTo(writable)
    await log.until('error')
    expect(log.messages.map(({ data, lastEventId }) => [data, lastEventId])).toEqual([
      ['first', '42'],
      ['second', '42'],
    ])
  })
})
