// The n-gram model of the demo: what it says, how long it trains.
import { expect, test } from 'vitest'
import { NGramModel } from '../../examples/demo/model/n-gram.mjs'
import { readTrainingText, toProse } from '../../examples/demo/model/training-text.mjs'

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const text = await readTrainingText()
const model = new NGramModel(text)
const say = (question: string, seed: number): string =>
  [...model.answer(question, { random: createRandom(seed) })].join('')
const answers = Array.from({ length: 200 }, (_, seed) => say('How does a stream resume?', seed))

test('says something else each time, in tokens of the documents, and comes to an end', () => {
  expect(new Set(answers).size).toBe(answers.length)
  for (const answer of answers) {
    expect(answer.length).toBeGreaterThan(100)
    expect(answer.length).toBeLessThan(4000)
  }
  const known = new Set(text.match(/[\p{L}\p{N}_]+/gu))
  expect(
    answers.flatMap((answer) => answer.match(/[\p{L}\p{N}_]+/gu) ?? []).filter((word) => !known.has(word)),
  ).toEqual([])
})

test('recites no answer: none of them is a piece of the documents', () => {
  expect(answers.filter((answer) => text.includes(answer))).toEqual([])
})

test('says lists and code now and then, and leaves no code open', () => {
  expect(answers.filter((answer) => /^- /m.test(answer)).length).toBeGreaterThan(10)
  expect(answers.filter((answer) => answer.includes('```')).length).toBeGreaterThan(4)
  for (const answer of answers) expect((answer.match(/```/g) ?? []).length % 2).toBe(0)
})

/** How many of two hundred answers speak of Redis: of fifty, chance alone made it a fifth either way. */
function countRedis(question: string): number {
  return Array.from({ length: 200 }, (_, seed) => say(question, seed)).filter((answer) => /redis/i.test(answer)).length
}

test('speaks of what it is asked', () => {
  expect(countRedis('How do I set up Redis?')).toBeGreaterThan(2 * countRedis('hello'))
})

test('knows nothing without a text, and says nothing', () => {
  expect([...new NGramModel('').answer('hello')]).toEqual([])
  expect([...new NGramModel('One').answer('hello')].length).toBeLessThan(300)
})

test('is trained on prose, lists and code, without tables and targets of links', () => {
  const prose = toProse(
    '# Title\n\nA [link](x.md)\nover two lines.\n\n| a | b |\n| - | - |\n\n- one\n- two\n\n```js\na()\n\nb()\n```\n',
  )
  expect(prose.trim()).toBe('A link over two lines.\n\n- one\n- two\n\n```js\na()\n\nb()\n```')
})
