import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  ControlEvent,
  createChannels,
  TopicEvent,
  type Channels,
  type SubscribeOptions,
  type Subscription,
  type SubscriptionItem,
  type Topic,
} from '../../../src/channel/index.ts'
import { turns, unhandledDuring, until } from '../../support/server/asking.ts'
import { SpyingJournal } from '../../support/journal/spying-journal.ts'

interface Made {
  readonly journal: SpyingJournal
  readonly channels: Channels
  readonly topic: Topic
  readonly ids: string[]
}

/** A topic with so many events in it: 1, 2, 3, ... */
async function make(count = 0): Promise<Made> {
  const journal = new SpyingJournal()
  const channels = createChannels({ journal })
  const topic = channels.topic<unknown>('numbers')
  const ids: string[] = []
  for (let value = 1; value <= count; value += 1) ids.push((await topic.publish(value)).id)
  return { journal, channels, topic, ids }
}

/** The first `count` items. */
async function take(subscription: Subscription, count: number): Promise<SubscriptionItem<unknown>[]> {
  const items: SubscriptionItem<unknown>[] = []
  for await (const item of subscription) if (items.push(item) === count) break
  return items
}

async function shown(subscription: Subscription, count: number): Promise<unknown[]> {
  return (await take(subscription, count)).map((item) =>
    item instanceof ControlEvent ? `${item.name} ${item.id}` : item.data,
  )
}

