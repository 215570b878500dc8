// Watches what is read by fetch.
import { redactHeaders, streamFormatOf } from '../inspector-model/index.ts'
import { askedBy, asksForStream } from './asked.ts'
import { Telling, type Tell } from './tell.ts'
import { describe, watchBody } from './watched-body.ts'

/**
 * Has `fetch` tell of streams. An answer that is no stream is the very same object as before. Returns what undoes it;
 * where somebody else has replaced `fetch` since, ours stays below theirs, and does nothing any more.
 */
export function watchFetch(tell: Tell): () => void {
  const original = globalThis.fetch
  let isOn = true
  const watched = function (this: unknown, ...call: Parameters<typeof fetch>): Promise<Response> {
    const answer: Promise<Response> = Reflect.apply(original, this, call)
    return isOn ? watchCall(answer, call, tell) : answer
  }
  globalThis.fetch = Object.defineProperty(watched, 'name', { value: 'fetch' })
  return () => {
    isOn = false
    if (globalThis.fetch === watched) globalThis.fetch = original
  }
}

function watchCall(answer: Promise<Response>, [input, init]: Parameters<typeof fetch>, tell: Tell): Promise<Response> {
  const telling = beginTelling(input, init, tell)
  if (telling === undefined) return answer
  return answer.then(
    (response) => watchAnswer(response, telling),
    (error: unknown) => {
      const isAbort = error instanceof Error && error.name === 'AbortError'
      telling.end(isAbort ? 'aborted' : 'failed', isAbort ? undefined : describe(error))
      throw error
    },
  )
}

/** What asks for a stream is told at once, so that it is seen to wait; all else once its answer is a stream. */
function beginTelling(input: unknown, init: RequestInit | undefined, tell: Tell): Telling | undefined {
  try {
    const asked = askedBy(input, init)
    const telling = new Telling(tell, asked)
    if (asksForStream(asked)) telling.open()
    return telling
  } catch {
    // Arguments that fetch itself refuses: its promise says so.
    return undefined
  }
}

function watchAnswer(response: Response, telling: Telling): Response {
  const { body, headers, status, statusText } = response
  const contentType = headers.get('content-type') ?? ''
  // A body that somebody else reads already is theirs.
  const isStream = streamFormatOf(contentType) !== undefined && body !== null && !body.locked
  if (isStream) telling.open()
  if (!telling.isOpened) return response
  telling.head(status, contentType, redactHeaders(headers))
  if (!isStream) {
    telling.end(`no stream: ${status} ${statusText}`.trim())
    return response
  }
  return alike(new Response(watchBody(body, telling), { status, statusText, headers }), response)
}

/** Gives an answer what no constructor gives it, so that nobody can tell it from the original. */
function alike(response: Response, { url, redirected, type }: Response): Response {
  const facts = { url, redirected, type }
  const clone = (): Response => alike(Response.prototype.clone.call(response), response)
  for (const [name, value] of Object.entries({ ...facts, clone })) {
    Object.defineProperty(response, name, { value, configurable: true })
  }
  return response
}
