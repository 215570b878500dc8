import { expect, it } from 'vitest'
import type { ChatEvent } from '../../src/chat-model/index.ts'
import { joinDelta } from '../../src/chat-model/internal.ts'

const text = (id: string, delta: string, rest: object = {}): ChatEvent => ({ type: 'text-delta', id, delta, ...rest })
const input = (toolCallId: string, inputTextDelta: string): ChatEvent => ({
  type: 'tool-input-delta',
  toolCallId,
  inputTextDelta,
})

it('joins two deltas of one part, with what the provider wants back of both', () => {
  expect(joinDelta(text('t1', 'a'), text('t1', 'b'))).toEqual(text('t1', 'ab'))
  const [one, other] = [{ providerMetadata: { p: { a: 1, b: 1 } } }, { providerMetadata: { p: { b: 2 }, q: { c: 3 } } }]
  expect(joinDelta(text('t1', 'a', one), text('t1', 'b', other))).toEqual(
    text('t1', 'ab', { providerMetadata: { p: { a: 1, b: 2 }, q: { c: 3 } } }),
  )
})

it('joins two deltas of the input of one call', () => {
  expect(joinDelta(input('c', '{'), input('c', '}'))).toEqual(input('c', '{}'))
})

it.each<readonly [string, ChatEvent, ChatEvent]>([
  ['parts', text('t1', 'a'), text('t2', 'b')],
  ['calls', input('c', 'a'), input('d', 'b')],
  ['kinds', text('t1', 'a'), { type: 'reasoning-delta', id: 't1', delta: 'b' }],
])('does not join deltas of two %s', (_, previous, next) => {
  expect(joinDelta(previous, next)).toBeUndefined()
})

it('joins nothing but deltas', () => {
  expect(joinDelta({ type: 'step-start' }, { type: 'step-start' })).toBeUndefined()
  expect(joinDelta(text('t1', 'a'), { type: 'text-end', id: 't1' })).toBeUndefined()
})
