// Two live pages of one chat that ask at the same time: the server answers one of them, and both show it.
import { describe, expect, onTestFinished, test } from 'vitest'
import { createChat, type Chat, type CreateChatOptions } from '../../src/chat/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { texts } from '../support/chat/conversing.ts'
import { urlOf } from '../support/chat/url-of.ts'
import { until } from '../support/server/asking.ts'
import { createGate } from '../support/time/gate.ts'

function open(url: string, options: Partial<CreateChatOptions> = {}): Chat {
  const page = createChat({ url: `${url}/chat`, id: 'c', live: true, retry: { minMs: 0, maxMs: 50 }, ...options })
  onTestFinished(() => page.close())
  return page
}

function isRefused(page: Chat): boolean {
  return page.getSnapshot().error?.code === 'busy'
}

/** What a page shows. */
function shown(page: Chat): string {
  const { status, messages } = page.getSnapshot()
  return [status, ...texts(messages)].join(' | ')
}

/** A page of which the requests to the feed of the chat wait until `open` is called: news reach it late. */
function uninformed() {
  const gate = createGate()
  const fetch: typeof globalThis.fetch = async (target, init) => {
    if (urlOf(target).endsWith('/runs')) await gate.opened
    return globalThis.fetch(target, init)
  }
  return { fetch, open: () => gate.open() }
}

/** One page has asked `first`, and another, which did not know of that, `second`: it was refused. */
async function refused(ask: (page: Chat) => Promise<void> = (page) => page.send('second'), saved?: string[][]) {
  let count = 0
  const { handler, open: openGate, openAll, log } = stepped(['one ', 'two'])
  const { url } = await startChat((ctx) => {
    count += 1
    if (ctx.messages.some((message) => texts([message])[0] === 'user: first') && count === 2) return handler(ctx)
    return (async function* () {
      yield texts(ctx.messages).join(', ')
    })()
  })
  const before = open(url, { live: false })
  await before.send('zero')
  const { messages } = before.getSnapshot()
  const news = uninformed()
  const save: CreateChatOptions['save'] = (all) => void saved?.push(texts(all))
  const [winner, loser] = [open(url, { messages }), open(url, { messages, fetch: news.fetch, save })] as const
  const won = winner.send('first')
  await until(() => log.includes('called'))
  await ask(loser)
  const history = 'user: zero | assistant: user: zero'
  return { winner, loser, won, news, openGate, openAll, history }
}

