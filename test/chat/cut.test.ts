// Connections that break off: at every single event, and before there is an answer.
import { describe, expect, test } from 'vitest'
import { chat, type ChatHandler } from '../../src/ai/index.ts'
import { createChat, type ChatMessage, type CreateChatOptions } from '../../src/chat/index.ts'
import { memoryJournal } from '../../src/journal/index.ts'
import { startChat } from '../support/chat/chat-node.ts'
import { cutFetch } from '../support/chat/cut-fetch.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

const retry = { minMs: 0 }

/** Says something of every kind. */
const speaking: ChatHandler = async function* () {
  yield chat.reasoning('Hm.')
  yield 'It is '
  yield 'cold: '
  const { degrees } = yield* chat.tool('weather', { city: 'Oslo' }, () => ({ degrees: 4 }))
  yield `${degrees} degrees.`
  yield chat.data('weather', { degrees }, { id: 'oslo' })
  yield chat.source({ url: 'https://example.com/', title: 'Example' })
  yield 'Good bye.'
}

/** A conversation without what differs from run to run. */
function said(messages: readonly ChatMessage[]): unknown {
  return messages.map(({ role, parts }) => {
    return { role, parts: JSON.parse(JSON.stringify(parts).replaceAll(/call_\w+/g, 'call')) }
  })
}

async function ask(options: CreateChatOptions): Promise<{ messages: unknown; outcome: string | undefined }> {
  const conversation = createChat({ retry, ...options })
  await conversation.send('How is the weather?')
  const { messages, outcome } = conversation.getSnapshot()
  conversation.close()
  return { messages: said(messages), outcome }
}

describe('a connection that breaks off', () => {
  test('after any event changes nothing of what is told', async () => {
    let count = 0
    const { url } = await startChat((ctx) => {
      count += 1
      return speaking(ctx)
    })
    const whole = await ask({ url: `${url}/chat` })
    expect(whole.outcome).toBe('completed')
    expect(JSON.stringify(whole.messages)).toContain('Good bye.')
    count = 0
    let events = 0
    for (let isCut = true; isCut; events += 1) {
      const { fetch, requests } = cutFetch([events])
      expect(await ask({ url: `${url}/chat`, fetch }), `cut after ${events} events`).toEqual(whole)
      expect(count, `cut after ${events} events`).toBe(events + 1)
      isCut = requests.length > 1
    }
    expect(events).toBeGreaterThan(15)
  })

  test('again and again, after each event, changes nothing either, and is followed by its run', async () => {
    const { url } = await startChat(speaking)
    const whole = await ask({ url: `${url}/chat` })
    const { fetch, requests } = cutFetch(Array.from({ length: 40 }, () => 1))
    expect(await ask({ url: `${url}/chat`, fetch })).toEqual(whole)
    expect(requests.length).toBeGreaterThan(15)
    expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    expect(requests[1]?.url).toMatch(/\/chat\/[0-9a-z]{25}\/stream$/)
    expect(requests[1]?.headers.get('last-event-id')).toMatch(/^[0-9a-z]{25}\.1/)
  })

  test('is shown as reconnecting, and as offline where the device says so', async () => {
    const { url } = await startChat(speaking)
    const { fetch } = cutFetch([4, 6])
    const states: string[] = []
    const conversation = createChat({ url: `${url}/chat`, fetch: slow(fetch), retry })
    conversation.subscribe(() => states.push(conversation.getSnapshot().status))
    let isOnline = true
    const browser = {
      get onLine() {
        return isOnline
      },
    }
    Object.defineProperty(globalThis, 'navigator', { value: browser, configurable: true })
    try {
      const sent = conversation.send('Hello')
      await until(() => conversation.getSnapshot().status === 'reconnecting')
      isOnline = false
      await until(() => conversation.getSnapshot().status === 'offline')
      await sent
    } finally {
      Reflect.deleteProperty(globalThis, 'navigator')
    }
    expect(conversation.getSnapshot().status).toBe('ready')
    conversation.close()
  })

  test('of an answer that nobody keeps ends it: it cannot be told on, and is not asked for twice', async () => {
    let count = 0
    const { url } = await startChat(
      (ctx) => {
        count += 1
        return speaking(ctx)
      },
      { isBound: true },
    )
    const { fetch } = cutFetch([5])
    const conversation = createChat({ url: `${url}/chat`, fetch, retry })
    await conversation.send('Hello')
    const { status, outcome, error, messages } = conversation.getSnapshot()
    expect([status, outcome, error?.code, error?.retryable]).toEqual(['error', 'interrupted', 'interrupted', true])
    expect(withoutSteps(messages.at(-1)?.parts)[0]).toEqual({ type: 'reasoning', text: 'Hm.', state: 'done' })
    expect(count).toBe(1)
    await conversation.retry()
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed', error: undefined })
    expect(conversation.getSnapshot().messages).toHaveLength(2)
    conversation.close()
  })

  test('of an answer whose server has lost it ends it as interrupted, and retry() asks again', async () => {
    const journal = memoryJournal()
    const { url } = await startChat(speaking, { journal })
    const { fetch } = cutFetch([5])
    const lost: typeof fetch = async (target, init) => {
      if (init?.method === 'GET') return new Response('Gone.', { status: 410 })
      return fetch(target, init)
    }
    const conversation = createChat({ url: `${url}/chat`, fetch: lost, retry })
    await conversation.send('Hello')
    expect(conversation.getSnapshot()).toMatchObject({ status: 'error', outcome: 'interrupted' })
    await conversation.retry()
    expect(conversation.getSnapshot()).toMatchObject({ status: 'ready', outcome: 'completed' })
    conversation.close()
  })
})

