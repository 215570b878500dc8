// Child process of the measures `chat` and `chats`: a server whose model answers with a fixed number of tokens at once, and then
// ends, or holds its answer open.
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { Server, serve } from '../../dist/adapters/index.js'
import { chatRoutes } from '../../dist/ai/index.js'
import { createChannels } from '../../dist/channel/index.js'
import { answerAsks } from './answer-asks.mjs'
import { openJournal } from './open-journal.mjs'
import { readMemory } from './read-memory.mjs'

const clients = createRequire(import.meta.url)('../../chat-clients/load.cjs')

let cpu

answerAsks({
  /** Starts the server of one subject; resolves to its url. */
  start: async ({ subject, tokens, holds, component }) => {
    const { streamText, pipeUIMessageStreamToResponse, toUIMessageStream } = await clients.load('ai')
    const model = await mockModel(tokens, holds)
    if (subject === 'ai') return startAi({ streamText, pipeUIMessageStreamToResponse, toUIMessageStream, model })
    const journal = subject === 'bound' ? undefined : await openJournal(subject, component)
    await journal?.ready()
    const resume = journal && createChannels({ journal }).runs({ owner: () => 'somebody' })
    const handler = ({ signal }) => streamText({ model, prompt: 'Hello', abortSignal: signal })
    const server = new Server([chatRoutes({ path: '/chat', resume, handler })])
    const handle = serve({ fetch: server.fetch, port: 0 })
    await handle.ready
    return `${handle.url}/chat`
  },
  /** Begins to count the process's CPU time. */
  begin: () => {
    cpu = process.cpuUsage()
  },
  /** The CPU time since then, in microseconds. */
  end: () => {
    const { user, system } = process.cpuUsage(cpu)
    return { cpuUs: user + system }
  },
  memory: readMemory,
})

/** What `ai` itself makes of the same model. */
async function startAi({ streamText, pipeUIMessageStreamToResponse, toUIMessageStream, model }) {
  const server = createServer((request, response) => {
    const { stream } = streamText({ model, prompt: 'Hello' })
    pipeUIMessageStreamToResponse({ response, stream: toUIMessageStream({ stream }) })
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${server.address().port}`
}

async function mockModel(tokens, holds = false) {
  const { MockLanguageModelV4 } = await clients.load('ai/test')
  const counts = { inputTokens: { total: 1 }, outputTokens: { total: tokens } }
  const chunks = [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '0' },
    ...Array.from({ length: tokens }, (_, index) => ({ type: 'text-delta', id: '0', delta: ` word${index % 10}` })),
    { type: 'text-end', id: '0' },
    { type: 'finish', finishReason: { unified: 'stop', raw: 'stop' }, usage: counts },
  ]
  const doStream = async () => ({
    stream: new ReadableStream({
      start: (controller) => {
        for (const chunk of holds ? chunks.slice(0, -2) : chunks) controller.enqueue(chunk)
        if (!holds) controller.close()
      },
    }),
  })
  return new MockLanguageModelV4({ doStream })
}