describe('a page whose message was refused, because another page was faster,', () => {
  test('shows the other exchange as it comes, and its own message behind it, which can be sent again', async () => {
    const saved: string[][] = []
    const { winner, loser, won, news, openGate, openAll, history } = await refused(undefined, saved)
    expect(shown(loser)).toBe(`error | ${history} | user: second`)
    expect(loser.getSnapshot()).toMatchObject({ outcome: 'failed', error: { code: 'busy', retryable: true } })
    news.open()
    await until(() => shown(loser) === `submitted | ${history} | user: first | user: second`)
    openGate(0)
    await until(() => shown(loser) === `streaming | ${history} | user: first | assistant: one  | user: second`)
    expect(loser.getSnapshot().error).toBeUndefined()
    openAll()
    await won
    await until(() => shown(loser) === `error | ${history} | user: first | assistant: one two | user: second`)
    expect(loser.getSnapshot().error?.code).toBe('busy')
    expect(saved.at(-1)).toEqual(texts(loser.getSnapshot().messages))
    await loser.retry()
    const last = 'assistant: user: zero, assistant: user: zero, user: first, assistant: one two, user: second'
    const all = `ready | ${history} | user: first | assistant: one two | user: second | ${last}`
    expect(shown(loser)).toBe(all)
    await until(() => shown(winner) === all)
  })

  test('sends it behind the other answer where it is to be sent again while that comes', async () => {
    const { winner, loser, won, news, openGate, openAll, history } = await refused()
    news.open()
    openGate(0)
    await until(() => shown(loser).startsWith('streaming'))
    const sent = loser.retry()
    void loser.send('third')
    expect(shown(loser)).toBe(`streaming | ${history} | user: first | assistant: one  | user: second | user: third`)
    expect(loser.getSnapshot().queued).toBe(2)
    openAll()
    await Promise.all([won, sent])
    await until(() => loser.getSnapshot().status === 'ready' && loser.getSnapshot().queued === 0)
    expect(texts(loser.getSnapshot().messages).filter((text) => text.startsWith('user'))).toEqual(
      ['zero', 'first', 'second', 'third'].map((text) => `user: ${text}`),
    )
    await until(() => shown(winner) === shown(loser))
  })

  test('sends it before the next, if that is what the person does', async () => {
    const { winner, loser, won, news, openAll } = await refused()
    news.open()
    openAll()
    await won
    await until(() => shown(loser).includes('one two'))
    await loser.send('third')
    expect(texts(loser.getSnapshot().messages).slice(2)).toEqual([
      'user: first',
      'assistant: one two',
      'user: second',
      expect.stringMatching(/user: second$/),
      'user: third',
      expect.stringMatching(/user: third$/),
    ])
    expect(loser.getSnapshot()).toMatchObject({ status: 'ready', error: undefined })
    await until(() => winner.getSnapshot().messages.at(-1)?.id === loser.getSnapshot().messages.at(-1)?.id)
  })

  test('gives it up when the conversation is replaced, and keeps it over stop()', async () => {
    const { loser, won, news, openGate, history } = await refused()
    news.open()
    openGate(0)
    await until(() => shown(loser).startsWith('streaming'))
    await loser.stop()
    await won
    expect(shown(loser)).toBe(`error | ${history} | user: first | assistant: one  | user: second`)
    loser.setMessages([])
    expect(shown(loser)).toBe('ready')
  })

  test.each<readonly [string, (page: Chat) => Promise<void>, string]>([
    ['edited', (page) => page.edit(page.getSnapshot().messages[0]?.id ?? '', 'changed'), 'user: changed'],
    ['answered anew', (page) => page.regenerate(), 'user: zero'],
  ])('shows what was to be %s as it was until it is asked again', async (_, ask, question) => {
    const { winner, loser, won, news, openAll, history } = await refused(ask)
    expect(shown(loser)).toBe(`error | ${history}`)
    news.open()
    openAll()
    await won
    await until(() => shown(loser) === `error | ${history} | user: first | assistant: one two`)
    await loser.retry()
    expect(shown(loser)).toBe(`ready | ${question} | assistant: ${question}`)
    await until(() => shown(winner) === shown(loser))
  })
})

test('a message of two that were sent in the same moment is shown on both pages, and then the other', async () => {
  const { handler, openAll } = stepped(['one'])
  const { url } = await startChat(handler)
  const pages = [open(url), open(url)] as const
  const sent = pages.map((page, index) => page.send(`from ${index}`))
  await until(() => pages.some((page) => page.getSnapshot().error?.code === 'busy'))
  openAll()
  await Promise.all(sent)
  await until(() => pages.some((page) => isRefused(page) && page.getSnapshot().messages.length === 3))
  await pages.find(isRefused)?.retry()
  await until(() => pages.every((page) => page.getSnapshot().messages.length === 4))
  await until(() => shown(pages[0]) === shown(pages[1]))
  expect(shown(pages[0])).toMatch(
    /^ready \| user: from (\d) \| assistant: one \| user: from (?!\1)\d \| assistant: one$/,
  )
})

test('a page that stops its tools follows what another page has asked meanwhile', async () => {
  const { url } = await startChat(async function* ({ messages }) {
    if (messages.length > 1) yield 'Here.'
    else yield { type: 'tool-input-available', toolCallId: 'c1', toolName: 'wait', input: {}, executor: 'client' }
  })
  const busy = open(url, { tools: { wait: () => new Promise(() => {}) } })
  await busy.send('Hello')
  const other = open(url, { live: false, resume: false, messages: busy.getSnapshot().messages })
  await other.send('And?')
  const feed = open(url)
  await feed.resume()
  expect(busy.getSnapshot().messages).toHaveLength(2)
  await busy.stop()
  await until(() => texts(busy.getSnapshot().messages).join() === 'user: Hello,assistant: ,user: And?,assistant: Here.')
})
