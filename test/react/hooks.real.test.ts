// The hooks in a page.
import { createElement } from 'react'
import { expect, test, vi } from 'vitest'
import { createChat } from '../../src/chat/index.ts'
import { useChat, useChatMessage, useStream, type UseChat, type UseStream } from '../../src/react/index.ts'
import { startChat, stepped } from '../support/chat/chat-node.ts'
import { render, type Component } from '../support/chat/render.ts'
import { describeWith } from '../support/component/component.ts'
import { createGate } from '../support/time/gate.ts'
import { until } from '../support/server/asking.ts'
import { withoutSteps } from '../support/chat/without-steps.ts'

/** A stream of events whose server says them one after another. */
function scripted() {
  const requests: {
    readonly lastEventId: string | null
    readonly send: (text: string) => void
    readonly end: () => void
  }[] = []
  let closed = 0
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const encoder = new TextEncoder()
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const lastEventId = new Headers(init?.headers).get('last-event-id')
        requests.push({
          lastEventId,
          send: (text) => controller.enqueue(encoder.encode(text)),
          end: () => controller.close(),
        })
        init?.signal?.addEventListener('abort', () => {
          closed += 1
        })
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  vi.stubGlobal('fetch', fetch)
  return { requests, closed: () => closed }
}

describeWith('chat-clients', 'useChat()', () => {
  test('shows a chat in StrictMode, of one component and of its messages', async () => {
    const { handler, open, openAll } = stepped(['one', 'two'])
    const { url } = await startChat(handler)
    let chat: UseChat | undefined
    let renders = 0
    const Message = ({ id }: { id: string }): string => {
      const message = chat === undefined ? undefined : useChatMessage(chat.chat, id)
      renders += message?.role === 'user' ? 1 : 0
      return message?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('') ?? ''
    }
    const { text, hide } = await render(() => {
      chat = useChat({ url: `${url}/chat`, retry: { minMs: 0 } })
      const list = chat.messages.map(({ id }) => createElement(Message, { id, key: id }))
      return Reflect.apply(createElement, undefined, ['p', null, chat.status, ': ', ...list])
    })
    await until(() => text() === 'ready: ')
    const sent = chat?.send('Hello ')
    open(0)
    await until(() => text() === 'streaming: Hello one')
    openAll()
    await sent
    await until(() => text() === 'ready: Hello onetwo')
    expect(renders).toBeLessThan(12)
    hide()
  })

  test('follows the answer of its chat, and leaves it when it goes', async () => {
    const { handler, log, open, openAll } = stepped(['one ', 'two'])
    const { url } = await startChat(handler)
    const before = createChat({ url: `${url}/chat`, id: 'c', resume: false })
    void before.send('Hello')
    open(0)
    await until(() => before.getSnapshot().messages.length === 2)
    before.close()
    const show = (): Component => () => {
      const { status, messages } = useChat({ url: `${url}/chat`, id: 'c', retry: { minMs: 0 } })
      return `${status}: ${JSON.stringify(withoutSteps(messages.at(-1)?.parts)[0] ?? null)}`
    }
    const first = await render(show())
    await until(() => first.text().includes('"one "'))
    first.hide()
    const second = await render(show())
    await until(() => second.text().includes('"one "'))
    openAll()
    await until(() => second.text().startsWith('ready') && second.text().includes('one two'))
    expect(log).toEqual(['called', 'done', 'finally'])
  })

  test('calls the functions of the last render', async () => {
    const { url } = await startChat(async function* () {
      yield 'ok'
    })
    const told: number[] = []
    let count = 0
    let chat: UseChat | undefined
    await render(() => {
      count += 1
      const now = count
      chat = useChat({ url: `${url}/chat`, onEnd: () => told.push(now) })
      return chat.status
    })
    await until(() => chat !== undefined)
    await chat?.send('Hello')
    const before = count
    await until(() => chat?.status === 'ready')
    await chat?.send('Hello')
    expect(told).toHaveLength(2)
    expect(told[1]).toBeGreaterThan(told[0] ?? 0)
    expect(told[1]).toBeGreaterThanOrEqual(before)
  })
})

