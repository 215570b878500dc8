// An HTTP server whose answers are a script: the first request gets the first answer, and so on; the rest get 204.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** One answer of the script. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => unknown

export interface ScriptedServer {
  readonly url: string
  /** All that were asked so far, in order. */
  readonly requests: readonly IncomingMessage[]
  /** Resolves with the request of that number, from 0, once it has come. */
  request(index: number): Promise<IncomingMessage>
}

/** Answers by the script until the test is over. */
export async function openScriptedServer(...answers: readonly Answer[]): Promise<ScriptedServer> {
  const requests: IncomingMessage[] = []
  const server = createServer((request, response) => {
    const answer = answers[requests.length] ?? status(204)
    requests.push(request)
    server.emit('asked')
    void answer(response, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async request(index) {
      for (;;) {
        const request = requests[index]
        if (request !== undefined) return request
        await once(server, 'asked')
      }
    },
  }
}

const eventStream = { 'content-type': 'text/event-stream' }

/** A stream of that text, which then ends. */
export function events(text: string | Uint8Array, headers: Readonly<Record<string, string>> = eventStream): Answer {
  return (response) => response.writeHead(200, headers).end(text)
}

/** A stream that goes on behind that text. */
export function endless(text: string): Answer {
  return (response) => response.writeHead(200, eventStream).write(text)
}

/** A stream that breaks off behind that text, without an end. */
export function broken(text: string): Answer {
  return (response) => response.writeHead(200, eventStream).write(text, () => response.destroy())
}

/** No answer at all: the connection is closed. */
export const refusal: Answer = (response) => response.destroy()

/** An empty answer. */
export function status(code: number, headers: Readonly<Record<string, string>> = eventStream): Answer {
  return (response) => response.writeHead(code, headers).end()
}
