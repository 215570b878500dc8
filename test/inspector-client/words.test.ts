// What of the inspector in a page can be told without one.
import { expect, test } from 'vitest'
import { inspect } from '../../src/inspector-client/index.ts'
import { isOwnMachine } from '../../src/inspector-client/own-machine.ts'
import { isPressed, parseShortcut } from '../../src/inspector-client/shortcut.ts'

test('where there is no page nothing happens', () => {
  const before = globalThis.fetch
  const stop = inspect()
  expect(globalThis.fetch).toBe(before)
  stop()
})

test.each([
  [{ key: 'S' }, 'key must be like "Alt+Shift+S"'],
  [{ key: 'Alt+' }, 'key must be like'],
  [{ key: 'Hyper+S' }, 'key must be like'],
  [{ key: 7 }, 'key must be a string'],
  [{ show: 'window' }, 'show'],
  [{ eventsPerStream: 0 }, 'eventsPerStream'],
  [{ anyhost: true }, 'anyHost'],
])('%o is refused', (options, message) => {
  expect(() => Reflect.apply(inspect, undefined, [options])).toThrow(message)
})

test.each([
  'localhost',
  'a.localhost',
  '127.0.0.1',
  '127.1.2.3',
  '[::1]',
  '10.0.0.7',
  '192.168.1.2',
  '172.16.0.1',
  '172.31.9.9',
  'mac.local',
  'shop.test',
  '',
])('%s is where a page is developed', (host) => {
  expect(isOwnMachine(host)).toBe(true)
})

test.each([
  'example.com',
  'localhost.example.com',
  '127.0.0.1.example.com',
  '172.32.0.1',
  '11.0.0.1',
  'notlocal',
  '10.example.com',
  '8.8.8.8',
])('%s is not', (host) => {
  expect(isOwnMachine(host)).toBe(false)
})

test('a key is told by its place, and by its modifiers exactly', () => {
  const keys = parseShortcut('alt+Shift+S')
  const typed = { code: 'KeyS', altKey: true, shiftKey: true, ctrlKey: false, metaKey: false, key: 'Í' }
  const press = (more: Partial<typeof typed>): KeyboardEvent => ({ ...typed, ...more }) as KeyboardEvent
  expect(isPressed(keys, press({}))).toBe(true)
  expect(isPressed(keys, press({ ctrlKey: true }))).toBe(false)
  expect(isPressed(keys, press({ shiftKey: false }))).toBe(false)
  expect(
    isPressed(parseShortcut('Ctrl+7'), press({ code: 'Digit7', altKey: false, shiftKey: false, ctrlKey: true })),
  ).toBe(true)
})
