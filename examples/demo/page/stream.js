// Reads a stream with fetch: shows its bytes on the wire view, and passes its events to the scenario.
import { createParser } from 'tidings/sse'

/** The server answered with an error instead of a stream; `body` is the JSON of the answer. */
export class RefusedError extends Error {
  constructor(status, body) {
    super(body?.message ?? `The server answered ${status}.`)
    this.body = body
  }
}

/**
 * Reads until the stream ends; rejects when `signal` aborts, when the answer is not a stream, and when the connection
 * fails. Without `wire` the bytes are not shown.
 */
export async function readStream(url, { wire, onEvent, ...init }) {
  wire?.begin(`${init.method ?? 'GET'} ${url}`)
  const response = await fetch(url, { ...init, headers: { accept: 'text/event-stream', ...init.headers } })
  wire?.head(response)
  if (!response.ok) throw await refuse(response, wire)
  const parser = createParser({ onEvent: ({ event = 'message', data }) => onEvent(event, JSON.parse(data)) })
  // Not `for await`: the streams of Safari have no async iterator.
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    wire?.feed(value)
    parser.feed(value)
  }
  wire?.say('The stream has ended.')
}

async function refuse(response, wire) {
  const text = await response.text()
  wire?.body(text)
  return new RefusedError(response.status, parseJson(text))
}

function parseJson(text) {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON: a proxy has answered instead of the server.
    return undefined
  }
}
