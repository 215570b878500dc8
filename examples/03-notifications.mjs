// Notifications: events with ids. A reader that reconnects sends the id of the last event it got, and misses nothing.
//   curl -N http://localhost:3000/notes                        (and again with -H 'Last-Event-ID: 2')
//   curl http://localhost:3000/notes -H 'content-type: application/json' -d '{"text":"tea is ready"}'
import { EventEmitter, once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, sse, Type } from 'tidings'

/** @type {{ id: string, text: string }[]} */
const notes = []
const bell = new EventEmitter().setMaxListeners(0)

const routes = defineRoutes([
  defineRoute({
    method: 'GET',
    path: '/notes',
    sse: { retryMs: 1000 },
    handler: async function* ({ lastEventId, signal }) {
      // The note after the last one that the reader got; the first note for a new reader.
      let next = notes.findIndex(({ id }) => id === lastEventId) + 1
      for (;;) {
        while (next < notes.length) yield sse({ event: 'note', id: notes[next].id }, { text: notes[next++].text })
        await once(bell, 'note', { signal })
      }
    },
  }),
  defineRoute({
    method: 'POST',
    path: '/notes',
    schema: { body: Type.Object({ text: Type.String({ minLength: 1 }) }) },
    handler: ({ body }) => {
      notes.push({ id: String(notes.length + 1), text: body.text })
      bell.emit('note')
    },
  }),
])

export const server = new Server(routes)

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(`${url}/notes`))
}