const Sum: Component = () => {
  const { value } = useStream<{ n: number }, number>('http://feed/a', { reduce: (sum, { n }) => sum + n, initial: 0 })
  return `[${value}]`
}

const List: Component = () => {
  const { value, status } = useStream<{ n: number }>('http://feed/a')
  return `(${status}: ${value.map(({ n }) => n).join()})`
}

describeWith('chat-clients', 'useStream()', () => {
  test('shares one connection, in StrictMode, and closes it with the last', async () => {
    const { requests, closed } = scripted()
    try {
      const first = await render(Sum, List)
      await until(() => requests.length > 0)
      requests[0]?.send('data: {"n":1}\n\ndata: {"n":2}\n\n')
      await until(() => first.text() === '[3](open: 1,2)')
      const second = await render(Sum)
      await until(() => second.text() === '[3]')
      first.hide()
      requests[0]?.send('data: {"n":4}\n\n')
      await until(() => second.text() === '[7]')
      expect([requests.length, closed()]).toEqual([1, 0])
      second.hide()
      await until(() => closed() === 1)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('tells of many events at once, and of each', async () => {
    const { requests } = scripted()
    try {
      let renders = 0
      const { text } = await render(() => {
        renders += 1
        const { value } = useStream<{ n: number }, number>('http://feed/b', {
          reduce: (sum, { n }) => sum + n,
          initial: 0,
          maxEvents: 10,
        })
        return String(value)
      })
      await until(() => requests.length > 0)
      for (let count = 0; count < 5000; count += 1) requests[0]?.send('data: {"n":1}\n\n')
      await until(() => text() === '5000')
      expect(renders).toBeLessThan(100)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('stops, goes on where it was, ends, and fails', async () => {
    const { requests, closed } = scripted()
    try {
      let last: UseStream<readonly unknown[]> | undefined
      const { text } = await render(() => {
        last = useStream('http://feed/c', { stream: { retry: false } })
        return `${last.status}: ${last.value.join()}`
      })
      await until(() => requests.length > 0)
      requests[0]?.send('id: 7\ndata: a\n\n')
      await until(() => text() === 'open: a')
      last?.stop()
      await until(() => closed() === 1 && text() === 'ended: a')
      last?.resume()
      await until(() => requests.length === 2)
      expect(requests[1]?.lastEventId).toBe('7')
      requests[1]?.send('data: b\n\n')
      await until(() => text() === 'open: a,b')
      requests[1]?.end()
      await until(() => text() === 'ended: a,b')
      vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('lost')))
      last?.resume()
      await until(() => text() === 'error: a,b')
      expect(last?.error).toMatchObject({ code: 'ERR_STREAM_INTERRUPTED' })
    } finally {
      vi.unstubAllGlobals()
    }
  })

  test('reads what a function opens, and nothing while it is not enabled', async () => {
    const gate = createGate()
    let opened = 0
    let hasReturned = false
    const source = async function* (): AsyncGenerator<string> {
      opened += 1
      try {
        yield 'a'
        await gate.opened
        yield 'b'
      } finally {
        hasReturned = true
      }
    }
    const { text, hide } = await render(() => {
      const { value, status } = useStream(source, { enabled: false })
      return `${status}: ${value.join()}`
    })
    await until(() => text() === 'connecting: ')
    expect(opened).toBe(0)
    hide()
    const again = await render(() => {
      const { value, status } = useStream(source)
      return `${status}: ${value.join()}`
    })
    await until(() => again.text() === 'open: a')
    expect(opened).toBe(1)
    gate.open()
    await until(() => again.text() === 'ended: a,b')
    expect(hasReturned).toBe(true)
  })
})
