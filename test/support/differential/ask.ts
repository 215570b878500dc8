// Sends one request, over each protocol and without one, and reads the whole answer.
import { once } from 'node:events'
import { connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2'
import { connect } from 'node:net'
import { Reading } from '../server/asking.ts'
import { parseChunked } from '../server/chunked.ts'
import { cert } from '../server/certificate.ts'
import { RawClient } from '../server/raw-client.ts'
import { toAnswer, type Answer, type WireRequest } from './request.ts'

/** How a host is asked. */
export type Ask = (request: WireRequest) => Promise<Answer>

/** Opens the stream at `/hold`, and waits for its first event; ends it when it is called once more. */
export type Hold = () => Promise<() => void>

/** A host, each of whose requests has a connection of its own. */
export interface Client {
  readonly ask: Ask
  readonly hold: Hold
}

/** Asks a `fetch` without a socket. */
export function fetchClient(fetch: (request: Request) => Promise<Response>): Client {
  return { ask: askFetch(fetch), hold: holdFetch(fetch) }
}

/** Asks over HTTP/1.1. */
export function http1Client(port: number): Client {
  const hold = async (): Promise<() => void> => {
    const client = await RawClient.open(port)
    await client.request('GET /hold HTTP/1.1').until('data: held')
    return () => client.leave()
  }
  return { ask: askHttp1(port), hold }
}

/** Asks over HTTP/2. A stream that is reset has the status 0. */
export function http2Client(port: number): Client {
  const hold = async (): Promise<() => void> => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: cert })
    await once(session.request({ ':path': '/hold' }), 'data')
    return () => session.destroy()
  }
  return { ask: askHttp2(port), hold }
}

function holdFetch(fetch: (request: Request) => Promise<Response>): Hold {
  return async () => {
    const reading = new Reading(await fetch(new Request('http://test/hold')))
    await reading.until('data: held')
    return () => void reading.leave()
  }
}

function askFetch(fetch: (request: Request) => Promise<Response>): Ask {
  return async ({ method, target, headers, body }) => {
    const own = headers.map(([name, value]): [string, string] => [name, value])
    const init = { method, headers: own, ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }) }
    const response = await fetch(new Request(`http://test${target}`, init))
    return toAnswer(response.status, response.headers, method === 'HEAD' ? '' : await response.text())
  }
}

function askHttp1(port: number): Ask {
  return async ({ method, target, headers, body }) => {
    const lines = headers.map(([name, value]) => `${name}: ${value}`)
    const bytes = Buffer.from(body ?? '')
    if (body !== undefined) lines.push(`Content-Length: ${bytes.byteLength}`)
    const head = [`${method} ${target} HTTP/1.1`, 'Host: test', 'Connection: close', ...lines, '', ''].join('\r\n')
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.write(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
    await once(socket, 'close')
    return parseResponse(Buffer.concat(chunks).toString('latin1'), method)
  }
}

function askHttp2(port: number): Ask {
  return async ({ method, target, headers, body }) => {
    const session = connectHttp2(`https://127.0.0.1:${port}`, { ca: cert })
    try {
      const fields: Record<string, string[]> = {}
      for (const [name, value] of headers) (fields[name] ??= []).push(value)
      const pseudo = { ':method': method, ':path': target, ':authority': 'test' }
      const stream = session.request({ ...toFields(fields), ...pseudo }, { endStream: body === undefined })
      if (body !== undefined) stream.end(body)
      const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders]
      let text = ''
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      await once(stream, 'close')
      const pairs = Object.entries(head).flatMap(([name, value]) =>
        name.startsWith(':') ? [] : [value ?? []].flat().map((one): [string, string] => [name, one]),
      )
      return toAnswer(Number(head[':status']), pairs, text)
    } catch (error) {
      return { status: 0, headers: {}, body: String(error) }
    } finally {
      session.close()
    }
  }
}

/** Node takes a list only for headers that it knows as lists. */
function toFields(fields: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, values]) => [name, values.join(', ')]))
}

function parseResponse(response: string, method: string): Answer {
  const headEnd = response.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = response.slice(0, headEnd).split('\r\n')
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  const isChunked = pairs.some(([name, value]) => name === 'transfer-encoding' && /chunked/i.test(value))
  const rest = response.slice(headEnd + 4)
  const body = isChunked && rest !== '' ? parseChunked(response).chunks.join('') : rest
  const length = pairs.find(([name]) => name === 'content-length')?.[1]
  if (length !== undefined && method !== 'HEAD' && !statusLine.includes(' 304') && Number(length) !== body.length)
    throw new Error(`The Content-Length of ${length} is not that of the body: ${response}`)
  return toAnswer(Number(statusLine.split(' ')[1]), pairs, Buffer.from(body, 'latin1').toString('utf8'))
}
