// The chat's models. Each has a `name`, a `note` for the page and `answer(messages, signal)`, which yields what a handler may.
import { createNGramModel } from './n-gram-model.mjs'
import { createOpenAIModel } from './openai-model.mjs'

/** The real model if the environment configures one, otherwise one that is trained now on the project's own documents. */
export async function chooseModel({ OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL = 'gpt-4o-mini' }) {
  if (!OPENAI_BASE_URL || !OPENAI_API_KEY) return createNGramModel()
  return createOpenAIModel({ baseUrl: OPENAI_BASE_URL, key: OPENAI_API_KEY, name: OPENAI_MODEL })
}
