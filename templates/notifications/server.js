// Notifications in a SQLite file: all readers get what is posted, and neither a reload nor a restart of the server loses any.
//   curl -N http://localhost:3000/notes
//   curl http://localhost:3000/notes -H 'content-type: application/json' -d '{"text":"tea is ready"}'
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { defineRoute, defineRoutes, serve, Server, Type } from 'tidings'
import { createChannels } from 'tidings/channel'
import { sqliteJournal } from 'tidings/journal/sqlite'

const page = new URL('page/index.html', import.meta.url)
const Note = Type.Object({ text: Type.String({ minLength: 1, maxLength: 1000 }) })

/** A server over the journal in `folder`, and how to close the two. */
export function createApp(folder) {
  mkdirSync(folder, { recursive: true })
  const journal = sqliteJournal(`${folder}/notes.db`)
  const channels = createChannels({ journal })
  const notes = channels.topic('notes', { schema: Note })
  const routes = defineRoutes([
    defineRoute({
      method: 'GET',
      path: '/',
      handler: async () =>
        new Response(await readFile(page), { headers: { 'content-type': 'text/html; charset=utf-8' } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/notes',
      sse: { retryMs: 1000 },
      // A reader that comes back goes on behind the last note that it got; a new one gets all that are kept.
      handler: ({ lastEventId }) => notes.subscribe({ after: lastEventId, from: 'start' }),
    }),
    defineRoute({
      method: 'POST',
      path: '/notes',
      schema: { body: Note },
      handler: async ({ body }) => {
        await notes.publish(body, { event: 'note' })
        return { ok: true }
      },
    }),
  ])
  const close = async () => {
    await channels.close()
    await journal.close()
  }
  return { server: new Server(routes), close }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { server } = createApp(fileURLToPath(new URL('data', import.meta.url)))
  serve({ fetch: server.fetch, port: Number(process.env.PORT ?? 3000) }, ({ url }) => console.log(url))
}
