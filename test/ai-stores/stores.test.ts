// The stores of other packages, without these packages: options, bounds, lost answers, and processes that die.
import { expect, onTestFinished, test } from 'vitest'
import {
  assistantStore,
  mcpEventStore,
  resumableStreams,
  tanstackDurability,
  type AssistantStore,
} from '../../src/ai-stores/index.ts'
import { TidingsError } from '../../src/base/index.ts'
import { memoryJournal, type Appended, type AppendOptions } from '../../src/journal/index.ts'
import { ForwardingJournal } from '../support/journal/forwarding-journal.ts'

const never = new AbortController().signal

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The texts of a stream, and how it has ended. */
async function readAll(store: AssistantStore, id: string, cursor = ''): Promise<readonly [string[], string]> {
  const texts: string[] = []
  try {
    for await (const { chunk } of store.read(id, cursor, never)) texts.push(new TextDecoder().decode(chunk))
    return [texts, 'end']
  } catch (error) {
    return [texts, error instanceof TidingsError ? error.code : String(error)]
  }
}

function sourceOf(...texts: string[]): () => ReadableStream<string> {
  return () =>
    new ReadableStream({
      start: (controller) => {
        for (const text of texts) controller.enqueue(text)
        controller.close()
      },
    })
}

async function textOf(stream: ReadableStream<string> | null | undefined): Promise<string> {
  let text = ''
  for await (const piece of stream ?? []) text += piece
  return text
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

/** A journal that fails as a test says. */
class FailingJournal extends ForwardingJournal {
  /** Whether nothing can be appended any more: the process is as good as dead. */
  isDead = false
  /** Of how many appends the answer is lost, although they are done. */
  lostAnswers = 0

  override async append(topic: string, data: string, options?: AppendOptions): Promise<Appended> {
    if (this.isDead) throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'The journal is away.')
    const appended = await super.append(topic, data, options)
    if (this.lostAnswers === 0) return appended
    this.lostAnswers -= 1
    throw new TidingsError('ERR_JOURNAL_UNAVAILABLE', 'The answer was lost.')
  }
}

const makers = { tanstackDurability, assistantStore, resumableStreams, mcpEventStore }

test.each(Object.entries(makers))('%s() refuses at once what cannot work', (name, make) => {
  const unfit: unknown = { connect: () => {} }
  expect(() => Reflect.apply(make, undefined, [unfit])).toThrow(`${name}() needs a journal`)
  expect(() => Reflect.apply(make, undefined, ['streams.db'])).toThrow(`${name}() needs a journal`)
  const journal = memoryJournal()
  expect(() => Reflect.apply(make, undefined, [journal, { keepMS: 1 }])).toThrow(/keepMS.*keepMs/)
  for (const option of ['keepMs', 'maxDurationMs', 'maxBytes', 'leaseMs']) {
    expect(() => Reflect.apply(make, undefined, [journal, { [option]: 0 }])).toThrow(`${option} must be a whole number`)
  }
  expect(() => Reflect.apply(make, undefined, [journal, { leaseMs: 2 ** 31 }])).toThrow('leaseMs must be')
})

test('ids and owners that are empty, too long or no text are refused', async () => {
  const journal = memoryJournal()
  const store = assistantStore(journal)
  for (const id of ['', 'x'.repeat(1025)]) {
    await expect(store.acquire(id)).rejects.toThrow('streamId must be a string')
    expect(() => store.ownedBy(id)).toThrow('owner must be a string')
    expect(() => mcpEventStore(journal)(id)).toThrow('session must be a string')
    expect(() => tanstackDurability(journal)({ runId: id })).toThrow('runId must be a string')
    await expect(resumableStreams(journal).hasExistingStream(id)).rejects.toThrow('streamId must be a string')
  }
  // Whatever else is in them.
  const id = '../\u0000\r\n~run/😀'
  expect([await store.acquire(id), await store.acquire(id)]).toEqual(['producer', 'consumer'])
})

test('what is larger than maxBytes is refused, and what was stored before can be read', async () => {
  const store = assistantStore(memoryJournal(), { maxBytes: 10 })
  await store.acquire('s')
  await store.append('s', bytes('12345'))
  await expect(store.append('s', bytes('67890'))).rejects.toMatchObject({ code: 'ERR_EVENT_TOO_LARGE' })
  await store.finalize('s', 'error', 'too large')
  expect(await readAll(store, 's')).toEqual([['12345'], 'ERR_STREAM_FAILED'])
})

test('bytes come back as they were, also in the middle of a character, and are copied at once', async () => {
  const store = assistantStore(memoryJournal())
  await store.acquire('s')
  const all = new TextEncoder().encode('\uFEFFGrüße 😀').reduce<number[]>((list, byte) => [...list, byte], [])
  const pieces = [
    [0xff, 0xfe, 0],
    all.slice(0, 6),
    all.slice(6, 13),
    all.slice(13),
    [],
    Array.from({ length: 20_000 }, (_, n) => n % 256),
  ]
  for (const piece of pieces) {
    const chunk = Uint8Array.from(piece)
    const stored = store.append('s', chunk)
    chunk.fill(1)
    await stored
  }
  await store.finalize('s', 'done')
  const read: number[][] = []
  for await (const { chunk } of store.read('s', '', never)) read.push([...chunk])
  expect(read).toEqual(pieces)
})

