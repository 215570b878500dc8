// Who may be a member, and which options presence takes.
import { describe, expect, test } from 'vitest'
import { createChannels, createPresence, type Channels } from '../../../src/channel/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { PresentNode } from '../../support/channel/present-node.ts'

type Anything = (options: unknown) => unknown
const make: Anything = (options) => createPresence(createChannels(), Object(options))
const memberOf = (given: unknown): unknown =>
  createPresence(createChannels(), { member: () => Object(given) }).member(undefined)
const member = (): undefined => undefined

describe('a member that', () => {
  test.each([
    ['is no object', () => createPresence(createChannels(), { member: () => JSON.parse('"ada"') }).member(1), '"ada"'],
    ['is a promise', () => memberOf(Promise.resolve({ id: 'ada' })), '{ id, info }'],
    ['has no id', () => memberOf({ info: 1 }), '{ id, info }'],
    ['has an id that is no string', () => memberOf({ id: 5 }), '5'],
    ['has an empty id', () => memberOf({ id: '' }), '1 to 256'],
    ['has a long id', () => memberOf({ id: 'a'.repeat(257) }), '1 to 256'],
    ['has a control character in its id', () => memberOf({ id: 'a\u0000' }), 'control'],
    ['has a line break in its id', () => memberOf({ id: 'a\nb' }), 'control'],
    ['has half of a character in its id', () => memberOf({ id: 'a\uD800' }), 'surrogates'],
    ['has a field that nobody would see', () => memberOf({ id: 'ada', name: 'Ada' }), 'put it into info'],
    ['has an info that JSON loses', () => memberOf({ id: 'ada', info: new Map() }), 'Object.fromEntries'],
    ['has an info of more than 1,024 bytes', () => memberOf({ id: 'ada', info: '€'.repeat(341) }), '1025 bytes'],
  ])('%s is refused', (_, call, said) => {
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_MEMBER', message: expect.stringContaining(said) }))
  })

  test('is refused is not in the list, and nor is its reader', async () => {
    const node = new PresentNode(memoryJournal())
    expect(() => node.enter('')).toThrow(expect.objectContaining({ code: 'ERR_MEMBER' }))
    expect(node.channels.topic('room').readers()).toBe(0)
    expect(await node.list()).toEqual({ members: [], others: 0, isStale: false })
  })

  test('is nobody reads without being listed', async () => {
    const presence = createPresence(createChannels(), { member })
    expect(presence.member(undefined)).toBe(undefined)
  })
})

test('an info that JSON would change does not compile', () => {
  const channels = createChannels()
  // @ts-expect-error A map would arrive empty.
  const mapped = createPresence(channels, { member: () => ({ id: 'ada', info: { roles: new Map() } }) })
  const named = createPresence(channels, { member: () => ({ id: 'ada', info: { name: 'Ada' } }) })
  expect([mapped, named]).toHaveLength(2)
})

test.each(['__proto__', 'constructor', '"; drop', '\u2028', '😀', 'a'.repeat(256), ' '])(
  'the id %j is one like any other',
  async (id) => {
    const journal = memoryJournal()
    const [one, other] = [new PresentNode(journal), new PresentNode(journal)]
    const info = JSON.parse('{"__proto__": {"a": "\\ud800\\n"}}')
    one.enter(id, info)
    const watching = other.watch()
    await expect.poll(() => watching.ids).toEqual([id])
    expect(JSON.stringify(watching.members.get(id))).toBe(JSON.stringify(info))
  },
)

describe('options', () => {
  test.each([
    [{}],
    [{ member: 'ada' }],
    [{ member, maxMembers: 10_001 }],
    [{ member, maxMembers: 0 }],
    [{ member, graceMs: -1 }],
    [{ member, leaseMs: 2 ** 31 }],
    [{ member, grace: 5 }],
  ])('that cannot work are refused: %j', (options) => {
    expect(() => make(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test.each(['null', '{}', '"channels"'])('are refused with what are no channels: %s', (json) => {
    const given: Channels = JSON.parse(json)
    expect(() => createPresence(given, { member })).toThrow(
      expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining('createChannels()') }),
    )
  })

  test('of a subscription that are no member, or no topic, are refused', () => {
    const channels = createChannels()
    const said = { code: 'ERR_OPTION', message: expect.stringContaining('presence.member(ctx)') }
    const notMember: object = { member: { id: 'ada' } }
    expect(() => channels.topic('room').subscribe(notMember)).toThrow(expect.objectContaining(said))
    const presence = createPresence(channels, { member })
    const noTopic: { name: string } = JSON.parse('"room"')
    expect(() => presence.subscribe(noTopic)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    const misspelt: object = { signals: undefined }
    expect(() => presence.subscribe(channels.topic('room'), misspelt)).toThrow('signal')
  })
})
