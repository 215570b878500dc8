// A node with streams of another package over a journal, to be killed: `node node.mjs <package> <where>`, where the journal
// is a SQLite file, the port of a Redis server, or `own` for the package's own store in memory. Prints where it listens.
import { createRequire } from 'node:module'
import { Redis } from 'ioredis'
import { serve } from 'tidings'
import { redisJournal } from 'tidings/journal/redis'
import { sqliteJournal } from 'tidings/journal/sqlite'
import { feed } from './feeds.mjs'

const { load } = createRequire(import.meta.url)('../../../chat-clients/load.cjs')
const [, , name, where] = process.argv

const options = { leaseMs: 2000, keepMs: 60_000, onError: () => {} }
const { create } = await import(`./${name}-streams.mjs`)
const answer = await create({ load, options, journal: openJournal() })

function openJournal() {
  if (where === 'own') return undefined
  if (/^\d+$/.test(where)) return redisJournal(new Redis(Number(where), '127.0.0.1'))
  return sqliteJournal(where, { pollMs: 20 })
}

serve({ fetch: async (request) => feed(request) ?? answer(request), port: 0, hostname: '127.0.0.1' }, ({ url }) => {
  console.log(`listening ${url}`)
})
