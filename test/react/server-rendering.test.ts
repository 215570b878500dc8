// Hooks on a server: they are rendered, and nothing is requested.
import { createElement, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { useChat, useStream, useTopic } from '../../src/react/index.ts'

test('useChat(), useStream() and useTopic() render what they begin with, and ask for nothing', () => {
  const fetch = vi.fn()
  vi.stubGlobal('fetch', fetch)
  try {
    const messages = [{ id: 'm', role: 'user' as const, parts: [{ type: 'text' as const, text: 'Hello' }] }]
    const Page = (): string => {
      const chat = useChat({ url: '/chat', id: 'c', messages })
      const load = useStream<number, number>('/load', { reduce: (sum, more) => sum + more, initial: 7 })
      const list = useStream('/events')
      const latest = useTopic<number>('/topic', { initial: 3 })
      const last = useTopic<number>('/topic', { last: 2 })
      return `${chat.status} ${chat.messages.length} ${load.status} ${load.value} ${list.value.length} ${latest.value} ${last.status} ${last.value.length}`
    }
    expect(renderToString(createElement(StrictMode, null, createElement(Page)))).toBe(
      'ready 1 connecting 7 0 3 connecting 0',
    )
    expect(fetch).not.toHaveBeenCalled()
  } finally {
    vi.unstubAllGlobals()
  }
})
