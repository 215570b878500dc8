import { describe, expect, it } from 'vitest'
import { Type } from 'typebox'
import { z } from 'zod'
import { createChannels } from '../../src/channel/index.ts'
import { createGate } from '../support/time/gate.ts'
import { SpyingJournal } from '../support/journal/spying-journal.ts'

function make(options: object = {}): {
  journal: SpyingJournal
  channels: ReturnType<typeof createChannels>
  topic: ReturnType<ReturnType<typeof createChannels>['topic']>
} {
  const journal = new SpyingJournal()
  const channels = createChannels({ journal, ...options })
  return { journal, channels, topic: channels.topic<unknown>('orders') }
}

async function dataOf(journal: SpyingJournal, topic = 'orders'): Promise<string[]> {
  return (await journal.inner.read(topic, 'start', { limit: 1000 })).events.map(({ data }) => data)
}

describe('publish', () => {
  it('keeps the event and tells its id: epoch and number, which grows by one', async () => {
    const { topic, journal } = make()
    const first = await topic.publish({ status: 'paid' })
    const second = await topic.publish('two\nlines')
    expect(first).toEqual({ id: expect.stringMatching(/^[0-9a-z]{13}\.1$/), duplicate: false })
    expect(second.id).toBe(first.id.replace(/1$/, '2'))
    expect(await dataOf(journal)).toEqual(['{"status":"paid"}', '"two\\nlines"'])
  })

  it('keeps everything that JSON can hold, null and the empty string too', async () => {
    const { topic, journal } = make()
    for (const value of [null, '', 0, false, [], {}, new Date(0), { nested: undefined }]) await topic.publish(value)
    expect(await dataOf(journal)).toEqual(['null', '""', '0', 'false', '[]', '{}', '"1970-01-01T00:00:00.000Z"', '{}'])
  })

  it.each([
    ['undefined', undefined],
    ['a bigint', 1n],
    ['NaN', NaN],
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['a Map', new Map()],
    ['an error', new Error('x')],
    ['bytes', new Uint8Array(1)],
    ['a bigint deep inside', { deep: [1n] }],
  ])('refuses %s before anything is appended', async (_name, value) => {
    const { topic, journal } = make()
    await expect(topic.publish(value)).rejects.toMatchObject({ code: 'ERR_EVENT_DATA' })
    expect(journal.appends).toBe(0)
  })

  it('refuses what is circular', async () => {
    const { topic, journal } = make()
    const circle: { self?: object } = {}
    circle.self = circle
    await expect(topic.publish(circle)).rejects.toMatchObject({ code: 'ERR_EVENT_DATA' })
    expect(journal.appends).toBe(0)
  })

  it.each(['a\nb', 'a\rb', 'a\0b', 'tidings:open', 'tidings:'])(
    'refuses the event name %j before anything is appended',
    async (event) => {
      const { topic, journal } = make()
      await expect(topic.publish(1, { event })).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
      expect(journal.appends).toBe(0)
    },
  )

  it.each([7, null, {}])('refuses an event name that is no string (%j)', async (event) => {
    const { topic, journal } = make()
    const publish: (data: unknown, options: object) => Promise<unknown> = topic.publish.bind(topic)
    await expect(publish(1, { event })).rejects.toMatchObject({ code: 'ERR_EVENT_FIELD' })
    expect(journal.appends).toBe(0)
  })

  it.each(['', 'k'.repeat(257), 7, null])('refuses the key %j before anything is appended', async (key) => {
    const { topic, journal } = make()
    const publish: (data: unknown, options: object) => Promise<unknown> = topic.publish.bind(topic)
    await expect(publish(1, { key })).rejects.toMatchObject({ code: 'ERR_OPTION' })
    expect(journal.appends).toBe(0)
  })

  it('appends once for a key, and tells where the first one is', async () => {
    const { topic, journal } = make()
    const key = 'k'.repeat(256)
    const first = await topic.publish('one', { key })
    await topic.publish('two')
    expect(await topic.publish('three', { key })).toEqual({ id: first.id, duplicate: true })
    expect(await dataOf(journal)).toEqual(['"one"', '"two"'])
  })

  it('appends once when the same key is published many times at once', async () => {
    const { topic, journal } = make()
    const all = await Promise.all(Array.from({ length: 20 }, () => topic.publish(1, { key: 'once' })))
    expect(all.filter(({ duplicate }) => !duplicate)).toHaveLength(1)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
    expect(await dataOf(journal)).toEqual(['1'])
  })

  it('keeps the order in which it was called', async () => {
    const { topic, journal } = make()
    await Promise.all(Array.from({ length: 50 }, (_, index) => topic.publish(index)))
    expect(await dataOf(journal)).toEqual(Array.from({ length: 50 }, (_, index) => String(index)))
  })
})

