// A page with our hooks in StrictMode: a chat, and components that read one stream. What it is to do stands in `?options=`.
import { createElement, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useChat, useStream } from '../../../../src/react/index.ts'

const { transport } = JSON.parse(new URLSearchParams(location.search).get('options'))
const retry = { minMs: 1, maxMs: 20 }

let chat
let stream
let setCount
let renders = 0
/** How often the page was shown, and how often it came from the back/forward cache. */
const pages = { shown: 0, kept: 0 }
addEventListener('pageshow', ({ persisted }) => {
  pages.shown += 1
  pages.kept += persisted ? 1 : 0
})

function Chat() {
  chat = useChat({ url: '/chat', id: 'chat-1', transport, retry })
  return null
}

function Sum() {
  renders += 1
  stream = useStream('/feed', { reduce: (sum, { n }) => sum + n, initial: 0 })
  return `[${stream.status} ${stream.value}]`
}

function Page() {
  const [count, set] = useState(0)
  setCount = set
  return [
    createElement(Chat, { key: 'chat' }),
    ...Array.from({ length: count }, (_, key) => createElement(Sum, { key })),
  ]
}

createRoot(document.getElementById('root')).render(createElement(StrictMode, null, createElement(Page)))

globalThis.subject = {
  send: (text) => chat.send(text),
  stop: () => chat.stop(),
  /** Shows so many components that read the stream. */
  show: (count) => setCount(count),
  shown: () => ({
    status: chat?.status,
    outcome: chat?.outcome,
    texts: chat?.messages.map(({ role, parts }) => `${role}: ${parts.map(({ text = '' }) => text).join('')}`),
    streams: document.getElementById('root').textContent,
    error: stream?.error?.message,
    renders,
    pages,
  }),
}
