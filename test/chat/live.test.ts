// Chats that are live: what one page says, and how it is answered, is seen on the others as it comes.
import { describe, expect, onTestFinished, test } from 'vitest'
import { createChat, type Chat, type ChatMessage, type CreateChatOptions } from '../../src/chat/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { until } from '../support/server/asking.ts'
import { urlOf } from '../support/chat/url-of.ts'

/** A page of the chat. */
function open(url: string, options: Partial<CreateChatOptions> = {}): Chat {
  const page = createChat({ url: `${url}/chat`, id: 'c', live: true, retry: { minMs: 0, maxMs: 50 }, ...options })
  onTestFinished(() => page.close())
  return page
}

function textsOf(messages: readonly ChatMessage[]): string[] {
  return messages.map(({ role, parts }) => {
    const said = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
    return `${role}: ${said}`
  })
}

/** What a page shows. */
function shown(page: Chat): string {
  const { status, messages } = page.getSnapshot()
  return [status, ...textsOf(messages)].join(' | ')
}

async function untilAll(pages: readonly Chat[], text: string): Promise<void> {
  await until(() => pages.every((page) => shown(page) === text))
}

/** Counts the requests of a page, by their last path segment. */
function counting() {
  const counts: Record<string, number> = {}
  const fetch: typeof globalThis.fetch = (target, init) => {
    const name = `${init?.method ?? 'GET'} ${urlOf(target).split('/').at(-1)}`
    counts[name] = (counts[name] ?? 0) + 1
    return globalThis.fetch(target, init)
  }
  return { counts, fetch }
}

describe('a page that says nothing', () => {
  test('shows what another has asked and the answer as it comes, over nodes, and on a reload in the middle', async () => {
    const journal = memoryJournal()
    const { handler, log, open: openGate, openAll } = stepped(['one ', 'two'])
    const here = await startChat(handler, { journal })
    const there = await startChat(handler, { journal })
    const pages = [open(here.url), open(there.url)]
    const sent = pages[0]?.send('Hello')
    await untilAll(pages, 'submitted | user: Hello')
    openGate(0)
    await untilAll(pages, 'streaming | user: Hello | assistant: one ')
    const reloaded = open(there.url)
    await untilAll([...pages, reloaded], 'streaming | user: Hello | assistant: one ')
    openAll()
    await sent
    await untilAll([...pages, reloaded], 'ready | user: Hello | assistant: one two')
    const [first, ...others] = pages.map((page) => page.getSnapshot().messages)
    for (const other of others) expect(other).toEqual(first)
    await pages[1]?.send('Again')
    await untilAll([...pages, reloaded], 'ready | user: Hello | assistant: one two | user: Again | assistant: one two')
    expect(log.filter((entry) => entry === 'called')).toHaveLength(2)
  })

  test('can stop the answer, for all', async () => {
    const { handler, log, open: openGate } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    const pages = [open(url), open(url)]
    const sent = pages[0]?.send('Hello')
    openGate(0)
    await untilAll(pages, 'streaming | user: Hello | assistant: one')
    await pages[1]?.stop()
    await sent
    await untilAll(pages, 'ready | user: Hello | assistant: one')
    expect(pages.map((page) => page.getSnapshot().outcome)).toEqual(['stopped', 'stopped'])
    await until(() => log.includes('finally aborted'))
  })

  test('has its own message wait for the answer that it follows', async () => {
    const { handler, open: openGate, openAll } = stepped(['one'])
    const { url } = await startChat((ctx) =>
      ctx.messages.length === 1
        ? handler(ctx)
        : (async function* () {
            yield textsOf(ctx.messages).join(', ')
          })(),
    )
    const pages = [open(url), open(url)]
    void pages[0]?.send('Hello')
    await untilAll(pages, 'submitted | user: Hello')
    const sent = pages[1]?.send('And I')
    expect(pages[1]?.getSnapshot().queued).toBe(1)
    openGate(0)
    openAll()
    await sent
    await untilAll(
      pages,
      'ready | user: Hello | assistant: one | user: And I | assistant: user: Hello, assistant: one, user: And I',
    )
  })

  test('takes what was answered anew, or edited, for what was there', async () => {
    let count = 0
    const { url } = await startChat(async function* () {
      count += 1
      yield String(count)
    })
    const pages = [open(url), open(url)]
    await pages[0]?.send('a')
    await untilAll(pages, 'ready | user: a | assistant: 1')
    await pages[1]?.send('b')
    await untilAll(pages, 'ready | user: a | assistant: 1 | user: b | assistant: 2')
    await pages[0]?.regenerate()
    await untilAll(pages, 'ready | user: a | assistant: 1 | user: b | assistant: 3')
    await pages[0]?.edit(pages[0].getSnapshot().messages[0]?.id ?? '', 'c')
    await untilAll(pages, 'ready | user: c | assistant: 4')
  })

  test('leaves tools to the page that has asked, and shows how the answer goes on', async () => {
    const { url } = await startChat(async function* ({ trigger }) {
      if (trigger === 'continue') yield ' Done.'
      else yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'now', input: {}, executor: 'client' }
    })
    const ran: string[] = []
    const pages = ['first', 'second'].map((name) =>
      open(url, {
        tools: {
          now: () => {
            ran.push(name)
            return 1
          },
        },
      }),
    )
    await pages[0]?.send('Hello')
    await untilAll(pages, 'ready | user: Hello | assistant:  Done.')
    expect(ran).toEqual(['first'])
  })

  test('is told of what it has missed while its connection was cut, in order', async () => {
    let isCut = false
    const cuts = new Set<AbortController>()
    const fetch: typeof globalThis.fetch = (target, init) => {
      if (!urlOf(target).endsWith('/runs')) return globalThis.fetch(target, init)
      if (isCut) return Promise.reject(new TypeError('The network is away.'))
      const cut = new AbortController()
      cuts.add(cut)
      const signals = [cut.signal, ...(init?.signal ? [init.signal] : [])]
      return globalThis.fetch(target, { ...init, signal: AbortSignal.any(signals) })
    }
    const { url } = await startChat(async function* ({ messages }) {
      yield `${messages.length}`
    })
    const pages = [open(url), open(url, { fetch })]
    await pages[0]?.send('a')
    await untilAll(pages, 'ready | user: a | assistant: 1')
    isCut = true
    for (const cut of cuts) cut.abort()
    await pages[0]?.send('b')
    await pages[0]?.send('c')
    isCut = false
    await untilAll(pages, 'ready | user: a | assistant: 1 | user: b | assistant: 3 | user: c | assistant: 5')
  })
})