describe('maxEventBytes', () => {
  it('counts bytes of JSON and not characters', async () => {
    const { topic, journal } = make({ maxEventBytes: 8 })
    await topic.publish('123456')
    await topic.publish('ää12')
    await topic.publish('€€')
    await topic.publish('👍12')
    for (const tooLarge of ['1234567', 'ää123', '€€1', '👍123', { a: 123 }]) {
      await expect(topic.publish(tooLarge)).rejects.toMatchObject({
        code: 'ERR_EVENT_TOO_LARGE',
        message: expect.stringContaining('9 bytes'),
      })
    }
    expect(journal.appends).toBe(4)
  })

  it('is 1 MiB by default', async () => {
    const { topic } = make()
    await topic.publish('x'.repeat(1024 * 1024 - 2))
    await expect(topic.publish('x'.repeat(1024 * 1024 - 1))).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  })

  it('can be switched off', async () => {
    const { topic, journal } = make({ maxEventBytes: false })
    await topic.publish('x'.repeat(2 * 1024 * 1024))
    expect(journal.appends).toBe(1)
  })
})

describe('a topic with a schema', () => {
  const typebox = Type.Object({ status: Type.String({ minLength: 1 }), count: Type.Optional(Type.Number()) })
  const zod = z.object({ status: z.string().min(1), count: z.number().optional() })

  it.each([
    ['TypeBox', typebox],
    ['zod', zod],
  ])('of %s refuses what does not fit, naming where, before anything is appended', async (_name, schema) => {
    const { channels, journal } = make()
    const topic = channels.topic<unknown>('typed', { schema })
    await topic.publish({ status: 'paid' })
    for (const unfit of [{}, { status: 7 }, { status: '' }, null, 'paid']) {
      await expect(topic.publish(unfit)).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
    }
    await expect(topic.publish({ status: 'paid', count: '5' })).rejects.toThrow(/typed.*data\/count/)
    expect(journal.appends).toBe(1)
  })

  it('waits for a schema that takes its time', async () => {
    const { channels, journal } = make()
    const schema = z.string().refine(async (value) => Promise.resolve(value !== 'bad'))
    const topic = channels.topic('slow', { schema })
    await topic.publish('good')
    await expect(topic.publish('bad')).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
    expect(journal.appends).toBe(1)
  })

  it('is refused when the schema is none', () => {
    const { channels } = make()
    const topic: (name: string, options: object) => unknown = channels.topic.bind(channels)
    expect(() => topic('x', { schema: {} })).toThrow(expect.objectContaining({ code: 'ERR_ROUTE' }))
  })
})