test('an append whose answer is lost is stored once', async () => {
  const journal = new FailingJournal(memoryJournal())
  const store = assistantStore(journal, { onError: () => {} })
  await store.acquire('s')
  for (const text of ['a', 'b', 'c']) {
    journal.lostAnswers = 1
    await store.append('s', bytes(text))
  }
  journal.lostAnswers = 1
  expect(await store.finalize('s', 'done')).toBe(true)
  expect(await readAll(store, 's')).toEqual([['a', 'b', 'c'], 'end'])
})

test('an acquisition whose answer is lost makes one producer', async () => {
  const journal = new FailingJournal(memoryJournal())
  const store = assistantStore(journal, { onError: () => {} })
  journal.lostAnswers = 3
  expect([await store.acquire('s'), await store.acquire('s')]).toEqual(['producer', 'consumer'])
  await store.append('s', bytes('a'))
  await store.finalize('s', 'done')
  expect(await readAll(store, 's')).toEqual([['a'], 'end'])
})

test('a process that shows no sign of life any more: its streams end as interrupted, and take nothing more', async () => {
  const shared = memoryJournal()
  const dead = new FailingJournal(shared)
  const options = { leaseMs: 300, onError: () => {} }
  const [one, other] = [assistantStore(dead, options), assistantStore(shared, options)]
  await one.acquire('s')
  await one.append('s', bytes('a'))
  const reading = readAll(other, 's')
  dead.isDead = true
  expect(await reading).toEqual([['a'], 'ERR_STREAM_INTERRUPTED'])
  expect(await other.status('s')).toBe('error')
  // It was only held.
  dead.isDead = false
  await expect(one.append('s', bytes('b'))).rejects.toMatchObject({ code: 'ERR_LOG_CLOSED' })
  expect(await one.finalize('s', 'done')).toBe(false)
  expect(await readAll(one, 's')).toEqual([['a'], 'ERR_STREAM_INTERRUPTED'])
})

test('a process that lives and has nothing to say is not taken for dead', async () => {
  const shared = memoryJournal()
  const options = { leaseMs: 150 }
  const [one, other] = [assistantStore(shared, options), assistantStore(shared, options)]
  await one.acquire('s')
  const reading = readAll(other, 's')
  // A stream of a process that has died meanwhile shows that the time for it has passed.
  const dead = new FailingJournal(shared)
  await assistantStore(dead, { ...options, onError: () => {} }).acquire('dead')
  dead.isDead = true
  expect(await readAll(other, 'dead')).toEqual([[], 'ERR_STREAM_INTERRUPTED'])
  await one.append('s', bytes('a'))
  await one.finalize('s', 'done')
  expect(await reading).toEqual([['a'], 'end'])
})

test('a stream that lasts longer than maxDurationMs is interrupted', async () => {
  const store = assistantStore(memoryJournal(), { leaseMs: 60, maxDurationMs: 100 })
  await store.acquire('s')
  await store.append('s', bytes('a'))
  expect(await readAll(store, 's')).toEqual([['a'], 'ERR_STREAM_INTERRUPTED'])
})

test('a reader that leaves is done at once, and holds nothing', async () => {
  const store = assistantStore(memoryJournal())
  await store.acquire('s')
  await store.append('s', bytes('a'))
  const left = new AbortController()
  const entries = store.read('s', '', left.signal)[Symbol.asyncIterator]()
  expect((await entries.next()).done).toBe(false)
  const next = entries.next()
  left.abort()
  expect(await next).toEqual({ done: true, value: undefined })
  await store.finalize('s', 'done')
})

test('a reader whose journal loses the stream is told that there is none, and does not wait', async () => {
  const journal = new ForwardingJournal(memoryJournal())
  const store = assistantStore(journal)
  await store.acquire('s')
  await store.append('s', bytes('a'))
  const entries = store.read('s', '', never)[Symbol.asyncIterator]()
  await entries.next()
  journal.inner = memoryJournal()
  await expect(entries.next()).rejects.toMatchObject({ code: 'ERR_STREAM_UNKNOWN' })
  expect(await store.status('s')).toBe('missing')
})

test('the packages and the owners have names of their own', async () => {
  const journal = memoryJournal()
  const [assistant, streams] = [assistantStore(journal), resumableStreams(journal)]
  await assistant.acquire('s')
  expect(await streams.hasExistingStream('s')).toBe(null)
  expect(await assistant.ownedBy('ada').status('s')).toBe('missing')
  expect(await assistant.ownedBy('ada').acquire('s')).toBe('producer')
  expect(await assistant.ownedBy('eve').status('s')).toBe('missing')
})

