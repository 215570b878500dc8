// The server of cassettes, over real sockets: what a client sees of borders, cuts, stalls and slow networks.
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { stream } from '../../src/client/index.ts'
import { cassetteAfter, createCassette, recordResponse, type CassetteSource } from '../../src/testing/index.ts'
import { streamServer, type StreamServer, type StreamServerOptions } from '../../src/testing-node/index.ts'

const three = createCassette(['id: 1\ndata: 1\n\n', 'id: 2\ndata: é\n\n', 'id: 3\ndata: 3\n\n'])

async function start(source: CassetteSource, options: StreamServerOptions = {}): Promise<StreamServer> {
  const server = await streamServer(source, options)
  onTestFinished(() => server.close())
  return server
}

async function request(url: string): Promise<IncomingMessage> {
  const asking = get(url, { agent: false })
  const [response]: IncomingMessage[] = await once(asking, 'response')
  // A reset is told to the request as well as to its response.
  asking.on('error', () => {})
  if (response === undefined) throw new Error('There is no response')
  return response
}

/** Each read of the body, and the code of the error that ended it. */
async function read(response: IncomingMessage): Promise<{ chunks: string[]; code?: unknown }> {
  const chunks: string[] = []
  try {
    for await (const chunk of response) chunks.push(chunk.toString('latin1'))
    return { chunks }
  } catch (error) {
    return { chunks, code: error instanceof Error && 'code' in error && error.code }
  }
}

test('each piece is a chunk of its own on the wire', async () => {
  const { port } = await start(three, { splitBytes: 14 })
  const socket = connect(port, '127.0.0.1')
  socket.end('GET /feed HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
  let text = ''
  for await (const part of socket.setEncoding('latin1')) text += part
  const [head, ...body] = text.split('\r\n\r\n')
  expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\ncontent-type: text\/event-stream\r\n/)
  expect(body.join('\r\n\r\n')).toBe(
    'e\r\nid: 1\ndata: 1\n\r\n1\r\n\n\r\ne\r\nid: 2\ndata: Ã©\r\n2\r\n\n\n\r\ne\r\nid: 3\ndata: 3\n\r\n1\r\n\n\r\n0\r\n\r\n',
  )
})

test('a cut resets the connection in the middle of a frame, after all bytes before it', async () => {
  const { url } = await start(three, { cutAfter: 20 })
  const { chunks, code } = await read(await request(url))
  expect(chunks.join('')).toBe('id: 1\ndata: 1\n\nid: 2')
  expect(code).toBe('ECONNRESET')
})

test('headers of the connection that was recorded are not those of this one', async () => {
  const headers = { 'content-length': '3', connection: 'close', 'x-a': 'b' }
  const { url } = await start(createCassette(['data: 1\n\n'], { headers }))
  const response = await fetch(url)
  expect(await response.text()).toBe('data: 1\n\n')
  expect([response.headers.get('content-length'), response.headers.get('x-a')]).toEqual([null, 'b'])
})

test('a reader that stalls is waited for, and gets everything', async () => {
  const big = createCassette(Array<string>(64).fill('x'.repeat(256 * 1024)))
  const { url } = await start(big)
  const response = await request(url)
  response.pause()
  await once(response, 'readable')
  const { chunks } = await read(response)
  expect(chunks.join('').length).toBe(64 * 256 * 1024)
})

test('a stream that stalls stays open until the server closes', async () => {
  const server = await start(three, { stall: 4 })
  const response = await request(server.url)
  const [first] = await once(response, 'data')
  expect(String(first)).toBe('id: ')
  const failed = once(response, 'error')
  await server.close()
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }])
})

test('cut() breaks all connections, and the next request is answered', async () => {
  const server = await start(three, { stall: 15 })
  const seen: unknown[] = []
  for await (const { data } of stream(server.url, { retry: { minMs: 1 } })) {
    if (seen.push(data) === 2) break
    server.cut()
  }
  expect(seen).toEqual(['1', '1'])
  expect(server.requests.map(({ lastEventId }) => lastEventId)).toEqual([undefined, '1'])
})

test('a function chooses by the request, and sees what was asked', async () => {
  const server = await start(({ count, lastEventId }) =>
    count === 0 ? { cassette: three, cutAfter: 20 } : cassetteAfter(three, lastEventId ?? ''),
  )
  const seen: unknown[] = []
  for await (const { data } of stream(`${server.url}/feed?a=b`, { headers: { 'x-me': 'me' }, retry: { minMs: 1 } })) {
    if (seen.push(data) === 3) break
  }
  expect(seen).toEqual(['1', 'é', '3'])
  expect(server.requests.map(({ method, url }) => [method, url])).toEqual(
    Array.from({ length: 2 }, () => ['GET', `${server.url}/feed?a=b`]),
  )
  expect(server.requests[1]?.headers.get('x-me')).toBe('me')
})

test('a function that throws is answered 500, with its message', async () => {
  const server = await start(() => {
    throw new Error('not today')
  })
  const response = await fetch(server.url)
  expect([response.status, await response.text()]).toEqual([500, 'not today\n'])
})

test('a slow network brings the same bytes, a few at a time', async () => {
  const { url } = await start(createCassette(['x'.repeat(300)]), { slow: 10_000 })
  const { cassette, response } = recordResponse(await fetch(url))
  expect(await response.text()).toBe('x'.repeat(300))
  const { chunks } = await cassette
  expect(chunks.length).toBeGreaterThan(0)
  expect(Math.max(...chunks.map(({ bytes }) => bytes.length))).toBeLessThan(1001)
})

test('a page of any origin may ask, with credentials', async () => {
  const server = await start(createCassette([], { status: 204, headers: { 'content-length': '7', 'x-a': 'b' } }))
  const headers = { origin: 'https://app.example', 'access-control-request-method': 'POST' }
  const preflight = await fetch(server.url, { method: 'OPTIONS', headers })
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST')
  const response = await fetch(server.url, { headers: { origin: 'https://app.example' } })
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-credentials': 'true',
    'x-a': 'b',
  })
  expect(server.requests).toHaveLength(1)
})

test('what cannot work is refused before anything listens', async () => {
  const refused = (options: object): Promise<unknown> => Reflect.apply(streamServer, undefined, [three, options])
  await expect(refused({ slow: 0 })).rejects.toThrow(/slow must be a number above 0, or false, not 0/)
  await expect(refused({ port: 70_000 })).rejects.toThrow(/port must be a whole number from 0 to 65535/)
  await expect(refused({ cutafter: 1 })).rejects.toThrow(
    /`streamServer` has no option "cutafter". Did you mean cutAfter\?/,
  )
  await expect(refused({ cutAfter: 99 })).rejects.toThrow(/only 46 bytes/)
  const { port } = await start(three)
  await expect(streamServer(three, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('close() may be called twice', async () => {
  const server = await streamServer(three)
  await Promise.all([server.close(), server.close()])
  await expect(fetch(server.url)).rejects.toThrow()
})
