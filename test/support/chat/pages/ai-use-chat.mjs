// A page with `useChat` of `@ai-sdk/react`, as its documentation shows it. What it is to do stands in `?options=`.
import { createElement, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Chat, useChat } from '@ai-sdk/react'
import {
  DefaultChatTransport,
  lastAssistantMessageIsCompleteWithApprovalResponses,
  lastAssistantMessageIsCompleteWithToolCalls,
} from 'ai'
import { createChatTransport } from '../../../../src/chat/index.ts'

const options = JSON.parse(new URLSearchParams(location.search).get('options'))
const { id = 'chat-1', transport: kind = 'stock', resume = false, isStrict = false, ownChat = false } = options
const stored = JSON.parse(localStorage.getItem(id) ?? '[]')
const told = { data: [], errors: [], finished: [] }

const transport =
  kind === 'ours'
    ? createChatTransport({ api: '/chat', retry: { minMs: 1, maxMs: 20 } })
    : new DefaultChatTransport({ api: '/chat' })

const settings = {
  id,
  messages: stored,
  transport,
  sendAutomaticallyWhen: (state) =>
    lastAssistantMessageIsCompleteWithToolCalls(state) || lastAssistantMessageIsCompleteWithApprovalResponses(state),
  onToolCall: ({ toolCall }) => {
    if (toolCall.toolName !== 'where') return
    void hook.addToolOutput({ tool: 'where', toolCallId: toolCall.toolCallId, output: { title: document.title } })
  },
  onData: ({ data }) => void told.data.push(data),
  onError: ({ message }) => void told.errors.push(message),
  onFinish: ({ isAbort, isDisconnect, isError }) => void told.finished.push({ isAbort, isDisconnect, isError }),
}
const chat = ownChat ? new Chat(settings) : undefined

let hook

function Message({ message }) {
  const parts = message.parts.map((part, index) =>
    createElement('span', { key: index, 'data-type': part.type }, part.type === 'text' ? part.text : ''),
  )
  return createElement('p', { 'data-role': message.role }, parts)
}

function Page() {
  hook = useChat(chat === undefined ? { ...settings, resume } : { chat, resume })
  const { messages, status } = hook
  // An application stores what a reload is to find.
  localStorage.setItem(id, JSON.stringify(messages))
  return [
    createElement('output', { key: 'status' }, status),
    ...messages.map((message) => createElement(Message, { key: message.id, message })),
  ]
}

const root = createRoot(document.getElementById('root'))
root.render(isStrict ? createElement(StrictMode, null, createElement(Page)) : createElement(Page))

globalThis.subject = {
  send: (text, messageId) => hook.sendMessage({ text, ...(messageId !== undefined && { messageId }) }),
  regenerate: (messageId) => hook.regenerate(messageId === undefined ? undefined : { messageId }),
  stop: () => hook.stop(),
  approve: (approvalId, approved) => hook.addToolApprovalResponse({ id: approvalId, approved }),
  forget: () => localStorage.clear(),
  hide: () => root.render(null),
  shown: () => ({
    status: hook?.status,
    error: hook?.error?.message,
    messages: hook?.messages,
    texts: [...document.querySelectorAll('p')].map((element) => `${element.dataset.role}: ${element.textContent}`),
    told,
  }),
}
