// What a server renders, and its page takes over.
import { createElement, StrictMode } from 'react'
import { useChat, useStream, useTopic } from '../../../../src/react/index.ts'

const messages = [{ id: 'm', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }]

function Page() {
  const chat = useChat({ url: '/chat', id: 'chat-1', messages, resume: false })
  const list = useStream('/feed')
  const topic = useTopic('/feed', { initial: { n: 7 } })
  return createElement('p', null, `${chat.status} ${chat.messages.length} ${list.value.length} ${topic.value.n}`)
}

/** The whole of it. */
export const page = createElement(StrictMode, null, createElement(Page))
