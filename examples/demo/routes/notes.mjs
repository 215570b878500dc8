// Scenario 3: notes for every open tab; a tab that was disconnected gets the notes it missed when it reconnects.
import { defineRoute, sse, Type } from 'tidings'
import { merge } from '../merge.mjs'
import { Readers } from '../readers.mjs'

const Tab = Type.Object({ tab: Type.String({ minLength: 1, maxLength: 40 }) })
const Note = Type.Object({
  from: Type.String({ pattern: '^[A-Z]$' }),
  text: Type.String({ minLength: 1, maxLength: 200 }),
})

/**
 * @param {import('tidings/channel').Channels} channels
 * @param {import('tidings').Server['disconnect']} disconnect
 */
export function createNoteRoutes(channels, disconnect) {
  const readers = new Readers()

  // #region shown
  const notes = channels.topic('notes', { retention: { maxEvents: 50 } })

  const listen = defineRoute({
    method: 'GET',
    path: '/notes',
    sse: { retryMs: 3000 },
    schema: { query: Tab },
    handler: async function* ({ lastEventId, signal }) {
      yield sse({ event: 'hello' }, { lastEventId, at: Date.now() })

      const news = notes.subscribe({ after: lastEventId, from: 'start', signal })
      for await (const { id, event, data } of merge(news, readers.follow(signal))) {
        if (!event.startsWith('tidings:')) yield sse({ event, id }, data)
      }
    },
  })

  const post = defineRoute({
    method: 'POST',
    path: '/notes',
    schema: { body: Note },
    handler: ({ body }) => notes.publish({ ...body, at: Date.now() }, { event: 'note' }),
  })

  const cut = defineRoute({
    method: 'DELETE',
    path: '/readers/:tab',
    handler: ({ params }) => ({
      cut: disconnect(({ query }) => query.tab === params.tab),
    }),
  })
  // #endregion

  return [listen, post, cut]
}
