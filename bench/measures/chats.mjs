// Measure `chats`: the memory of chats that are being answered at the same time, beside what `ai` takes by itself.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatCount } from '../report/table.mjs'
import { startWorker } from '../workers/worker.mjs'

const columns = [
  { title: 'server', value: ({ name }) => name },
  { title: 'heap bytes/chat', value: ({ heap }) => formatCount(heap) },
  { title: 'RSS bytes/chat', value: ({ resident }) => formatCount(resident) },
]
const file = fileURLToPath(new URL('../workers/chat-child.mjs', import.meta.url))

const subjects = [
  { subject: 'ai', name: 'ai: toUIMessageStream' },
  { subject: 'bound', name: 'Tidings, bound to their readers' },
  { subject: 'memory', name: 'Tidings, runs in memory' },
]

/**
 * Bytes a chat whose reader has had `tokens` tokens and waits for more: the slope between a fifth of the chats and all of them,
 * so that code and warm-up do not count. The log of a run in memory is part of it.
 */
export async function measureChats({ sizes }) {
  const { chats, tokens } = sizes.chats
  const title = `${formatCount(chats)} chats at once, ${tokens} tokens into their answers, by streamText of ai with a mock model`
  const notes = []
  if (!existsSync(new URL('../../chat-clients/node_modules/ai', import.meta.url)))
    return { title, columns, rows: [], notes: ['not measured: chat-clients/ is not installed (npm ci in that folder)'] }
  const rows = []
  for (const { subject, name } of subjects) rows.push({ name, ...(await measure(subject, chats, tokens)) })
  return { title, columns, rows, notes }
}

async function measure(subject, chats, tokens) {
  const worker = startWorker(file, { core: 0, argument: subject })
  const readers = new AbortController()
  try {
    const url = await worker.ask('start', { subject, tokens, holds: true, component: {} })
    const few = Math.floor(chats / 5)
    await hold(url, { from: 0, to: few, tokens, signal: readers.signal })
    const before = await worker.ask('memory')
    await hold(url, { from: few, to: chats, tokens, signal: readers.signal })
    const after = await worker.ask('memory')
    const count = chats - few
    return { heap: (after.heap - before.heap) / count, resident: (after.resident - before.resident) / count }
  } finally {
    readers.abort()
    await worker.stop()
  }
}

/** Opens chats, a few at a time, and reads each as far as the model has spoken. */
async function hold(url, { from, to, tokens, signal }) {
  for (let chat = from; chat < to; chat += 20) {
    const some = Array.from({ length: Math.min(20, to - chat) }, (_, index) => open(url, chat + index, tokens, signal))
    await Promise.all(some)
  }
}

async function open(url, chat, tokens, signal) {
  const parts = [{ type: 'text', text: 'Hello' }]
  const body = JSON.stringify({ id: `chat-${chat}`, messages: [{ id: 'u', role: 'user', parts }] })
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(url, { method: 'POST', headers, body, signal })
  const reader = response.body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  while (text.split('text-delta').length <= tokens) {
    const { done, value } = await reader.read()
    if (done) throw new Error(`the answer ended: ${text.slice(-200)}`)
    text += decoder.decode(value, { stream: true })
  }
}
