// JSON that says that it is plain text, as a `fetch` does that names no media type: so `WorkflowChatTransport` sends it.
import { err } from '../../server/index.ts'

/**
 * The JSON of a body that was sent as text.
 *
 * @throws HttpError 400 for what is no JSON; 415 for a request from a page of another origin: a browser asks nobody whether
 * that may send text, and sends the cookies with it
 */
export function parseSentAsText(text: string, headers: Readonly<Record<string, string | undefined>>): unknown {
  if (!isOfOneOrigin(headers))
    throw err.unsupportedMediaType('A page of another origin must send application/json, and not text/plain.')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw err.badRequest('The body is not JSON.', { cause })
  }
}

/** Whether no browser has sent this from a page of another origin. */
function isOfOneOrigin(headers: Readonly<Record<string, string | undefined>>): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  const { origin, host } = headers
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host)
}
