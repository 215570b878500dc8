import { expect, test } from 'vitest'
import { NdjsonEncoderStream, NdjsonParserStream } from '../../src/ndjson/index.ts'
import { gather, streamOf } from '../support/wire/stream.ts'

test('values go through both streams and come out as they were', async () => {
  const values = [{ a: 1 }, 'é\n', 3, [null]]
  const passed = streamOf(values).pipeThrough(new NdjsonEncoderStream()).pipeThrough(new NdjsonParserStream())
  expect(await gather(passed)).toEqual(values)
})

test('a last line without LF counts', async () => {
  expect(await gather(streamOf(['1\n', Buffer.from('2')]).pipeThrough(new NdjsonParserStream()))).toEqual([1, 2])
})

test('a value that JSON cannot hold fails the encoder', async () => {
  await expect(gather(streamOf([1, 1n]).pipeThrough(new NdjsonEncoderStream()))).rejects.toMatchObject({
    code: 'ERR_EVENT_DATA',
  })
})

test('a line that is not JSON fails the stream, or goes to onError and the stream goes on', async () => {
  const wire = ['1\nnope\n2\nnope']
  await expect(gather(streamOf(wire).pipeThrough(new NdjsonParserStream()))).rejects.toMatchObject({
    code: 'ERR_LINE_INVALID',
    lineNumber: 2,
  })
  const numbers: number[] = []
  const stream = new NdjsonParserStream({ onError: ({ lineNumber }) => numbers.push(lineNumber) })
  expect(await gather(streamOf(wire).pipeThrough(stream))).toEqual([1, 2])
  expect(numbers).toEqual([2, 4])
})

test('a line that is too long fails the stream even with onError', async () => {
  const stream = new NdjsonParserStream({ maxLineBytes: 3, onError: () => {} })
  await expect(gather(streamOf(['12345\n']).pipeThrough(stream))).rejects.toMatchObject({
    code: 'ERR_EVENT_TOO_LARGE',
  })
})
