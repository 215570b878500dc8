// The demo's server: three streaming scenarios, and the page that shows them.
import { defineRoutes, Server } from 'tidings'
import { inspector } from 'tidings/inspector'
import { openChannels } from './channels.mjs'
import { chooseModel } from './model/choose-model.mjs'
import { createChatRoutes } from './routes/chat.mjs'
import { hash, work } from './routes/hash.mjs'
import { createNoteRoutes } from './routes/notes.mjs'
import { pageRoutes } from './routes/page.mjs'

const { channels, close } = await openChannels(process.env)
const chatRoutes = createChatRoutes(channels, await chooseModel(process.env))
const noteRoutes = createNoteRoutes(channels, (matches) => server.disconnect(matches))

export const server = new Server(defineRoutes([hash, work, ...chatRoutes, ...noteRoutes, ...pageRoutes]), {
  onFinish: print,
})
// Every stream of the demo, whatever client reads it, at /_tidings: for this machine alone, as there is no guard.
server.use(inspector({ development: true, channels: [channels], log: () => {} }))

/** Closes what answers and notes are kept in. */
export { close as closeChannels }

/** Prints a line for each stream that has ended: how, after how many events. */
function print({ ctx, status, outcome, events, durationMs }) {
  if (events > 0)
    console.log(`  ${ctx.method} ${ctx.path} ${status}, ${outcome}: ${events} events in ${Math.round(durationMs)} ms`)
}