test('what a source says at once goes to the journal together, whole, and in order', async () => {
  const journal = new FailingJournal(memoryJournal())
  let appends = 0
  journal.append = async (topic, data, options) => {
    if (options?.event === 'piece') appends += 1
    return journal.inner.append(topic, data, options)
  }
  const texts = Array.from({ length: 500 }, (_, n) => (n % 7 === 0 ? '' : `${n} \ud83d`))
  const streams = resumableStreams(journal)
  const waited: Promise<unknown>[] = []
  const told = resumableStreams(journal, { waitUntil: (promise) => waited.push(promise) })
  expect(await textOf(await told.createNewResumableStream('s', sourceOf(...texts)))).toBe(texts.join(''))
  await Promise.all(waited)
  expect(waited).toHaveLength(1)
  expect(appends).toBeLessThan(texts.length)
  expect(await streams.hasExistingStream('s')).toBe('DONE')
})

test('a source that cannot be made fails its stream', async () => {
  const errors: unknown[] = []
  const streams = resumableStreams(memoryJournal(), { onError: (error) => errors.push(error) })
  const made = await streams.resumableStream('s', () => {
    throw new Error('no source')
  })
  await expect(textOf(made)).rejects.toMatchObject({ code: 'ERR_STREAM_FAILED' })
  await expect.poll(() => errors).toHaveLength(1)
})

test('a reader of TanStack goes on in the middle of a batch, and gets a snapshot without waiting', async () => {
  const durability = tanstackDurability(memoryJournal())
  const run = durability<{ n: number }>({ runId: 'r' })
  expect([run.resumeFrom(), await run.snapshot(), await run.append([])]).toEqual([null, [], []])
  const offsets = [...(await run.append([{ n: 1 }, { n: 2 }, { n: 3 }])), ...(await run.append([{ n: 4 }]))]
  expect(new Set(offsets).size).toBe(4)
  const entries = offsets.map((offset, index) => ({ offset, chunk: { n: index + 1 } }))
  expect(await durability({ runId: 'r' }).snapshot()).toEqual(entries)
  await run.close()
  for (const [index, offset] of ['-1', ...offsets].entries()) {
    const request = new Request('http://localhost/run?runId=r', { headers: { 'last-event-id': offset } })
    const reader = durability<{ n: number }>(request)
    expect(reader.resumeFrom()).toBe(offset)
    expect(await collect(reader.read(offset))).toEqual(entries.slice(index))
  }
  expect(await collect(durability({ runId: 'r' }).read('now'))).toEqual([])
  const foreign = durability({ runId: 'other' }).read(offsets[0] ?? '')
  await expect(collect(foreign)).rejects.toMatchObject({ code: 'ERR_STREAM_UNKNOWN' })
})

test('a run of TanStack that dies behind its last chunk has lost nothing', async () => {
  const shared = memoryJournal()
  const dead = new FailingJournal(shared)
  const options = { leaseMs: 300, onError: () => {} }
  await tanstackDurability(dead, options)({ runId: 'r' }).append([{ type: 'RUN_FINISHED' }])
  dead.isDead = true
  const entries = await collect(tanstackDurability(shared, options)({ runId: 'r' }).read('-1'))
  expect(entries).toMatchObject([{ chunk: { type: 'RUN_FINISHED' } }])
})

test('an event store replays what came after an event, of its session alone', async () => {
  const stores = mcpEventStore(memoryJournal())
  const [mine, hers] = [stores('1'), stores('2')]
  const ids = [await mine.storeEvent('_GET_stream', {}), await mine.storeEvent('_GET_stream', { n: 1 })]
  await hers.storeEvent('_GET_stream', { n: 'hers' })
  const sent: unknown[] = []
  const send = async (id: string, message: object): Promise<void> => void sent.push([id, message])
  expect(await mine.replayEventsAfter(ids[0] ?? '', { send })).toBe('_GET_stream')
  expect(sent).toEqual([[ids[1], { n: 1 }]])
  expect(await mine.getStreamIdForEventId(ids[1] ?? '')).toBe('_GET_stream')
  expect(await hers.getStreamIdForEventId(ids[1] ?? '')).toBe(undefined)
  await expect(hers.replayEventsAfter(ids[0] ?? '', { send })).rejects.toMatchObject({ code: 'ERR_STREAM_UNKNOWN' })
})

test('a batch of requests is followed until each is answered, and those that are not are answered at a death', async () => {
  const shared = memoryJournal()
  const dead = new FailingJournal(shared)
  const options = { leaseMs: 300, onError: () => {} }
  const batch = [1, 'two', 3].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call' }))
  const one = mcpEventStore(dead, options)('s', [...batch, { jsonrpc: '2.0', method: 'notifications/x' }])
  const first = await one.storeEvent('post', {})
  const answer = { jsonrpc: '2.0', id: 'two', result: {} }
  const second = await one.storeEvent('post', answer)
  dead.isDead = true
  const other = mcpEventStore(shared, options)('s')
  const events = await collect(other.follow(first))
  const errors = [1, 3].map((id) => ({ message: { jsonrpc: '2.0', id, error: { code: -32_000 } } }))
  expect(events).toMatchObject([{ eventId: second, message: answer }, ...errors])
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3)
  // From each of their ids on come those behind it.
  for (const [index, { eventId }] of events.entries()) {
    expect(await collect(other.follow(eventId))).toEqual(events.slice(index + 1))
  }
  onTestFinished(() => shared.close())
})
