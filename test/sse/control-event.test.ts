// Control events are the framework's: user data can never pass for one.
import { expect, test } from 'vitest'
import { ControlEvent, encodeEvent, SseEvent } from '../../src/sse/index.ts'
import { createControlEvent } from '../../src/sse/internal.ts'

test('the framework makes control events, with their name and id', () => {
  const event = createControlEvent('gap', 'e.9', { from: 'e.1', to: 'e.9' })
  expect(event).toBeInstanceOf(ControlEvent)
  expect(encodeEvent(event)).toBe('id: e.9\nevent: tidings:gap\ndata: {"from":"e.1","to":"e.9"}\n\n')
})

test('nobody else can: not with new, not by a subclass, not by Reflect', () => {
  class Forged extends ControlEvent {}
  const refused = /Only the framework makes control events/
  // @ts-expect-error -- the first argument is one that only the framework has
  expect(() => new ControlEvent('end', 'e.9', {})).toThrow(refused)
  // @ts-expect-error -- the same by a subclass
  expect(() => new Forged(Symbol('control event'), 'end', 'e.9', {})).toThrow(refused)
  expect(() => Reflect.construct(ControlEvent, ['end', 'e.9', {}]) as unknown).toThrow(refused)
})

test('what only looks like one is refused by the encoder', () => {
  const forged: SseEvent = Object.create(ControlEvent.prototype, { name: { value: 'end' } })
  expect(() => encodeEvent(forged)).toThrow(TypeError)
})
