// oxlint-disable typescript/no-explicit-any -- clients whose types are elsewhere
// TanStack AI at a chat: a connection that is cut goes on by its position, and a reload joins the run by the client's own id.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../../src/ai/index.ts'
import { memoryJournal } from '../../../src/journal/index.ts'
import { framesOf, startChat, stepped } from '../../support/chat/chat-node.ts'
import { clientPackage } from '../../support/chat/client-package.ts'
import { cutFetch } from '../../support/chat/cut-fetch.ts'
import { describeWith } from '../../support/component/component.ts'
import { until } from '../../support/server/asking.ts'

/** Thoughts, a call of the server, and text; `calls` has the chats that it was called for. */
function answering() {
  const calls: string[] = []
  const handler: ChatHandler = async function* ({ chatId }) {
    calls.push(chatId)
    yield chat.reasoning('Hm.')
    yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
    yield 'It is '
    yield '4 degrees.'
  }
  return { handler, calls }
}

/** A storage of a page. */
function createStorage() {
  const kept = new Map<string, any>()
  return {
    getItem: (key: string) => kept.get(key),
    setItem: (key: string, value: unknown) => void kept.set(key, structuredClone(value)),
    removeItem: (key: string) => void kept.delete(key),
  }
}

interface ClientOptions {
  readonly fetchClient?: typeof fetch
  readonly headers?: Record<string, string>
  readonly [option: string]: unknown
}

async function openClient(url: string, { fetchClient = fetch, headers = {}, ...options }: ClientOptions = {}) {
  const { ChatClient, fetchServerSentEvents } = await clientPackage('@tanstack/ai-client')
  const errors: unknown[] = []
  const connection = fetchServerSentEvents(`${url}/chat`, { fetchClient, headers, reconnect: { delayMs: 0 } })
  const client = new ChatClient({ connection, onError: (error: unknown) => void errors.push(error), ...options })
  client.attach()
  return { client, connection, errors }
}

/** What a client shows, without the ids that are others in each run. */
function shown(client: any): unknown {
  const messages = client.getMessages().map(({ role, parts }: any) => ({ role, parts }))
  return JSON.parse(JSON.stringify(messages).replaceAll(/call_[0-9a-f]+/g, 'call'))
}

function answerOf(client: any): string {
  const parts = client.getMessages().at(-1)?.parts ?? []
  return parts.map(({ type, content }: any) => (type === 'text' ? content : '')).join('')
}

