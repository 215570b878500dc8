// Child process: one server. Run by hand (`node --expose-gc bench/workers/server-child.mjs raw`) it prints its url.
import { setTimeout as sleep } from 'node:timers/promises'
import { answerAsks } from './answer-asks.mjs'

const { start } = await import(`../servers/${process.argv[2]}.mjs`)
const port = await start()

if (process.send === undefined) console.log(`http://127.0.0.1:${port}`)
else answerAsks({ port: () => port, usage: readUsage, memory: readMemory })

/** CPU microseconds, user and system, since the process began. */
function readUsage() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** Bytes after full garbage collections; the pauses let finalizers run and sockets close. */
async function readMemory() {
  for (let pass = 0; pass < 3; pass += 1) {
    globalThis.gc()
    await sleep(50)
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  return { resident: rss, heap: heapUsed + external }
}
