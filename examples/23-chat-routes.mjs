// A chat that survives a reload: one handler, read by useChat of the AI SDK, by the clients of OpenAI and Anthropic, and by curl.
//   curl -N http://localhost:3000/api/chat -H 'content-type: application/json' -d '{"id":"c1","messages":[{"id":"1","role":"user","parts":[{"type":"text","text":"Why?"}]}]}'
//   curl -N http://localhost:3000/api/chat/c1/stream
//   curl http://localhost:3000/api/chat/c1/stop -X POST
//   curl -N http://localhost:3000/api/chat/v1/chat/completions -H 'content-type: application/json' -d '{"model":"parrot","stream":true,"messages":[{"role":"user","content":"Why?"}]}'
import { fileURLToPath } from 'node:url'
import { defineRoutes, serve, Server } from 'tidings'
import { chat, chatRoutes } from 'tidings/ai'
import { createChannels } from 'tidings/channel'

const channels = createChannels() // in memory; with a journal in SQLite, Redis or Postgres a restart loses no answer
const runs = channels.runs({ owner: () => 'everybody' }) // a real app returns the user whom its guard has checked

const routes = defineRoutes([
  chatRoutes({
    path: '/api/chat',
    resume: runs,
    whileRunning: 'replace',
    handler: async function* ({ messages, sleep }) {
      const question =
        messages
          .at(-1)
          ?.parts.map((part) => (part.type === 'text' ? part.text : ''))
          .join('') ?? ''
      yield chat.reasoning('Somebody asks something.')
      const { length } = yield* chat.tool('measure', { question }, () => ({ length: question.length }))
      for (const word of `You asked: ${question} That has ${length} characters.`.split(/(?<= )/)) {
        yield word
        await sleep(100) // aborts when the answer is stopped, not when a reader leaves
      }
    },
    onEnd: ({ chatId, outcome }) => console.log(`${chatId}: ${outcome}`),
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/api/chat`))
}