describe('publishing with a signal', () => {
  it('that has aborted appends nothing', async () => {
    const { topic, journal } = make()
    const reason = new Error('too late')
    await expect(topic.publish(1, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(journal.appends).toBe(0)
  })

  it('that aborts while the schema is asked appends nothing', async () => {
    const { channels, journal } = make()
    const asked = createGate()
    const answer = createGate<boolean>()
    const schema = z.string().refine(async () => {
      asked.open()
      return answer.opened
    })
    const controller = new AbortController()
    const publishing = channels.topic('slow', { schema }).publish('x', { signal: controller.signal })
    await asked.opened
    const reason = new Error('gone')
    controller.abort(reason)
    answer.open(true)
    await expect(publishing).rejects.toBe(reason)
    expect(journal.appends).toBe(0)
  })

  it('that aborts while the journal works gives up waiting at once', async () => {
    const journal = new SpyingJournal()
    journal.append = () => new Promise(() => {})
    const controller = new AbortController()
    const publishing = createChannels({ journal }).topic<number>('x').publish(1, { signal: controller.signal })
    const reason = new Error('gone')
    controller.abort(reason)
    await expect(publishing).rejects.toBe(reason)
  })

  it('that aborts after the journal has failed loses no rejection', async () => {
    const { topic, journal } = make()
    journal.failure = new Error('away')
    const controller = new AbortController()
    await expect(topic.publish(1, { signal: controller.signal })).rejects.toThrow('away')
    controller.abort()
  })
})

describe('a topic', () => {
  it.each(['', 'x'.repeat(257), 'a\nb', 'a\u007f'])('cannot be called %j', (name) => {
    expect(() => make().channels.topic(name)).toThrow(expect.objectContaining({ code: 'ERR_TOPIC' }))
  })

  it('is the same for all who use its name', async () => {
    const { channels, journal } = make()
    await channels.topic<number>('same').publish(1)
    await channels.topic<number>('same').publish(2)
    expect(await dataOf(journal, 'same')).toEqual(['1', '2'])
  })

  it('checks what is published by itself, whatever schema another of its name has', async () => {
    const { channels, journal } = make()
    const texts = channels.topic<unknown>('same', { schema: z.string() })
    const counts = channels.topic<unknown>('same', { schema: z.number() })
    await texts.publish('one')
    await counts.publish(1)
    await expect(texts.publish(2)).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
    await expect(counts.publish('two')).rejects.toMatchObject({ code: 'ERR_EVENT_INVALID' })
    expect(await dataOf(journal, 'same')).toEqual(['"one"', '1'])
  })

  it('keeps as much as its retention says, and where it has none as its channels say', async () => {
    const { channels, journal } = make({ retention: { maxEvents: 3 } })
    const [few, some] = [channels.topic<number>('few', { retention: { maxEvents: 1 } }), channels.topic<number>('some')]
    for (const value of [1, 2, 3, 4]) await Promise.all([few.publish(value), some.publish(value)])
    expect(await dataOf(journal, 'few')).toEqual(['4'])
    expect(await dataOf(journal, 'some')).toEqual(['2', '3', '4'])
  })

  it.each([{ maxEvents: 0 }, { maxBytes: 1.5 }, { maxAgeMs: -1 }, { forgetAfterMs: Infinity }])(
    'cannot have the retention %j',
    (retention) => {
      expect(() => make().channels.topic('x', { retention })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
      expect(() => createChannels({ retention })).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
    },
  )

  it('costs nothing where nobody reads: ten thousand are published without a watch, a read or a timer', async () => {
    const { channels, journal } = make()
    for (let index = 0; index < 10_000; index += 1) await channels.topic<number>(`topic ${index}`).publish(index)
    expect([journal.appends, journal.reads, journal.watches]).toEqual([10_000, 0, 0])
  })
})

describe('createChannels', () => {
  it.each([
    { maxEventBytes: 0 },
    { maxEventBytes: 1.5 },
    { maxLagEvents: -1 },
    { maxLagEvents: NaN },
    { healMs: 0 },
    { healMs: NaN },
  ])('refuses %j', (options) => {
    expect(() => createChannels(options)).toThrow(expect.objectContaining({ code: 'ERR_OPTION' }))
  })

  it.each([{ maxEventBytes: false }, { maxLagEvents: false }] as const)('takes %j', (options) => {
    expect(() => createChannels(options)).not.toThrow()
  })
})
