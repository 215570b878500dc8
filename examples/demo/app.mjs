// The demo's server: three streaming scenarios, and the page that shows them.
import { defineRoutes, Server } from 'tidings'
import { chat } from './routes/chat.mjs'
import { hash, work } from './routes/hash.mjs'
import { createNoteRoutes } from './routes/notes.mjs'
import { pageRoutes } from './routes/page.mjs'

const noteRoutes = createNoteRoutes((matches) => server.disconnect(matches))

export const server = new Server(defineRoutes([hash, work, chat, ...noteRoutes, ...pageRoutes]), { onFinish: print })

/** Prints a line for each stream that has ended: how, after how many events. */
function print({ ctx, status, outcome, events, durationMs }) {
  if (events > 0)
    console.log(`  ${ctx.method} ${ctx.path} ${status}, ${outcome}: ${events} events in ${Math.round(durationMs)} ms`)
}
