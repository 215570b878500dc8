// The demo's model where no other one is configured: an n-gram model of the project's own documents, at the pace of a real one.
import { sleep } from 'tidings'
import { NGramModel } from './n-gram.mjs'
import { readTrainingText } from './training-text.mjs'

const note =
  'No key is set, so this is a small n-gram model, trained just now on the documents of this project: real tokens at a real pace, but no meaning.'

/** Trains the model, which takes a fraction of a second. */
export async function createNGramModel() {
  const model = new NGramModel(await readTrainingText())
  return { name: 'n-gram, no meaning', note, answer: (messages, signal) => answer(model, messages, signal) }
}

async function* answer(model, messages, signal) {
  await sleep(350, signal)
  for (const token of model.answer(textOf(messages.at(-1)))) {
    yield token
    await sleep(20 + Math.random() * 40, signal)
  }
}

function textOf(message) {
  const texts = message?.parts.map((part) => (part.type === 'text' ? part.text : ''))
  return texts?.join(' ') ?? ''
}
