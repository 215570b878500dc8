// Answers that are packed some time after their end: nobody who reads them can tell, and reloads cost less.
import { expect, test, vi } from 'vitest'
import { protocols } from '../../../src/ai/protocol/protocols.ts'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { PackingQueue } from '../../../src/channel/run/packing-queue.ts'
import { memoryJournal, TidingsError, type Journal } from '../../../src/journal/index.ts'
import type { Context } from '../../../src/server/index.ts'
import { framesOf, say, startChat, stepped, textOf, uiMessage, type ChatNode } from '../../support/chat/chat-node.ts'
import { rowsOf } from '../../support/chat/packed-runs.ts'

async function* longAnswer() {
  yield chat.reasoning('Hm, ')
  yield chat.reasoning('let me see.')
  for (let index = 0; index < 100; index += 1) yield `word${index % 10} `
  yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield 'Good '
  yield 'bye.'
}

async function read(node: ChatNode, path: string, headers: Record<string, string> = {}): Promise<string> {
  return (await fetch(`${node.url}/chat/${path}`, { headers })).text()
}

/** An answer that has ended, and its run. */
async function answer(node: ChatNode, headers: Record<string, string> = {}) {
  const first = await say(node.url, uiMessage('Hello'), headers)
  const runId = first.headers.get('x-run-id') ?? ''
  return { runId, text: await first.text() }
}

async function untilPacked(journal: Journal, runId: string): Promise<void> {
  await expect.poll(async () => (await rowsOf(journal, runId))[0], { timeout: 20_000 }).toBe(1)
}

const sse = protocols.filter(({ isSse }) => isSse).map(({ name }) => name)
const condensing = ['ui-message', 'ag-ui', 'events']

test('an answer that is packed is read as before, in every protocol, from every frame, on every node', async () => {
  const journal = memoryJournal()
  const kept = await startChat(longAnswer, { journal, compactAfterMs: false })
  const { runId } = await answer(kept)
  const exact = (node: ChatNode, name: string) => read(node, `${runId}/stream?protocol=${name}&startIndex=0`)
  const anew = (node: ChatNode, name: string) => read(node, `${runId}/stream?protocol=${name}`)
  const before = await Promise.all(sse.map((name) => exact(kept, name)))
  const reloads = await Promise.all(sse.map((name) => anew(kept, name)))
  const packing = await startChat(longAnswer, { journal, compactAfterMs: 1 })
  expect((await rowsOf(journal, runId))[0]).toBeGreaterThan(100)
  // To read it is to see its end, also for a node that has not run it.
  await anew(packing, 'events')
  await untilPacked(journal, runId)
  for (const node of [kept, packing]) {
    expect(await Promise.all(sse.map((name) => exact(node, name)))).toEqual(before)
    expect(await Promise.all(sse.map((name) => anew(node, name)))).toEqual(reloads)
  }
  for (const [index, name] of sse.entries()) {
    const whole = before[index] ?? ''
    const frames = whole.split(/(?<=\n\n)/)
    for (const [at, { id }] of framesOf(whole).entries()) {
      if (at % 7 !== 0 && at < frames.length - 12 && at > 12) continue
      const rest = await read(packing, `${runId}/stream?protocol=${name}`, { 'last-event-id': id })
      expect(rest, `${name} behind ${id}`).toBe(frames.slice(at + 1).join(''))
    }
    const counted = await read(packing, `${runId}/stream?protocol=${name}&startIndex=70`)
    expect(counted).toBe(frames.slice(70).join(''))
  }
})

test('who begins anew gets one delta of each part, and who counts frames all of them', async () => {
  const node = await startChat(longAnswer)
  const { runId, text } = await answer(node)
  for (const name of sse) {
    const whole = framesOf(await read(node, `${runId}/stream?protocol=${name}&startIndex=0`))
    const anew = framesOf(await read(node, `${runId}/stream?protocol=${name}`))
    if (!condensing.includes(name)) expect(anew).toEqual(whole)
    else expect([whole.length - anew.length, anew.at(-1)]).toEqual([101, whole.at(-1)])
    if (name !== 'ui-message') continue
    expect(whole).toEqual(framesOf(text))
    expect(textOf(anew)).toBe(textOf(whole))
    // Cut behind any of its frames, the rest is exact.
    for (const { id } of anew) {
      const at = whole.findIndex((frame) => frame.id === id)
      const rest = framesOf(await read(node, `${runId}/stream`, { 'last-event-id': id }))
      expect(rest).toEqual(whole.slice(at + 1))
    }
  }
})

