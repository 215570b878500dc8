// `--filter` and `--until`: which events an expression means.
import { expect, test } from 'vitest'
import { parseExpression } from '../../../src/cli/data/expression.ts'

const order = { event: 'order', id: '12', text: '{"user":{"name":"Ada"},"items":[{"id":7}],"paid":true,"note":"a=b"}' }

test.each([
  ['user.name=Ada', true],
  ['user.name=Bob', false],
  ['user.name=', false],
  ['items.0.id=7', true],
  ['items.1.id=7', false],
  ['paid=true', true],
  ['user={"name":"Ada"}', true],
  ['user.toString=x', false],
  ['constructor.name=Object', false],
  ['@event=order', true],
  ['@event=orders', false],
  ['@id=12', true],
  ['Ada', true],
  ['Bob', false],
  ['a=b', false],
  ['~a=b', true],
  ['"paid":true', true],
])('%s means the event: %s', (source, expected) => {
  expect(parseExpression('--filter', source)(order)).toBe(expected)
})

test('data that is no JSON has no paths, but is a text', () => {
  const event = { event: 'message', id: '', text: 'user=Ada' }
  expect(parseExpression('--filter', 'user=Ada')(event)).toBe(false)
  expect(parseExpression('--filter', '~user=Ada')(event)).toBe(true)
})

test.each(['', '~'])('%j, an expression of nothing, is refused', (source) => {
  expect(() => parseExpression('--filter', source)).toThrow(/--filter takes path=value or a text/)
})
