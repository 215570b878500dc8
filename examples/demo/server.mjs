// The demo, as `npm start` runs it. PORT and HOST say where; a port that is taken gives way to the next free one.
import { serve } from 'tidings'
import { server } from './app.mjs'

const { PORT = '3000', HOST = '127.0.0.1' } = process.env
const mostTries = 20

const handle = await listen(Number(PORT))
console.log(`\n  Tidings is at ${handle.url}\n\n  Open it in two tabs. Ctrl-C stops it.\n`)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void handle.close({ drainMs: 3000 }))

async function listen(first) {
  for (let port = first; ; port += 1) {
    const handle = serve({ fetch: server.fetch, port, hostname: HOST })
    try {
      await handle.ready
      return handle
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port === first + mostTries) throw error
    }
  }
}
