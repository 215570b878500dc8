// The feed of a chat: which answers begin in it, told to whoever has not asked for them.
import { expect, test, vi } from 'vitest'
import { memoryJournal } from '../../../src/journal/index.ts'
import { framesOf, say, startChat, stepped, uiMessage } from '../../support/chat/chat-node.ts'
import { Reading, until } from '../../support/server/asking.ts'

async function follow(url: string, headers: Record<string, string> = {}, chatId = 'chat-1'): Promise<Reading> {
  return new Reading(await fetch(`${url}/chat/${chatId}/runs`, { headers }))
}

/** The runs that a feed has told of, one list for each frame. */
function toldIn({ text }: Reading): unknown[] {
  return framesOf(text).map(({ data }) => JSON.parse(data).runIds)
}

async function* ok() {
  yield 'ok'
}

/** Says something, and reads the answer to its end. */
async function ask(url: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await say(url, uiMessage('Hello'), headers)
  await response.text()
  return response.headers.get('x-run-id') ?? ''
}

test('tells of each answer as it begins, on every node, and to its owner alone', async () => {
  const journal = memoryJournal()
  const one = await startChat(ok, { journal })
  const other = await startChat(ok, { journal })
  const feeds = [await follow(one.url), await follow(other.url)]
  const stranger = await follow(other.url, { user: 'stranger' })
  const runs = [await ask(one.url), await ask(other.url)]
  for (const feed of feeds) {
    await feed.until(runs[1] ?? '')
    expect(toldIn(feed)).toEqual([[], [runs[0]], [runs[1]]])
  }
  const theirs = await ask(one.url, { user: 'stranger' })
  await stranger.until(theirs)
  expect(toldIn(stranger)).toEqual([[], [theirs]])
  expect(feeds[0]?.response.headers.get('content-type')).toContain('text/event-stream')
  for (const feed of [...feeds, stranger]) await feed.leave()
})

test('begins with what is being answered, those that wait too', async () => {
  const { handler, open, openAll } = stepped(['one', 'two'])
  const { url } = await startChat(handler, { whileRunning: 'queue' })
  const first = await say(url)
  const second = await say(url)
  open(0)
  const feed = await follow(url)
  await feed.until('runs')
  expect(toldIn(feed)).toEqual([[first.headers.get('x-run-id'), second.headers.get('x-run-id')]])
  openAll()
  await Promise.all([first.text(), second.text()])
  await feed.leave()
})

test('goes on behind the place of a reader, also where it begins before the first message', async () => {
  const { url } = await startChat(ok)
  const feed = await follow(url)
  await feed.until('runs')
  await feed.leave()
  const runs = [await ask(url), await ask(url), await ask(url)]
  const [start] = framesOf(feed.text)
  const again = await follow(url, { 'last-event-id': start?.id ?? '' })
  await again.until(runs[2] ?? '')
  expect(toldIn(again)).toEqual([[runs[0]], [runs[1]], [runs[2]]])
  await again.leave()
  const tail = await follow(url, { 'last-event-id': framesOf(again.text)[1]?.id ?? '' })
  await tail.until(runs[2] ?? '')
  expect(toldIn(tail)).toEqual([[runs[2]]])
  await tail.leave()
})

test('tells of the last 16 whom it has missed more of, or whose place is another chat’s', async () => {
  const { url } = await startChat(ok)
  const runs: string[] = []
  const place = await follow(url)
  await place.until('runs')
  await place.leave()
  for (let count = 0; count < 20; count += 1) runs.push(await ask(url))
  const kept = runs.slice(4).map((id) => [id])
  for (const id of [framesOf(place.text)[0]?.id ?? '', 'other.5', 'none']) {
    const feed = await follow(url, { 'last-event-id': id })
    await feed.until(runs[19] ?? '')
    expect([id, toldIn(feed)]).toEqual([id, kept])
    await feed.leave()
  }
})

test('lets a reader go that leaves, and makes no log for a chat that nobody has spoken in', async () => {
  const journal = memoryJournal()
  let watched = 0
  const topics = new Set<string>()
  const watch = journal.watch.bind(journal)
  vi.spyOn(journal, 'watch').mockImplementation(async (topic, watcher) => {
    const isIndex = topic.startsWith('~chat/')
    if (isIndex) topics.add(topic)
    watched += isIndex ? 1 : 0
    const unwatch = await watch(topic, watcher)
    return async () => {
      watched -= isIndex ? 1 : 0
      await unwatch()
    }
  })
  const { url, errors } = await startChat(ok, { journal })
  const feeds = [await follow(url), await follow(url), await follow(url, {}, 'chat-2')]
  for (const feed of feeds) await feed.until('runs')
  await until(() => watched === 2)
  for (const feed of feeds) await feed.leave()
  await until(() => watched === 0)
  for (const topic of topics) expect((await journal.read(topic, { epoch: 'x', seq: 0, nonce: '' })).epoch).toBe('')
  expect(errors).toEqual([])
})