async function chunksOf(stream: AsyncIterable<any>): Promise<any[]> {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

/** Sends to one node, and comes back to another. */
function roaming(first: string, later: string): typeof fetch {
  return (target, init) => {
    const isFirst = new Headers(init?.headers).get('last-event-id') === null
    const url = target instanceof Request ? target.url : target.toString()
    return fetch(isFirst ? url : url.replace(first, later), init)
  }
}

describeWith('chat-clients', 'TanStack AI at chat routes', () => {
  test('a connection that is cut behind any frame, or behind each, goes on, on another node too', async () => {
    const journal = memoryJournal()
    const { handler, calls } = answering()
    const node = await startChat(handler, { journal })
    const other = await startChat(handler, { journal })
    const watching = cutFetch([])
    const { client: uncut, errors } = await openClient(node.url, { fetchClient: watching.fetch })
    await uncut.sendMessage('Hi')
    expect([answerOf(uncut), errors]).toEqual(['It is 4 degrees.', []])
    const { runId } = JSON.parse(String(watching.requests[0]?.body))
    const total = framesOf(await (await fetch(`${node.url}/chat?offset=-1&runId=${runId}`)).text()).length
    expect(total).toBeGreaterThan(15)
    const send = roaming(node.url, other.url)
    const count = calls.length
    // Behind its last frame the client takes a cut for an answer without an end, whoever has sent it.
    for (let frames = 1; frames < total; frames += 1) {
      // So often that the last cut is before the last frame.
      const often = Math.ceil(total / frames) - 1
      for (const cuts of [[frames], Array.from({ length: often }, () => frames)]) {
        const cutting = cutFetch(cuts, send)
        const { client, errors: told } = await openClient(node.url, { fetchClient: cutting.fetch })
        await client.sendMessage('Hi')
        expect(told).toEqual([])
        expect(shown(client), `cut after ${frames}`).toEqual(shown(uncut))
        const [first, ...later] = cutting.requests
        expect(first?.headers.get('last-event-id')).toBe(null)
        expect(later.every(({ headers }) => headers.get('last-event-id') !== null)).toBe(true)
        expect(later).toHaveLength(cuts.length)
      }
    }
    expect(calls.length - count).toBe(2 * (total - 1))
  })

  test('a reload joins the run by the id that the client gave it, on another node too, and sees its end', async () => {
    const journal = memoryJournal()
    const { handler, log, open, openAll } = stepped(['one ', 'two ', 'three'])
    const node = await startChat(handler, { journal })
    const other = await startChat(handler, { journal })
    const persistence = createStorage()
    const page = { id: 'chat-1', threadId: 'thread-1', persistence }
    open(0)
    const { client } = await openClient(node.url, page)
    const sending = client.sendMessage('Count')
    await until(() => answerOf(client) === 'one ')
    const reloaded = await openClient(other.url, page)
    await until(() => answerOf(reloaded.client) === 'one ')
    openAll()
    await sending
    await until(() => answerOf(reloaded.client) === 'one two three')
    await until(() => reloaded.client.getIsLoading() === false)
    expect(shown(reloaded.client)).toEqual(shown(client))
    expect([reloaded.errors, log]).toEqual([[], ['called', 'done', 'finally']])
  })

  test('a join has the whole run, also once it has ended, and goes on where it is cut behind any frame', async () => {
    const { handler, calls } = answering()
    const { url } = await startChat(handler)
    const cutting = cutFetch([])
    const { client } = await openClient(url, { fetchClient: cutting.fetch })
    await client.sendMessage('Hi')
    const { runId } = JSON.parse(String(cutting.requests[0]?.body))
    const { connection } = await openClient(url)
    const whole = await chunksOf(connection.joinRun(runId))
    expect(whole[0]).toMatchObject({ type: 'RUN_STARTED', runId })
    expect(whole.at(-1)).toMatchObject({ type: 'RUN_FINISHED', runId })
    for (let frames = 1; frames < whole.length; frames += 1) {
      const again = await openClient(url, { fetchClient: cutFetch([frames, frames]).fetch })
      expect(await chunksOf(again.connection.joinRun(runId))).toEqual(whole)
    }
    // By our own id as well, and behind a position that stands in the query.
    const { id: ownId } = framesOf(await (await fetch(`${url}/chat?offset=-1&runId=${runId}`)).text())[2] ?? { id: '' }
    const [ownRun = ''] = ownId.split('.')
    expect(await chunksOf(connection.joinRun(ownRun))).toEqual(whole)
    const rest = framesOf(await (await fetch(`${url}/chat?offset=${ownId}&runId=${runId}`)).text())
    expect(rest.map(({ data }) => JSON.parse(data).type)).toEqual(whole.slice(3).map(({ type }) => type))
    expect(calls).toHaveLength(1)
  })

  describe('a run that is not known', () => {
    test('and one of another user are the same to a client, which forgets it', async () => {
      const { handler, open } = stepped(['one'])
      const { url } = await startChat(handler)
      const cutting = cutFetch([])
      const { client } = await openClient(url, { fetchClient: cutting.fetch })
      open(0)
      await client.sendMessage('Hi')
      const { runId } = JSON.parse(String(cutting.requests[0]?.body))
      const answers = []
      for (const name of [runId, 'run-unknown', 'a'.repeat(25)]) {
        const { connection } = await openClient(url, { headers: { user: 'Eve' } })
        await expect(chunksOf(connection.joinRun(name))).rejects.toThrow('status: 404')
        const response = await fetch(`${url}/chat?offset=-1&runId=${name}`, { headers: { user: 'Eve' } })
        answers.push([response.status, await response.text()])
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
        new Set([JSON.stringify([404, '{"code":"not_found","message":"There is no such run."}'])]),
      )
      expect((await fetch(`${url}/chat`)).status).toBe(400)
      const persistence = createStorage()
      const resume = { resumeState: { threadId: 'thread-1', runId: 'run-unknown' } }
      persistence.setItem('thread-1', { messages: [], resume })
      const lost = await openClient(url, { id: 'chat-1', threadId: 'thread-1', persistence })
      await until(() => lost.client.getIsLoading() === false)
      expect([lost.errors, lost.client.getMessages()]).toEqual([[], []])
      await until(() => persistence.getItem('thread-1')?.resume === undefined)
    })
  })
})