describe('iterating a subscription', () => {
  it('gives events with their data, name and id', async () => {
    const { topic } = await make()
    const { id } = await topic.publish({ status: 'paid' }, { event: 'order' })
    const [open, event] = await take(topic.subscribe({ from: 'start' }), 2)
    expect(open).toBeInstanceOf(ControlEvent)
    expect(event).toBeInstanceOf(TopicEvent)
    expect(event).toMatchObject({ event: 'order', id, data: { status: 'paid' } })
  })

  it('calls an event without a name a message, and one with an empty name too', async () => {
    const { topic } = await make(1)
    await topic.publish(2, { event: '' })
    const [, one, two] = await take(topic.subscribe({ from: 'start' }), 3)
    expect([one?.event, two?.event]).toEqual(['message', 'message'])
  })

  it('gives each reader values of its own', async () => {
    const { topic } = await make()
    await topic.publish({ list: [1] })
    const [, one] = await take(topic.subscribe({ from: 'start' }), 2)
    const [, two] = await take(topic.subscribe({ from: 'start' }), 2)
    expect(one?.data).toEqual(two?.data)
    expect(one?.data).not.toBe(two?.data)
  })

  it('begins with the first event that is kept from `start`', async () => {
    const { topic, journal, ids } = await make(5)
    await journal.trim('numbers', 3)
    expect(await shown(topic.subscribe({ from: 'start' }), 4)).toEqual([`open ${ids[1]}`, 3, 4, 5])
  })

  it('tells no reader from `start` of a gap, although much was trimmed since the journal was asked last', async () => {
    const { topic, journal, channels, ids } = await make(2000)
    const watching = topic.subscribe()[Symbol.asyncIterator]()
    await watching.next()
    await journal.trim('numbers', 700)
    expect(await shown(topic.subscribe({ from: 'start' }), 2)).toEqual([`open ${ids[698]}`, 700])
    await watching.return?.()
    await channels.close()
  })

  it('begins with what is published from `now` on, which is the default', async () => {
    const { topic, ids } = await make(2)
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toMatchObject({ name: 'open', id: ids[1] })
    await topic.publish(3)
    expect((await iterator.next()).value).toMatchObject({ data: 3 })
    await iterator.return?.()
  })

  it('begins behind the event that `after` names, without an open', async () => {
    const { topic, ids } = await make(4)
    expect(await shown(topic.subscribe({ after: ids[1] }), 2)).toEqual([3, 4])
    expect(await shown(topic.subscribe({ from: ids[2] }), 1)).toEqual([4])
  })

  it('prefers `after` to `from`, and takes `from` where it is left out or empty', async () => {
    const { topic, ids } = await make(3)
    expect(await shown(topic.subscribe({ after: ids[1], from: 'start' }), 1)).toEqual([3])
    expect(await shown(topic.subscribe({ after: '', from: 'start' }), 2)).toEqual([expect.stringMatching('open'), 1])
    expect(await shown(topic.subscribe({ after: undefined, from: 'start' }), 2)).toHaveLength(2)
  })

  it('reads any number of pages in order', async () => {
    const { topic } = await make(3000)
    const [, ...data] = await shown(topic.subscribe({ from: 'start' }), 3001)
    expect(data).toEqual(Array.from({ length: 3000 }, (_, index) => index + 1))
  })

  it('asks the journal for nothing before it is iterated', async () => {
    const { topic, journal } = await make(1)
    topic.subscribe({ from: 'start' })
    await turns()
    expect([journal.watches, journal.reads]).toEqual([0, 0])
  })

  it('can be done many times: each is a reader of its own', async () => {
    const { topic } = await make(2)
    const subscription = topic.subscribe({ from: 'start' })
    expect(await shown(subscription, 3)).toEqual(await shown(subscription, 3))
  })

  it('passes its data on to the loop that is written by hand: next() several times at once keeps the order', async () => {
    const { topic } = await make(2)
    const iterator = topic.subscribe({ from: 'start' })[Symbol.asyncIterator]()
    const items = [iterator.next(), iterator.next(), iterator.next(), iterator.next(), iterator.next()]
    await Promise.all(items.slice(0, 3))
    await topic.publish(3)
    await topic.publish(4)
    const results = await Promise.all(items)
    expect(results.slice(1).map(({ value }) => value?.data)).toEqual([1, 2, 3, 4])
    await iterator.return?.()
  })

  it('gives events that say what to send where one is made JSON itself', async () => {
    const { topic } = await make(1)
    const iterator = topic.subscribe({ from: 'start' })[Symbol.asyncIterator]()
    const [, { value: event }] = [await iterator.next(), await iterator.next()]
    expect(() => JSON.stringify(event)).toThrow('send event.data or { id: event.id, event: event.event')
    expect(() => JSON.stringify({ events: [event] })).toThrow('an event of a topic is no data')
    expect(JSON.stringify({ id: event?.id, event: event?.event, data: event?.data })).toContain('"data":1')
    await iterator.return?.()
  })

  it('gives an event that has just arrived to the next() that has waited for it, and not to one that is called then', async () => {
    const { topic } = await make()
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await turns()
    await topic.publish(1)
    await topic.publish(2)
    const results = await Promise.all([waiting, iterator.next()])
    expect(results.map(({ value }) => value?.data)).toEqual([1, 2])
    await iterator.return?.()
  })

  it.each([{ after: 7 }, { from: null }, { after: {} }])('refuses %j', async (options) => {
    const { topic } = await make()
    const subscribe: (options: object) => unknown = topic.subscribe.bind(topic)
    expect(() => subscribe(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })
})

describe('leaving an iteration', () => {
  it('by return() ends a next() that waits, and all that wait behind it', async () => {
    const { topic } = await make()
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = [iterator.next(), iterator.next()]
    await turns()
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined })
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })

  it('by return() ends a next() that waits for a journal which is away', async () => {
    const journal = new SpyingJournal()
    journal.failure = new Error('away')
    const topic = createChannels({ journal, onError: () => {} }).topic<number>('x')
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    const waiting = iterator.next()
    await turns()
    await iterator.return?.()
    expect((await waiting).done).toBe(true)
  })

  it('by break ends the watch once nobody is left, and no timer stays', async () => {
    const { topic, journal } = await make(3)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const staying = topic.subscribe({ from: 'start' })[Symbol.asyncIterator]()
    await staying.next()
    await take(topic.subscribe({ from: 'start' }), 2)
    expect([journal.watches, journal.watching]).toEqual([1, 1])
    await staying.return?.()
    await until(() => journal.watching === 0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends a watch that was still being opened', async () => {
    const { topic, journal } = await make()
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    void iterator.next()
    await iterator.return?.()
    await until(() => journal.watches === 1 && journal.watching === 0)
  })

  it('and coming back opens another', async () => {
    const { topic, journal } = await make(1)
    for (let round = 1; round <= 3; round += 1) {
      expect(await shown(topic.subscribe({ from: 'start' }), 2)).toHaveLength(2)
      await until(() => journal.watches === round && journal.watching === 0)
    }
  })

  it('leaves nobody with a rejection that nobody handles when the watch cannot be ended', async () => {
    const journal = new SpyingJournal()
    const errors: unknown[] = []
    journal.watch = async () => () => Promise.reject(new Error('no goodbye'))
    const topic = createChannels({ journal, onError: (error) => errors.push(error) }).topic<number>('x')
    const unhandled = await unhandledDuring(async () => {
      await take(topic.subscribe(), 1)
      await until(() => errors.length === 1)
    })
    expect(unhandled).toEqual([])
  })
})

const options = (signal: AbortSignal): SubscribeOptions => ({ from: 'start', signal })

describe('a subscription with a signal', () => {
  it('throws its reason where it waits', async () => {
    const { topic, journal } = await make(1)
    const controller = new AbortController()
    const iterator = topic.subscribe(options(controller.signal))[Symbol.asyncIterator]()
    await iterator.next()
    await iterator.next()
    const waiting = iterator.next()
    await turns()
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    expect((await iterator.next()).done).toBe(true)
    await until(() => journal.watching === 0)
  })

  it('throws its reason at the next event when it aborts in the meantime', async () => {
    const { topic } = await make(3)
    const controller = new AbortController()
    const reason = new Error('enough')
    const seen: unknown[] = []
    await expect(async () => {
      for await (const { data } of topic.subscribe(options(controller.signal))) {
        seen.push(data)
        if (data === 2) controller.abort(reason)
      }
    }).rejects.toBe(reason)
    expect(seen).toEqual([{}, 1, 2])
  })

  it('that has aborted before throws its reason at once', async () => {
    const { topic, journal } = await make(1)
    const reason = new Error('never')
    const iterator = topic.subscribe(options(AbortSignal.abort(reason)))[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toBe(reason)
    await until(() => journal.watching === 0)
  })

  it('leaves no listener on it behind', async () => {
    const { topic } = await make(1)
    const controller = new AbortController()
    const added = vi.spyOn(controller.signal, 'addEventListener')
    const removed = vi.spyOn(controller.signal, 'removeEventListener')
    for (let round = 0; round < 3; round += 1) await take(topic.subscribe(options(controller.signal)), 2)
    expect(added).toHaveBeenCalledTimes(3)
    expect(removed).toHaveBeenCalledTimes(3)
  })
})

describe('a filter of an iteration', () => {
  it('hides events, and the reader’s place moves past them', async () => {
    const { topic, ids } = await make(6)
    const items = await take(topic.subscribe({ from: 'start', filter: ({ data }) => Number(data) % 3 === 0 }), 3)
    expect(items.map(({ id }) => id)).toEqual([expect.stringMatching(/\.0$/), ids[2], ids[5]])
  })

  it('sees name, id and data', async () => {
    const { topic, ids } = await make(1)
    const seen: unknown[] = []
    const filter = ({ event, id, data }: TopicEvent): boolean => seen.push([event, id, data]) > 0
    await take(topic.subscribe({ from: 'start', filter }), 2)
    expect(seen).toEqual([['message', ids[0], 1]])
  })

  it('that throws ends its own iteration with what it threw, and no other', async () => {
    const { topic, channels } = await make(1)
    const failure = new Error('filter')
    const other = topic.subscribe({ from: 'start' })[Symbol.asyncIterator]()
    await other.next()
    await expect(
      take(
        topic.subscribe({
          from: 'start',
          filter: () => {
            throw failure
          },
        }),
        2,
      ),
    ).rejects.toBe(failure)
    expect((await other.next()).value).toMatchObject({ data: 1 })
    await channels.close()
    await expect(other.next()).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
  })

  it('is told now and then where it stands when it hides everything', async () => {
    const { topic, ids } = await make(600)
    expect(await shown(topic.subscribe({ from: 'start', filter: () => false }), 3)).toEqual([
      expect.stringMatching(/^open /),
      `open ${ids[255]}`,
      `open ${ids[511]}`,
    ])
  })
})

describe('an iteration of a log that has had its last event', () => {
  it('ends behind it', async () => {
    const { topic, journal } = await make(2)
    await journal.append('numbers', '3', { close: true })
    const seen: unknown[] = []
    for await (const { data } of topic.subscribe({ from: 'start' })) seen.push(data)
    expect(seen).toEqual([{}, 1, 2, 3])
  })

  it('ends when the last event comes while it waits', async () => {
    const { topic, journal } = await make()
    const seen: unknown[] = []
    for await (const item of topic.subscribe()) {
      seen.push(item.data)
      if (item instanceof ControlEvent) await journal.append('numbers', '"last"', { close: true })
    }
    expect(seen).toEqual([{}, 'last'])
  })

  it('ends at once for a reader that has had it', async () => {
    const { topic, journal } = await make(1)
    const { position } = await journal.append('numbers', '2', { close: true })
    const after = `${position.epoch}.2`
    const seen: unknown[] = []
    for await (const { data } of topic.subscribe({ after })) seen.push(data)
    for await (const { data } of topic.subscribe({ after: `${after}~end` })) seen.push(data)
    expect(seen).toEqual([])
  })
})

describe('closing the channels', () => {
  it('ends iterations with an error: the log has not ended', async () => {
    const { topic, channels, journal } = await make(1)
    const iterator = topic.subscribe()[Symbol.asyncIterator]()
    await iterator.next()
    const waiting = iterator.next()
    await turns()
    const closing = channels.close()
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_JOURNAL_CLOSED' })
    await closing
    expect([journal.watching, journal.closes]).toEqual([0, 0])
  })

  it('refuses new readers, lets publishers go on, and can be done twice', async () => {
    const { topic, channels } = await make(1)
    await channels.close()
    await channels.close()
    expect(() => topic.subscribe()[Symbol.asyncIterator]()).toThrow(
      expect.objectContaining({ code: 'ERR_JOURNAL_CLOSED' }),
    )
    await expect(topic.publish(2)).resolves.toMatchObject({ duplicate: false })
  })
})

describe('ready', () => {
  it('resolves when the journal answers, and reports once that it did not', async () => {
    const journal = new SpyingJournal()
    const errors: unknown[] = []
    const channels = createChannels({ journal, onError: (error) => errors.push(error) })
    await channels.ready()
    journal.failure = new Error('away')
    await expect(channels.ready({ wait: false })).rejects.toThrow('away')
    const waiting = channels.ready()
    await until(() => errors.length === 1)
    journal.failure = undefined
    await waiting
    expect(errors).toHaveLength(1)
  })

  it('stops waiting when its signal aborts', async () => {
    const journal = new SpyingJournal()
    journal.failure = new Error('away')
    const channels = createChannels({ journal, onError: () => {} })
    const controller = new AbortController()
    const waiting = channels.ready({ signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
  })
})
