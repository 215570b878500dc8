// A client of OpenAI's responses at a chat, in this process: the few calls that an example makes.
import { Server } from 'tidings'
import { chatRoutes } from 'tidings/ai'
import { createChannels } from 'tidings/channel'
import { EventSourceParserStream } from 'tidings/sse'

const runs = createChannels().runs({ owner: () => 'everybody' })
const chat = chatRoutes({
  path: '/api/chat',
  resume: runs,
  handler: async function* () {
    yield 'Hello, '
    yield 'you.'
  },
})
const server = new Server([chat])

interface Answer {
  readonly id: string
  readonly status: string
}
interface Frame {
  readonly type: string
  readonly delta: string
}

async function ask(path: string, body?: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' }
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await server.fetch(new Request(`http://localhost/api/chat/v1/responses${path}`, sent))
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return response
}

async function* framesOf({ body }: Response): AsyncGenerator<Frame> {
  const events = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream())
  for await (const { data } of events ?? []) yield JSON.parse(data)
}

async function answerOf(asking: Promise<Response>): Promise<Answer> {
  return (await asking).json()
}

export const openai = {
  responses: {
    create: (body: { model: string; input: string; background?: boolean; previous_response_id?: string }) =>
      answerOf(ask('', body)),
    retrieve: async (id: string, { starting_after }: { stream: true; starting_after: number }) =>
      framesOf(await ask(`/${id}?stream=true&starting_after=${starting_after}`)),
    cancel: (id: string) => answerOf(ask(`/${id}/cancel`, {})),
  },
}
