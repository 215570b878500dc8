// Recording a response: the borders and times of its chunks, how it ended, and what is taken out of it.
import { expect, test, vi } from 'vitest'
import { encodeCassette, parseCassette, recordResponse, type Recording } from '../../../src/testing/index.ts'

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** A response, and what sends its chunks. */
function openResponse(): { readonly response: Response; readonly body: ReadableStreamDefaultController<Uint8Array> } {
  let body: ReadableStreamDefaultController<Uint8Array> | undefined
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      body = controller
    },
  })
  const response = new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
  if (body === undefined) throw new Error('start() is called at once')
  return { response, body }
}

const textsOf = async ({ cassette }: Recording): Promise<string[]> =>
  (await cassette).chunks.map((chunk) => new TextDecoder().decode(chunk.bytes))

test('each chunk is kept with its border and the time of its arrival, and reaches the reader', async () => {
  const times = [100, 112.34, 2113, 2114]
  const now = vi.spyOn(performance, 'now').mockImplementation(() => times.shift() ?? 9999)
  const { response, body } = openResponse()
  const recording = recordResponse(response)
  body.enqueue(bytes('data: {"a"'))
  body.enqueue(bytes(':1}\n\n'))
  body.close()
  expect(await recording.response.text()).toBe('data: {"a":1}\n\n')
  now.mockRestore()
  expect(await textsOf(recording)).toEqual(['data: {"a"', ':1}\n\n'])
  const { chunks, end, response: head, recordedAt } = await recording.cassette
  expect(chunks.map(({ at }) => at)).toEqual([12.3, 2013])
  expect(end).toEqual({ at: 2014, how: 'complete' })
  expect(head).toEqual({ status: 200, headers: { 'content-type': 'text/event-stream' } })
  expect(Date.parse(recordedAt ?? '')).toBeGreaterThan(0)
})

test('a connection that breaks is a cut, for the reader too', async () => {
  const { response, body } = openResponse()
  const recording = recordResponse(response)
  const reader = recording.response.body?.getReader()
  body.enqueue(bytes('data: 1'))
  await reader?.read()
  body.error(new TypeError('terminated'))
  await expect(reader?.read()).rejects.toThrow('terminated')
  expect((await recording.cassette).end.how).toBe('cut')
})

test('a reader that leaves ends the recording, and the response that it is of', async () => {
  const cancel = vi.fn()
  const recording = recordResponse(new Response(new ReadableStream({ cancel })))
  await recording.response.body?.cancel('enough')
  expect(cancel).toHaveBeenCalledWith('enough')
  expect((await recording.cassette).end.how).toBe('left')
})

test('nothing is read before the reader asks for it', async () => {
  const pull = vi.fn()
  recordResponse(new Response(new ReadableStream({ pull }, { highWaterMark: 0 })))
  await Promise.resolve()
  expect(pull).not.toHaveBeenCalled()
})

test('beyond maxBytes the recording ends, and the reader gets the rest', async () => {
  const { response, body } = openResponse()
  const recording = recordResponse(response, { maxBytes: 7 })
  for (const text of ['data: 1', '\n', '\n']) body.enqueue(bytes(text))
  body.close()
  expect(await recording.response.text()).toBe('data: 1\n\n')
  expect(await textsOf(recording)).toEqual(['data: 1'])
  expect((await recording.cassette).end.how).toBe('left')
})

test('a reader that changes a chunk does not change the recording', async () => {
  const { response, body } = openResponse()
  const recording = recordResponse(response)
  body.enqueue(bytes('data: 1\n\n'))
  body.close()
  const reader = recording.response.body?.getReader()
  const { value } = (await reader?.read()) ?? {}
  value?.fill(0)
  await reader?.read()
  expect(await textsOf(recording)).toEqual(['data: 1\n\n'])
})

test('secrets in headers and in the url are not recorded', async () => {
  const headers = { 'set-cookie': 'session=1', 'x-limit': '9', 'content-encoding': 'gzip', 'content-length': '4' }
  const { cassette } = recordResponse(new Response(null, { status: 204, headers }), {
    request: {
      method: 'POST',
      url: 'https://me:word@example.com/chat?model=a&API_KEY=abc&%74oken=x&user=9#access_token=y',
      headers: { Authorization: 'Bearer abc', cookie: 'a=b', 'x-api-key': 'abc', 'x-user': '9', accept: '*/*' },
    },
    redact: { headers: ['X-User'], query: ['user'] },
  })
  const { request, response } = await cassette
  expect(request).toEqual({
    method: 'POST',
    url: 'https://[redacted]@example.com/chat?model=a&API_KEY=[redacted]&%74oken=[redacted]&user=[redacted]#access_token=[redacted]',
    headers: {
      Authorization: '[redacted]',
      cookie: '[redacted]',
      'x-api-key': '[redacted]',
      'x-user': '[redacted]',
      accept: '*/*',
    },
  })
  expect(response.headers).toEqual({ 'set-cookie': '[redacted]', 'x-limit': '9' })
  expect(parseCassette(encodeCassette(await cassette))).toMatchObject({ response, chunks: [] })
})

test('redact: false keeps everything', async () => {
  const request = { method: 'GET', url: 'https://example.com/?key=1', headers: { cookie: 'a=b' } }
  const { cassette } = recordResponse(new Response(null), { request, redact: false })
  expect((await cassette).request).toEqual(request)
})

test('redact.data sees each line whole, however it was split, and leaves the borders of the others', async () => {
  const { response, body } = openResponse()
  const seen: string[] = []
  const recording = recordResponse(response, {
    request: { method: 'POST', url: 'https://example.com/', body: 'my secret\nmine' },
    redact: {
      data: (line) => {
        seen.push(line)
        return line.replace(/secret/, 'xxx')
      },
    },
  })
  const frames = bytes('data: a secret é\r\n\r\ndata: open\n\n')
  for (const [from, to] of [
    [0, 10],
    [10, 16],
    [16, 25],
    [25, 30],
  ] as const)
    body.enqueue(frames.slice(from, to))
  body.enqueue(frames.slice(30))
  body.close()
  await recording.response.text()
  expect(seen).toEqual(['my secret', 'mine', 'data: a secret é', 'data: open'])
  expect(await textsOf(recording)).toEqual(['data: a xxx é', '\r\n\r\ndata', ': ope', 'n\n\n'])
  expect((await recording.cassette).request?.body).toBe('my xxx\nmine')
})

test('what redact.data throws rejects the cassette, and not what is read', async () => {
  const recording = recordResponse(new Response('data: 1\n\n'), {
    redact: {
      data: () => {
        throw new Error('no')
      },
    },
  })
  expect(await recording.response.text()).toBe('data: 1\n\n')
  await expect(recording.cassette).rejects.toThrow('no')
})

test('what cannot be recorded is refused at once', async () => {
  const used = new Response('x')
  await used.text()
  expect(() => recordResponse(used)).toThrow(/whose body nobody reads yet/)
  expect(() => Reflect.apply(recordResponse, undefined, [{}])).toThrow(/needs a Response, not/)
  expect(options({ maxBites: 1 })).toThrow(/has no option "maxBites".*maxBytes/)
  expect(options({ maxBytes: 0 })).toThrow(/maxBytes must be a whole number from 1, or false, not 0/)
  expect(options({ redact: { header: [] } })).toThrow(/has no option "header".*headers/)
  expect(options({ redact: { data: 'x' } })).toThrow(/redact\.data must be a function/)
  expect(options({ request: { method: 'GET' } })).toThrow(/url undefined/)
})

function options(given: object): () => Recording {
  return () => recordResponse(new Response('x'), given)
}
