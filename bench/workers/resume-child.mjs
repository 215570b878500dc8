// Child process of the measure `resume`: a server to which readers reconnect, written by hand (raw) or with Tidings.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Server, defineRoute, defineRoutes, serve } from '../../dist/adapters/index.js'
import { createChannels } from '../../dist/channel/index.js'
import { createTimedEvent } from '../event.mjs'
import { answerAsks } from './answer-asks.mjs'

const makers = { raw: makeRaw, memory: () => makeTidings(openMemory), sqlite: () => makeTidings(openSqlite) }
const subject = makers[process.argv[2]]()

answerAsks({
  fill: (options) => subject.fill(options),
  open: (options) => subject.open(options),
  usage: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
})

/** The baseline: encoded events in an array, which are written to each reader one by one, waiting for `drain`. */
function makeRaw() {
  const log = []
  const replay = async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
    for (let index = Number(request.headers['last-event-id']); index < log.length; index += 1) {
      if (!response.write(log[index])) await once(response, 'drain')
    }
  }
  return {
    fill: ({ events }) => {
      for (let id = 1; id <= events; id += 1)
        log.push(Buffer.from(`id: ${id}\ndata: ${JSON.stringify(createTimedEvent(id, 0))}\n\n`))
      return log.map((_, index) => String(index + 1))
    },
    open: async () => {
      const server = createServer((request, response) => {
        replay(request, response).catch(() => {}) // the reader has left
      })
      server.listen(0, '127.0.0.1', 1024)
      await once(server, 'listening')
      return { port: server.address().port, path: '/' }
    },
  }
}

function makeTidings(openJournal) {
  return {
    fill: async ({ events, folder }) => {
      const topic = createChannels({ journal: await openJournal(folder) }).topic('bench')
      const publish = (_, index) => topic.publish(createTimedEvent(index + 1, 0))
      const published = await Promise.all(Array.from({ length: events }, publish))
      return published.map(({ id }) => id)
    },
    open: async ({ folder }) => {
      const topic = createChannels({ journal: await openJournal(folder) }).topic('bench')
      const handler = ({ lastEventId }) => topic.subscribe({ after: lastEventId })
      const routes = defineRoutes([defineRoute({ method: 'GET', path: '/events', sse: true, handler })])
      const handle = serve({ fetch: new Server(routes).fetch, port: 0, hostname: '127.0.0.1' })
      await handle.ready
      return { port: Number(new URL(handle.url).port), path: '/events' }
    },
  }
}

let kept

/** The journal of this process. Only a server in this process can continue it. */
async function openMemory() {
  const { memoryJournal } = await import('../../dist/journal/index.js')
  kept ??= memoryJournal()
  return kept
}

async function openSqlite(folder) {
  const { sqliteJournal } = await import('../../dist/journal-drivers/sqlite/index.js')
  return sqliteJournal(join(folder, 'journal.db'))
}
