import { expect, test } from 'vitest'
import { describeUnknown, isMade, markMade, refusedYield } from '../../../src/chat-model/internal.ts'

async function* numbers(): AsyncGenerator<number> {
  yield 1
}

/** As `ai` has it: reading a stream takes it, so nothing may read it. */
class Result {
  get fullStream(): never {
    throw new Error('read')
  }
  get stream(): never {
    throw new Error('read')
  }
}

function trap(): never {
  throw new Error('no')
}

test.each([
  [new ReadableStream(), 'A ReadableStream was yielded'],
  [numbers(), 'An async iterable was yielded'],
  [new Response('a'), 'A Response was yielded: return it.'],
  [new Result(), 'The result of streamText was yielded'],
  [{ stream: new ReadableStream() }, 'The result of streamText was yielded'],
  [{ fullStream: numbers() }, 'The result of streamText was yielded'],
  [Promise.resolve('a'), 'A promise was yielded: await it first.'],
])('%o can be returned only', (value, words) => {
  expect(refusedYield(value)).toContain(words)
  expect(refusedYield(value)).toMatch(/yield\*|return it|await it/)
})

test.each([['a'], [null], [{ type: 'text-delta' }], [{ choices: [] }], [[]], [{ type: 'data-x', stream: 1 }]])(
  '%j may be yielded, as far as this goes',
  (value) => {
    expect(refusedYield(value)).toBeUndefined()
  },
)

test.each([
  [{ foo: 'secret', bar: 1 }, 'an object with the keys "foo", "bar"'],
  [{ type: 'tool_call', x: 1 }, 'an object of the type "tool_call" with the keys "type", "x"'],
  [{}, 'an object without keys'],
  [[1, 2], 'a list of 2'],
  [1, '1'],
  [null, 'null'],
  [undefined, 'undefined'],
])('%j is described as %s', (value, words) => {
  expect(describeUnknown(value)).toBe(words)
})

test('a description is short, and survives what cannot be read', () => {
  const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${n}`.padEnd(1000, 'x'), n]))
  expect(describeUnknown(many).length).toBeLessThan(600)
  expect(describeUnknown(many)).toContain('and 990 more')
  expect(describeUnknown(new Proxy({}, { get: trap, ownKeys: trap }))).toBe('an object that cannot be read')
  expect(refusedYield(new Proxy({}, { get: trap, has: trap }))).toBeUndefined()
})

test('a marked event is known by itself, frozen, and no copy or look-alike passes for it', () => {
  const made = markMade({ type: 'text', delta: 'a' })
  expect(isMade(made)).toBe(true)
  expect(Object.isFrozen(made)).toBe(true)
  for (const copy of [{ ...made }, structuredClone(made), Object.create(made), new Proxy(made, {}), null, 'a']) {
    expect(isMade(copy)).toBe(false)
  }
})
