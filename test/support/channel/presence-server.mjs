// A node with a room over an engine, to be killed or held: `node presence-server.mjs sqlite <file> <leaseMs>`, `... redis
// <port> <leaseMs>`. Prints where it listens. Who reads `/room` is `?id=`.
import { Redis } from 'ioredis'
import { defineRoute, serve, Server, Type } from 'tidings'
import { createChannels, createPresence } from 'tidings/channel'
import { redisJournal } from 'tidings/journal/redis'
import { sqliteJournal } from 'tidings/journal/sqlite'

const [, , engine, address, leaseMs] = process.argv
const journal =
  engine === 'redis' ? redisJournal(new Redis(Number(address), '127.0.0.1')) : sqliteJournal(address, { pollMs: 20 })
const channels = createChannels({ journal, onError: () => {} })
const presence = createPresence(channels, {
  member: ({ query }) => ({ id: query.id, info: { pid: process.pid } }),
  graceMs: 500,
  leaseMs: Number(leaseMs),
})
const room = channels.topic('room')

const handle = serve(
  {
    port: 0,
    hostname: '127.0.0.1',
    fetch: new Server([
      defineRoute({
        method: 'GET',
        path: '/room',
        sse: true,
        schema: { query: Type.Object({ id: Type.String() }) },
        handler: (ctx) => room.subscribe({ member: presence.member(ctx) }),
      }),
      defineRoute({ method: 'GET', path: '/people', sse: true, handler: () => presence.subscribe(room) }),
      defineRoute({ method: 'GET', path: '/list', handler: () => presence.list(room) }),
    ]).fetch,
  },
  ({ url }) => console.log(`listening ${url}`),
)
process.once('SIGTERM', () => {
  void handle.close().then(async () => {
    await channels.close()
    process.exit(0)
  })
})
