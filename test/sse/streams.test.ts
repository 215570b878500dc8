import { describe, expect, test } from 'vitest'
import {
  EventEncoderStream,
  EventSourceParserStream,
  sse,
  type EncodableEvent,
  type SseEvent,
} from '../../src/sse/index.ts'
import { gather, streamOf } from '../support/wire/stream.ts'

async function parse(chunks: readonly (string | Uint8Array)[], stream: EventSourceParserStream): Promise<unknown[]> {
  return gather(streamOf(chunks).pipeThrough(stream))
}

async function encode(events: readonly (EncodableEvent | SseEvent)[]): Promise<string[]> {
  const chunks = await gather(streamOf(events).pipeThrough(new EventEncoderStream()))
  return chunks.map((chunk) => Buffer.from(chunk).toString())
}

describe('EventSourceParserStream', () => {
  test('turns bytes and text into events, and discards an unfinished one', async () => {
    const chunks = [Buffer.from('id: 1\nda'), 'ta: a\n', Buffer.from('\ndata: é').subarray(0, 8), 'x\n\ndata: lost\n']
    expect(await parse(chunks, new EventSourceParserStream())).toEqual([
      { event: undefined, data: 'a', id: '1' },
      { event: undefined, data: '\uFFFDx', id: undefined },
    ])
  })

  test('ignores what the standard ignores, and tells of it when asked', async () => {
    const told: unknown[] = []
    const stream = new EventSourceParserStream({
      onError: ({ type }) => told.push(type),
      onRetry: (retryMs) => told.push(retryMs),
      onComment: (comment) => told.push(comment),
      onId: (id) => told.push(id),
    })
    const wire = 'foo\nretry: x\nretry: 5\n: note\nid: 7\ndata: a\n\n'
    expect(await parse([wire], stream)).toHaveLength(1)
    expect(told).toEqual(['unknown-field', 'invalid-retry', 5, 'note', '7'])
    expect(await parse([wire], new EventSourceParserStream())).toHaveLength(1)
  })

  test('fails at the first error with terminate', async () => {
    const stream = new EventSourceParserStream({ onError: 'terminate' })
    const reader = streamOf(['data: a\n\nfoo\ndata: b\n\n']).pipeThrough(stream).getReader()
    await expect(async () => {
      for (;;) await reader.read()
    }).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD', type: 'unknown-field' })
  })

  test('refuses another word in its place', () => {
    const refusal = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining('"terminate"') })
    // @ts-expect-error What JavaScript hands over.
    expect(() => new EventSourceParserStream({ onError: 'Terminate' })).toThrow(refusal)
  })

  test('fails at an event that is too large, whatever onError is, after telling it', async () => {
    const told: string[] = []
    for (const onError of [undefined, 'terminate', ({ code }: { code: string }) => void told.push(code)] as const) {
      const stream = new EventSourceParserStream({ onError, maxEventBytes: 5 })
      await expect(parse(['data: too large'], stream)).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
    }
    expect(told).toEqual(['ERR_EVENT_TOO_LARGE'])
  })

  test('holds the source back while nobody reads', async () => {
    let pulls = 0
    const source = new ReadableStream<string>({
      pull(controller) {
        pulls += 1
        controller.enqueue('data: a\n\n')
      },
    })
    const reader = source.pipeThrough(new EventSourceParserStream()).getReader()
    await reader.read()
    for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
    expect(pulls).toBeLessThan(10)
    await reader.cancel()
  })
})

describe('EventEncoderStream', () => {
  test('turns events into bytes, one chunk each', async () => {
    expect(await encode([{ data: 'é' }, sse({ id: '1' }, { a: 1 }), { id: '2' }])).toEqual([
      'data: é\n\n',
      'id: 1\ndata: {"a":1}\n\n',
      'id: 2\n\n',
    ])
  })

  test('passes on what a parser gives', async () => {
    const wire = 'id: 1\nevent: x\ndata: a\ndata: b\n\ndata: c\n\n'
    const passed = streamOf([wire])
      .pipeThrough(new EventSourceParserStream())
      .pipeThrough(new EventEncoderStream())
      .pipeThrough(new TextDecoderStream())
    expect((await gather(passed)).join('')).toBe(wire)
  })

  test('fails at an event that cannot be sent', async () => {
    await expect(encode([{ data: 1 }, { data: 1n }])).rejects.toMatchObject({ code: 'ERR_EVENT_DATA' })
    await expect(encode([{ event: 'a\nb', data: 1 }])).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
  })
})
