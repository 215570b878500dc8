// A node with one run's route over a SQLite file, to be killed: `node run-server.mjs <file>`. Prints where it listens.
import { defineRoute, serve, Server } from 'tidings'
import { createChannels } from 'tidings/channel'
import { sqliteJournal } from 'tidings/journal/sqlite'

const [, , file] = process.argv
const journal = sqliteJournal(file, { pollMs: 20 })
const channels = createChannels({ journal, healMs: 100, onError: () => {} })
const runs = channels.runs({ owner: () => 'somebody', leaseMs: 3000 })

const route = defineRoute({
  method: 'POST',
  path: '/run',
  sse: { resume: runs, retryMs: 10 },
  handler: async function* ({ sleep }) {
    for (let n = 1; ; n += 1) {
      yield { n }
      await sleep(10)
    }
  },
})
serve({ fetch: new Server([route], { onError: () => {} }).fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) => {
  console.log(`listening ${url}`)
})
