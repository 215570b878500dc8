// The fixture as a process: says where it listens, and on SIGTERM closes and says what had happened.
import process from 'node:process'
import { serve } from 'tidings'
import { allNotes, createLifeServer } from './routes.mjs'

const server = createLifeServer()
const handle = serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }, ({ url }) =>
  console.log(`listening ${url}`),
)

process.once('SIGTERM', () => void end())

async function end() {
  await handle.close({ drainMs: 10_000 })
  console.log(`notes ${JSON.stringify(allNotes())}`)
  process.exit(0)
}