describe('a message whose answer is lost', () => {
  test('is sent again, and answered once', async () => {
    let count = 0
    const { url } = await startChat((ctx) => {
      count += 1
      return speaking(ctx)
    })
    const { requests, fetch } = cutFetch([])
    let failures = 2
    const losing: typeof fetch = async (target, init) => {
      const response = await fetch(target, init)
      if (failures === 0) return response
      failures -= 1
      await response.body?.cancel()
      throw new TypeError('The connection was reset.')
    }
    const { outcome } = await ask({ url: `${url}/chat`, fetch: losing })
    expect(outcome).toBe('completed')
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST'])
    const keys = new Set(requests.map(({ headers }) => headers.get('idempotency-key')))
    expect([keys.size, count]).toEqual([1, 1])
  })

  test('is not sent again to another server', async () => {
    let count = 0
    const fetch = async (): Promise<Response> => {
      count += 1
      throw new TypeError('The connection was reset.')
    }
    const conversation = createChat({ url: 'http://other/chat', server: 'other', fetch, retry })
    await conversation.send('Hello')
    expect(count).toBe(1)
    expect(conversation.getSnapshot()).toMatchObject({ status: 'error', outcome: 'failed', error: { retryable: true } })
  })

  test('fails once the attempts are used up, and retry() sends it under the same key', async () => {
    const keys: (string | null)[] = []
    const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
      keys.push(new Headers(init?.headers).get('idempotency-key'))
      throw new TypeError('The connection was reset.')
    }
    const conversation = createChat({ url: 'http://away/chat', fetch, retry: { minMs: 0, attempts: 2 } })
    await conversation.send('Hello')
    expect(keys).toHaveLength(3)
    expect(conversation.getSnapshot()).toMatchObject({ status: 'error', messages: [{ role: 'user' }] })
    await conversation.retry()
    expect(keys).toHaveLength(6)
    expect(new Set(keys).size).toBe(1)
  })

  test('waits for a proxy whose server is being started again', async () => {
    const { url } = await startChat(speaking)
    let failures = 2
    const starting: typeof fetch = async (target, init) => {
      failures -= 1
      return failures >= 0 ? new Response('<html>', { status: 502 }) : fetch(target, init)
    }
    expect((await ask({ url: `${url}/chat`, fetch: starting })).outcome).toBe('completed')
  })
})

/** Waits a little before each request, so that what is shown in between can be seen. */
function slow(send: typeof fetch): typeof fetch {
  let count = 0
  return async (target, init) => {
    count += 1
    // oxlint-disable-next-line no-restricted-globals -- long enough for two frames, which tell of the state in between
    if (count > 1) await new Promise((resolve) => setTimeout(resolve, 40))
    return send(target, init)
  }
}
