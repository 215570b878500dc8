// What `after` of surroundings.mjs asks of what an example has made. Each throws unless the answer is right.
import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineRoutes, Server, type AnyRoute } from 'tidings'

/** A GET as an EventSource of Tidings makes it. */
export const eventSource = { headers: { accept: 'text/event-stream;tidings=1, */*;q=0.1' } } satisfies RequestInit

/** A GET with the cookie of a session. */
export const session = { headers: { ...eventSource.headers, cookie: 'session=secret' } } satisfies RequestInit

/** A GET of the user whose word is `secret`. */
export const signedIn = {
  headers: { ...eventSource.headers, authorization: 'Bearer secret' },
} satisfies RequestInit

/** A POST with a question, without a user. */
export const anonymousQuestion = {
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'text/event-stream;tidings=1' },
  body: JSON.stringify({ question: 'Why?' }),
} satisfies RequestInit

/** The same POST of a user. */
export const question = {
  ...anonymousQuestion,
  headers: { ...anonymousQuestion.headers, authorization: 'Bearer secret' },
} satisfies RequestInit

/** A message of the user of a chat. */
export const user = { id: '1', role: 'user', parts: [{ type: 'text', text: 'Cancel it.' }] }

/** The message of a chat in which its user has approved a call, or has not. */
export function approved(word: boolean): object {
  const call = { type: 'dynamic-tool', toolName: 'cancel_order', toolCallId: 'call-1', input: { order: 7 } }
  const part = { ...call, state: 'approval-responded', approval: { id: 'approval-1', approved: word } }
  return { id: '2', role: 'assistant', parts: [part] }
}

/** A POST of these messages, of the user whose word is `secret`. */
export function message(path: string, ...messages: object[]): Request {
  const body = JSON.stringify({ id: 'c1', messages })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer secret' }
  return new Request(`http://localhost${path}`, { method: 'POST', headers, body })
}

/** Requests the route at a path; the answer must match by the time that it ends. */
export async function answer(
  route: AnyRoute,
  path: string,
  pattern: RegExp,
  init: RequestInit = eventSource,
): Promise<void> {
  const server = new Server(defineRoutes([route]))
  await text(await server.fetch(new Request(`http://localhost${path}`, init)), pattern)
}

/** The text of an answer must match by the time that it ends. It is left as soon as it does. */
export async function text({ body }: Response, pattern: RegExp): Promise<void> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader()
  assert(reader !== undefined, 'The answer has no body.')
  let sent = ''
  while (!pattern.test(sent)) {
    const { done, value = '' } = await reader.read()
    if (done) break
    sent += value
  }
  await reader.cancel()
  assert.match(sent, pattern)
}

/** A GET of a path of a listener must be answered with that text. */
export async function listener(app: RequestListener, path: string, expected: string): Promise<void> {
  const server = createServer(app).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  assert.equal(await response.text(), expected)
  server.closeAllConnections()
  server.close()
}
