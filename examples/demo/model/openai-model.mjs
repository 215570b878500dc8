// A model behind the API of OpenAI, or one that is compatible with it.
import { err, HttpError } from 'tidings'
import { toOpenAIMessages } from 'tidings/ai'
import { ResponseError, stream } from 'tidings/client'

export function createOpenAIModel({ baseUrl, key, name }) {
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`
  const headers = { authorization: `Bearer ${key}` }
  const note = `Answers come from ${name} at ${new URL(url).host}.`
  return { name, note, answer: (messages, signal) => complete({ url, headers, name, messages, signal }) }
}

/** Yields the chunks as they come: the route knows what they say. The request is aborted with `signal`. */
async function* complete({ url, headers, name, messages, signal }) {
  const json = { model: name, messages: toOpenAIMessages(messages), stream: true }
  try {
    // Not sent twice: each request may cost money.
    for await (const { data } of stream(url, { headers, json, signal, retry: false })) yield data
  } catch (error) {
    if (signal.aborted) throw error
    console.log(`  The model failed: ${error.message}`)
    throw explain(error, name)
  }
}

/** What the person in front of the page is told. The details, which may be private, are on the console only. */
function explain(error, name) {
  if (!(error instanceof ResponseError)) return new HttpError(503, 'The model’s server cannot be reached.')
  const { status } = error
  if (status === 401 || status === 403)
    return new HttpError(status, `The model’s server refuses the key (${status}): see OPENAI_API_KEY.`)
  if (status === 404)
    return err.notFound(`The model’s server has no ${name} (404): see OPENAI_MODEL and OPENAI_BASE_URL.`)
  if (status === 429) return err.tooManyRequests('The model’s server has had too many requests (429): wait a little.')
  if (status >= 500) return new HttpError(503, `The model’s server has failed (${status}).`)
  return err.badRequest(`The model’s server refuses the request (${status}).`)
}
