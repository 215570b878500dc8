// A stream read with fetch: the wire is shown its bytes, the scenario is given its events.
import { createParser } from 'tidings/sse'

/** The answer was no stream: `body` is what it was instead. */
export class RefusedError extends Error {
  constructor(status, body) {
    super(body?.message ?? `The server answered ${status}.`)
    this.body = body
  }
}

/**
 * Reads until the stream ends; rejects when `signal` aborts, when the answer is no stream, and when the connection fails.
 * `wire` may be left out: then nothing is shown.
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
    // Something between the server and here has answered; its text says nothing to the scenario.
    return undefined
  }
}
