// Options of channels, topics and runs that do not exist, or cannot work: refused before anything is made of them.
import { describe, expect, test } from 'vitest'
import { createChannels } from '../../src/channel/index.ts'

type Anything = (options: unknown) => unknown

/** The types refuse these too; a program without types has the run-time check alone. */
const make = createChannels as Anything
const runs: Anything = (options) => createChannels().runs(Object(options))
const topic: Anything = (options) => createChannels().topic('orders', Object(options))
const subscribe: Anything = (options) => createChannels().topic('orders').subscribe(Object(options))
const owner = (): string => 'ada'

describe('an option that', () => {
  test.each([
    ['createChannels', make, { healMS: 50 }, 'healMs'],
    ['createChannels', make, { retention: { maxEvent: 5 } }, 'maxEvents'],
    ['createChannels', make, { maxEvent: 5 }, 'maxEventBytes'],
    ['topic', topic, { retentoin: {} }, 'retention'],
    ['topic', topic, { retention: { maxAge: 5 } }, 'maxAgeMs'],
    ['subscribe', subscribe, { afer: 'x' }, 'after'],
    ['runs', runs, { owner, unfollowd: 'stop' }, 'unfollowed'],
    ['runs', runs, { owner, renewLease: true }, 'renewLeases'],
  ])('%s does not have is refused, with the one that was meant: %#', (_, call, options, meant) => {
    const expected = expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(meant) })
    expect(() => call(options)).toThrow(expected)
  })

  test.each([
    [make, { healMs: '50' }],
    [make, { onError: 'ignore' }],
    [make, { journal: 'redis://somewhere' }],
    [make, { retention: 5 }],
    [make, null],
    [topic, { retention: [] }],
    [topic, { retention: { maxEvents: '5' } }],
    [runs, {}],
    [runs, { owner: 'ada' }],
    [runs, { owner, unfollowed: 'stopp' }],
    [runs, { owner, unfollowed: true }],
    [runs, { owner, renewLeases: 'yes' }],
    [runs, { owner, leaseMs: 2 ** 31 }],
  ])('cannot work is refused: %#', (call, options) => {
    expect(() => call(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  test.each([
    [{ waits: false }, 'Did you mean wait?'],
    [{ wait: 'no' }, 'wait must be a boolean'],
    [{ signal: new AbortController() }, 'AbortSignal'],
    [5, 'ready()'],
  ])('ready does not have, or that cannot work there, is refused: %j', async (options, said) => {
    const expected = { code: 'ERR_OPTION', message: expect.stringContaining(said) }
    await expect(createChannels().ready(options as object)).rejects.toMatchObject(expected)
  })

  test.each(['Now', 'START', 'strat', ' now', 'latest', 'beginning'])(
    'says where to begin in a word that is none of the two is refused: %j',
    (from) => {
      const said = `from must be "now", "start" or an event's id, not ${JSON.stringify(from)}.`
      expect(() => subscribe({ from })).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message: said }))
    },
  )

  test.each(['', 'x.y.z', '17', 'a-b', '0.abc'])(
    'says where to begin as an id of another server passes: %j',
    (from) => {
      expect(() => subscribe({ from })).not.toThrow()
      expect(() => subscribe({ after: 'Now' })).not.toThrow()
    },
  )

  test('publish does not have is refused before anything is stored', async () => {
    const orders = createChannels().topic<number>('orders')
    const options: object = { kye: 'evt-1' }
    await expect(orders.publish(1, options)).rejects.toMatchObject({ code: 'ERR_OPTION' })
  })

  test('is undefined counts as left out', () => {
    const names = ['journal', 'retention', 'maxEventBytes', 'maxLagEvents', 'healMs', 'onError']
    expect(() => make(Object.fromEntries(names.map((name) => [name, undefined])))).not.toThrow()
  })
})

describe('in place of', () => {
  test.each([
    ['a journal, a client', () => make({ journal: { get: () => 1 } }), 'redisJournal(client)'],
    ['a filter, a name', () => subscribe({ filter: 'order' }), 'filter'],
    ['a signal, its controller', () => subscribe({ signal: new AbortController() }), 'AbortSignal'],
    ['the options of subscribe, an id', () => createChannels().topic('x').subscribe(Object('id')), 'subscribe()'],
  ])('%s is refused', (_, call, said) => {
    expect(call).toThrow(expect.objectContaining({ code: 'ERR_OPTION', message: expect.stringContaining(said) }))
  })

  test.each([
    ['the options of publish, a name', 'order', 'publish()'],
    ['what within() returns, a client', { within: { query: () => 1 } }, 'journal.within(client)'],
    ['a signal, its controller', { signal: new AbortController() }, 'AbortSignal'],
  ])('%s is refused', async (_, options, said) => {
    const publishing = createChannels()
      .topic<number>('orders')
      .publish(1, options as object)
    await expect(publishing).rejects.toMatchObject({ code: 'ERR_OPTION', message: expect.stringContaining(said) })
  })
})
