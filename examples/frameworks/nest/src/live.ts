// The routes of this application below /live/, and their server. The mount beside it hands its requests in.
import { defineRoute, defineRoutes, Server, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

const channels = createChannels()
const Note = Type.Object({ text: Type.String({ minLength: 1 }) })
const notes = channels.topic('notes', { schema: Note })
let readers = 0

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/live/notes',
    sse: true,
    handler: ({ lastEventId }) => notes.subscribe({ after: lastEventId }),
  }),
  defineRoute({
    method: 'POST',
    path: '/live/notes',
    schema: { body: Note },
    handler: ({ body }) => notes.publish(body),
  }),
  defineRoute({
    method: 'POST',
    path: '/live/words',
    sse: true,
    schema: { body: Note },
    handler: async function* ({ body }) {
      for (const word of body.text.split(' ')) yield { word }
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/live/presence',
    sse: true,
    handler: async function* ({ sleep }) {
      readers += 1
      try {
        for (;;) {
          yield { readers }
          await sleep(60_000)
        }
      } finally {
        readers -= 1
      }
    },
  }),
  defineRoute({ method: 'GET', path: '/live/status', handler: () => ({ readers, streams: server.openStreams }) }),
])

export const server: Server = new Server(routes)
