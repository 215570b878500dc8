// Chat: a POST that is answered by a stream. A body that does not match the schema is answered 400, with JSON.
//   curl -N http://localhost:3000/chat -H 'content-type: application/json' \
//     -d '{"messages":[{"role":"user","content":"hello"}]}'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, sleep, Type } from 'tidings'

const Message = Type.Object({
  role: Type.Union([Type.Literal('user'), Type.Literal('assistant')]),
  content: Type.String({ minLength: 1, maxLength: 4000 }),
})

const routes = defineRoutes([
  defineRoute({
    method: 'POST',
    path: '/chat',
    sse: true,
    schema: { body: Type.Object({ messages: Type.Array(Message, { minItems: 1 }) }) },
    handler: async function* ({ body, signal }) {
      yield { type: 'start' }
      let tokens = 0
      for await (const text of answer(body.messages, signal)) {
        tokens += 1
        yield { type: 'text_delta', content: text }
      }
      yield { type: 'done', usage: { tokens } }
    },
  }),
])

/** Stands for a model. `signal` aborts when the reader disconnects, so that no more tokens are paid for. */
async function* answer(messages, signal) {
  for (const word of `You said: ${messages.at(-1).content}`.split(/(?<= )/)) {
    await sleep(40, signal)
    yield word
  }
}

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/chat`))
}
