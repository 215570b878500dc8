// Child process: one server. Run by hand (`node --expose-gc bench/workers/server-child.mjs raw`) it prints its url.
import { answerAsks } from './answer-asks.mjs'
import { readMemory } from './read-memory.mjs'

const { start } = await import(`../servers/${process.argv[2]}.mjs`)
const port = await start()

if (process.send === undefined) console.log(`http://127.0.0.1:${port}`)
else answerAsks({ port: () => port, usage: readUsage, memory: readMemory })

/** CPU microseconds, user and system, since the process began. */
function readUsage() {
  const { user, system } = process.cpuUsage()
  return user + system
}