test('a reload in the middle gets in one what was said, and each word that comes', async () => {
  const { handler, open, openAll } = stepped(['one ', 'two ', 'three ', 'four ', 'five'])
  const node = await startChat(handler)
  const first = await say(node.url)
  const runId = first.headers.get('x-run-id') ?? ''
  for (const index of [0, 1, 2]) open(index)
  await expect.poll(async () => JSON.stringify(await stored(node, runId))).toContain('three')
  const reload = (await fetch(`${node.url}/chat/chat-1/stream`)).body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (!text.includes('three')) text += (await reload?.read())?.value ?? ''
  openAll()
  for (let more = await reload?.read(); more?.value !== undefined; more = await reload?.read()) text += more.value
  const deltas = framesOf(text).filter(({ data }) => data.includes('"text-delta"'))
  expect(deltas.map(({ data }) => JSON.parse(data).delta)).toEqual(['one two three ', 'four ', 'five'])
  await first.text()
})

async function stored({ runs }: ChatNode, runId: string): Promise<unknown> {
  return (await runs.logs.journal.read(`~run/${runId}`, { epoch: runId, seq: 0, nonce: '' })).events
}

test('a key that is sent again gets the answer that was packed, frame by frame', async () => {
  const journal = memoryJournal()
  const node = await startChat(longAnswer, { journal, compactAfterMs: 1 })
  const key = { 'idempotency-key': 'k1' }
  const { runId, text } = await answer(node, key)
  await untilPacked(journal, runId)
  expect(await answer(node, key)).toEqual({ runId, text })
  expect(node.errors).toEqual([])
})

test("an answer that is packed is nobody else's, and is gone once it is erased", async () => {
  const journal = memoryJournal()
  const asked: Context[] = []
  const handler: ChatHandler = async function* (ctx) {
    asked.push(ctx)
    yield* longAnswer()
  }
  const node = await startChat(handler, { journal, compactAfterMs: 1 })
  const { runId } = await answer(node, { user: 'ada' })
  await untilPacked(journal, runId)
  const statusFor = async (user: string) =>
    (await fetch(`${node.url}/chat/${runId}/stream`, { headers: { user } })).status
  expect([await statusFor('bob'), await statusFor('ada')]).toEqual([410, 200])
  expect(await read(node, `${runId}/stream?protocol=events`, { user: 'ada' })).toContain('word9')
  for (const ctx of asked) expect(await node.runs.erase(runId, ctx)).toBe(true)
  for (const query of ['', '?startIndex=0']) {
    const left = await read(node, `${runId}/stream${query}`, { user: 'ada' })
    expect(left).toContain('"finishReason":"error"')
    expect(left).not.toContain('word')
  }
})

test('a packed log is kept for as long as the run, and none is packed that is kept no longer', async () => {
  const journal = memoryJournal()
  const node = await startChat(longAnswer, { journal, compactAfterMs: 1, ofRuns: { keepMs: 1000 } })
  const { runId } = await answer(node)
  await untilPacked(journal, runId)
  await expect.poll(() => rowsOf(journal, runId), { timeout: 20_000 }).toEqual([0, 0])
  expect((await fetch(`${node.url}/chat/${runId}/stream`)).status).toBe(410)
})

test('logs are packed one after another when they are due, also behind one that cannot be', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  try {
    const packed: string[] = []
    const errors: unknown[] = []
    const pack = async (id: string): Promise<void> => {
      if (id === 'bad') throw new TidingsError('ERR_EVENT_INVALID', 'It is damaged.')
      packed.push(id)
    }
    const queue = new PackingQueue({ delayMs: 1000, pack, onError: (_, run) => errors.push(run) })
    for (const id of ['a', 'bad', 'b']) queue.add(id)
    await vi.advanceTimersByTimeAsync(500)
    queue.add('a')
    queue.add('c')
    await vi.advanceTimersByTimeAsync(499)
    expect(packed).toEqual([])
    await vi.advanceTimersByTimeAsync(2)
    expect([packed, errors]).toEqual([['a', 'b'], ['bad']])
    await vi.advanceTimersByTimeAsync(500)
    expect(packed).toEqual(['a', 'b', 'c'])
    queue.add('d')
    queue.clear()
    new PackingQueue({ delayMs: Infinity, pack, onError: () => {} }).add('never')
    await vi.advanceTimersByTimeAsync(100_000)
    expect(packed).toEqual(['a', 'b', 'c'])
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
