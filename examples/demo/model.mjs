// The chat's models. Each has a `name` and `answer(messages, signal)`, which yields the text in pieces.
import { EventSourceParserStream } from 'tidings/sse'
import { scriptedModel } from './scripted-model.mjs'

/** The real model if the environment configures one, otherwise the scripted one. */
export function chooseModel({ OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL = 'gpt-4o-mini' }) {
  if (!OPENAI_BASE_URL || !OPENAI_API_KEY) return scriptedModel
  const url = `${OPENAI_BASE_URL.replace(/\/+$/, '')}/chat/completions`
  const headers = { authorization: `Bearer ${OPENAI_API_KEY}`, 'content-type': 'application/json' }
  return {
    name: OPENAI_MODEL,
    answer: (messages, signal) => complete({ url, headers, model: OPENAI_MODEL, messages, signal }),
  }
}

/** Streams the answer of an OpenAI-compatible API; the request is aborted with `signal`. */
async function* complete({ url, headers, model, messages, signal }) {
  const body = JSON.stringify({ model, messages, stream: true })
  const response = await fetch(url, { method: 'POST', headers, body, signal })
  if (!response.ok) throw new Error(`The model answered ${response.status}.`)
  for await (const { data } of response.body.pipeThrough(new EventSourceParserStream())) {
    if (data === '[DONE]') return
    const text = JSON.parse(data).choices?.[0]?.delta?.content
    if (text) yield text
  }
}
