// Starts the demo, as `npm start` does, on PORT and HOST. If the port is taken, the next free one is used.
import { serve } from 'tidings'
import { closeChannels, server } from './app.mjs'

const { PORT = '3000', HOST = '127.0.0.1' } = process.env
const mostTries = 20

const handle = await listen(Number(PORT))
console.log(
  `\n  Tidings is at ${handle.url}\n\n  Open it in two tabs, and ${handle.url}/_tidings in a third: it shows every stream. Ctrl-C stops it.\n`,
)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop())

async function stop() {
  await handle.close({ drainMs: 3000 })
  await closeChannels()
}

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
