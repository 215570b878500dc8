// Scenario 3: notes for every open tab; a tab that was disconnected gets the notes it missed when it reconnects.
import { defineRoute, sse, Type } from 'tidings'
import { NoteBoard } from '../note-board.mjs'

const Tab = Type.Object({ tab: Type.String({ minLength: 1, maxLength: 40 }) })
const Note = Type.Object({
  from: Type.String({ pattern: '^[A-Z]$' }),
  text: Type.String({ minLength: 1, maxLength: 200 }),
})

/** @param {import('tidings').Server['disconnect']} disconnect */
export function createNoteRoutes(disconnect) {
  const board = new NoteBoard(50)

  // #region shown
  const listen = defineRoute({
    method: 'GET',
    path: '/notes',
    sse: { retryMs: 3000 },
    schema: { query: Tab },
    handler: async function* ({ lastEventId, signal }) {
      const missed = board.countAfter(lastEventId)
      yield sse({ event: 'hello' }, { lastEventId, missed })

      for await (const news of board.follow(lastEventId, signal)) {
        yield sse({ event: news.type, id: news.id }, news.payload)
      }
    },
  })

  const post = defineRoute({
    method: 'POST',
    path: '/notes',
    schema: { body: Note },
    handler: ({ body }) => ({ id: board.add(body) }),
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