describe('the feed', () => {
  test('is read only where the chat is live, only once, and not after close()', async () => {
    const { url } = await startChat(async function* () {
      yield 'ok'
    })
    const plain = counting()
    const quiet = open(url, { live: false, fetch: plain.fetch })
    await quiet.send('Hello')
    expect(plain.counts['GET runs']).toBeUndefined()
    const live = counting()
    const page = open(url, { fetch: live.fetch })
    await page.resume()
    await page.send('Hello')
    expect(live.counts).toMatchObject({ 'GET runs': 1, 'POST chat': 1 })
    // What it has asked for itself is not followed a second time.
    expect(live.counts['GET stream']).toBeLessThan(3)
    page.close()
    await quiet.send('Again')
    expect(live.counts['GET runs']).toBe(1)
  })

  test('is done without where the server has none', async () => {
    const { url } = await startChat(
      async function* () {
        yield 'ok'
      },
      { isBound: true },
    )
    const { counts, fetch } = counting()
    const page = open(url, { fetch })
    await page.send('Hello')
    expect(shown(page)).toBe('ready | user: Hello | assistant: ok')
    await until(() => counts['GET runs'] === 1)
    await page.send('Again')
    expect(counts['GET runs']).toBe(1)
  })

  test('is left while the page is not seen, and gone on with when it is', async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden', hidden: true })
    Reflect.set(globalThis, 'document', page)
    onTestFinished(() => void Reflect.deleteProperty(globalThis, 'document'))
    const turn = (visibilityState: string): void => {
      Object.assign(page, { visibilityState, hidden: visibilityState === 'hidden' })
      page.dispatchEvent(new Event('visibilitychange'))
    }
    const { url, server } = await startChat(async function* () {
      yield 'ok'
    })
    const asking = open(url, { live: false })
    const { counts, fetch } = counting()
    // Opened in the background: it asks once, where it stands.
    const live = open(url, { fetch })
    await until(() => counts['GET runs'] === 1 && server.openStreams === 1)
    await until(() => server.openStreams === 0)
    await asking.send('a')
    expect(shown(live)).toBe('ready')
    turn('visible')
    await until(() => shown(live) === 'ready | user: a | assistant: ok')
    turn('hidden')
    await until(() => server.openStreams === 0)
    await asking.send('b')
    turn('visible')
    await until(() => shown(live) === 'ready | user: a | assistant: ok | user: b | assistant: ok')
    expect(counts['GET runs']).toBe(3)
  })
})

test('a message that is dropped while it waits is over for whoever has sent it', async () => {
  const { handler, open: openGate } = stepped(['one', 'two'])
  const { url } = await startChat(handler)
  const page = open(url, { live: false })
  const first = page.send('First')
  openGate(0)
  await until(() => shown(page).includes('one'))
  const second = page.send('Second')
  await page.stop()
  await Promise.all([first, second])
  expect(shown(page)).toBe('ready | user: First | assistant: one')
})
