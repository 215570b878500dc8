// One of two nodes behind a proxy: a topic in a SQLite file, and a page that reads it. `node node.mjs <file> <port>`
import { defineRoute, serve, Server } from 'tidings'
import { createChannels } from 'tidings/channel'
import { sqliteJournal } from 'tidings/journal/sqlite'

const [, , file, port] = process.argv
const channels = createChannels({ journal: sqliteJournal(file, { pollMs: 20 }), onError: () => {} })
const topic = channels.topic('counted')

/** Reports what its EventSource gets to the address in its query, in order. */
const page = `<!doctype html><script type="module">
const to = new URLSearchParams(location.search).get('to')
let reported = Promise.resolve()
const report = (body) => { reported = reported.then(() => fetch(to, { method: 'POST', mode: 'no-cors', body })) }
const source = new EventSource('/feed')
source.onopen = () => report('open')
source.onerror = () => report(source.readyState === EventSource.CLOSED ? 'closed' : 'reconnecting')
source.onmessage = ({ data }) => report(data)
</script>`

const routes = [
  defineRoute({
    method: 'GET',
    path: '/feed',
    sse: { retryMs: 50 },
    handler: ({ lastEventId }) => topic.subscribe({ after: lastEventId, from: 'start' }),
  }),
  defineRoute({
    method: 'GET',
    path: '/page',
    handler: () => new Response(page, { headers: { 'content-type': 'text/html' } }),
  }),
]
const { fetch } = new Server(routes, { onError: () => {} })
const handle = serve({ fetch, port: Number(port), hostname: '127.0.0.1' }, ({ url }) => console.log(`listening ${url}`))
process.once('SIGTERM', () => void stop())

async function stop() {
  await handle.close({ drainMs: 2000 })
  await channels.close()
}
