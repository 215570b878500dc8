import { expect, expectTypeOf, test } from 'vitest'
import * as face from '../../src/sse/index.ts'
import type { EventSourceMessage, EventSourceParser, ParserConfig, StreamOptions } from '../../src/sse/index.ts'

test('code written for eventsource-parser compiles and runs with its import changed', () => {
  const messages: { event?: string | undefined; id?: string | undefined; data: string }[] = []
  const config: ParserConfig = {
    onEvent: (event: EventSourceMessage) => messages.push(event),
    onId: (_id: string) => {},
    onRetry: (_retry: number) => {},
    onComment: (_comment: string) => {},
    onError: (error: face.ParseError) => expectTypeOf(error.type).toEqualTypeOf<face.ErrorType>(),
    maxBufferSize: 1000,
  }
  const parser: EventSourceParser = face.createParser(config)
  parser.feed('data: a\n\nretry: x\n')
  parser.reset({ consume: true })
  parser.reset()
  expect(messages).toEqual([{ event: undefined, data: 'a', id: undefined }])
  const options: StreamOptions = { onError: 'terminate', onRetry: () => {}, onComment: () => {}, maxBufferSize: 10 }
  expectTypeOf(new face.EventSourceParserStream(options).readable).toEqualTypeOf<ReadableStream<EventSourceMessage>>()
  const error = new face.ParseError('no', { type: 'unknown-field', field: 'a', value: 'b', line: 'a: b' })
  expect([error.type, error.field, error.value, error.line, error instanceof Error]).toEqual([
    'unknown-field',
    'a',
    'b',
    'a: b',
    true,
  ])
})
