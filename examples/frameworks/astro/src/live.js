// The routes of this application below /live/, and their server. The mount beside it hands its requests in.
import process from 'node:process'
import { defineRoute, defineRoutes, keepOnReload, onReload, Server, Type } from 'tidings'
import { createChannels } from 'tidings/channel'

// In development an edit evaluates this module again; the topics outlive that.
const channels = keepOnReload('channels', () => createChannels())
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

export const server = new Server(routes)

// Astro does nothing on SIGTERM: without a listener the process is killed at once, with one it has to exit by itself.
const close = () => void server.close().then(() => process.exit(0))
process.once('SIGTERM', close)

// The streams of the code before an edit end, and their readers reconnect to this code.
onReload('server', () => {
  process.off('SIGTERM', close)
  return server.close()
})
