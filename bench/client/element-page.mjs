// The page of measure `element`: an answer at a steady pace, read by `createChat`, and shown by the element or not at all.
import { createChat } from '../../dist/chat/index.js'
import { defineChatElement } from '../../dist/chat-element/index.js'

const encoder = new TextEncoder()
let chat
defineChatElement()

/** Opens the chat, and waits until all that is there already has been shown. */
globalThis.prepare = async ({ text, isShown, tokens, perSecond, history = 0 }) => {
  const parts = tokensOf(text, tokens)
  const send = async () =>
    new Response(streamOf(parts, perSecond), { headers: { 'content-type': 'text/event-stream' } })
  chat = createChat({ url: '/chat', server: 'other', fetch: send, messages: messagesOf(history) })
  if (!isShown) return
  const element = document.createElement('tidings-chat')
  element.chat = chat
  document.body.append(element)
  await idle(1500)
}

/** Has the answer given, and resolves once it is shown. */
globalThis.run = async () => {
  performance.mark('tidings begin')
  await chat.send('Go')
  await idle(500)
}

function idle(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function frame(chunk) {
  return `data: ${JSON.stringify(chunk)}\n\n`
}

/** UI messages, as many every 10 ms as the pace asks for. */
function streamOf(parts, perSecond) {
  let sent = 0
  return new ReadableStream({
    async start(controller) {
      const write = (chunks) => controller.enqueue(encoder.encode(chunks.map(frame).join('')))
      write([
        { type: 'start', messageId: 'a' },
        { type: 'text-start', id: 't' },
      ])
      const begin = performance.now()
      while (sent < parts.length) {
        await idle(10)
        const due = Math.min(parts.length, Math.ceil(((performance.now() - begin) / 1000) * perSecond))
        write(parts.slice(sent, due).map((delta) => ({ type: 'text-delta', id: 't', delta })))
        sent = due
      }
      write([{ type: 'text-end', id: 't' }, { type: 'finish' }])
      controller.enqueue(encoder.encode('data: [DONE]\n\n'))
      controller.close()
    },
  })
}

const words =
  'the answer comes *bit by bit* and is `shown` as it comes, with **marks** and [links](https://example.com) in it'.split(
    ' ',
  )

function tokensOf(text, count) {
  const opening = text === 'code' ? ['```js\n'] : []
  const between = (index) => {
    if (text === 'code') return index % 12 === 11 ? '\n' : ' '
    if (text === 'paragraph' || index % 60 !== 59) return ' '
    return index % 240 === 239 ? '\n\n```js\nconst one = 1\n```\n\n' : '\n\n- '
  }
  return [...opening, ...Array.from({ length: count }, (_, index) => words[index % words.length] + between(index))]
}

function messagesOf(count) {
  return Array.from({ length: count }, (_, index) => ({
    id: `h${index}`,
    role: index % 2 === 0 ? 'user' : 'assistant',
    parts: [{ type: 'text', text: tokensOf('blocks', 80).join('') }],
  }))
}
