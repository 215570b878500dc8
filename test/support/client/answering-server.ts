// A server that says how it answers: in whole, cut off, held open or with a status.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One answer. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

/** Answers the first request with the first answer, and so on; the last one answers all further ones. */
export async function answering(...answers: Answer[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    requests.push(request)
    void answers[Math.min(requests.length, answers.length) - 1]?.(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, requests }
}

export const sseType = 'text/event-stream; charset=utf-8'
export const tidingsType = `${sseType}; tidings=1`
export const theEnd = 'event: tidings:end\nid: 9~end\ndata: {}\n\n'

/** Sends the body, and ends. */
export const whole =
  (body: string, type = sseType): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': type }).end(body)

/** Sends the body and breaks off. */
export const cut =
  (body: string, type = tidingsType): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(body, () => response.destroy())
  }

/** Sends the body, and nothing behind it. */
export const held =
  (body: string, type = tidingsType): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(body)
  }

/** No stream. */
export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body)
