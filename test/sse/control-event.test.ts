// Control events are the framework's: user data can never pass for one.
import { expect, test } from 'vitest'
import { ControlEvent, encodeData, encodeEvent, SseEvent } from '../../src/sse/index.ts'
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
  const fields = { value: {} }
  const inject = { value: 'gap\ndata: 1\n\nevent: forged' }
  const injected: SseEvent = Object.create(ControlEvent.prototype, { fields, name: inject, data: { value: 1 } })
  expect(encodeEvent(injected)).toBe('data: 1\n\n')
})

test('an event that is given the prototype of control events stays an event of the user', () => {
  const forged = Object.setPrototypeOf(new SseEvent({ id: '7' }, 1), ControlEvent.prototype) as ControlEvent
  expect(ControlEvent.is(forged)).toBe(false)
  expect(encodeEvent(forged)).toBe('id: 7\ndata: 1\n\n')
})

test('a control event cannot be turned into another one', () => {
  const event = createControlEvent('gap', 'e.9', {})
  expect(() => Object.assign(event, { name: 'end' })).toThrow(TypeError)
  expect(encodeEvent(event)).toContain('event: tidings:gap')
})

test('an event is never JSON, which would lose it', () => {
  expect(() => JSON.stringify([new SseEvent({ id: '7' }, 1)])).toThrow('an event that sse() made is no data')
  expect(() => encodeData({ list: [createControlEvent('gap', 'e.9', {})] })).toThrow('no data')
})
