// Child process: one channel server of the measure `fan-out`, with its publisher.
import { readFileSync } from 'node:fs'
import { answerAsks } from './answer-asks.mjs'
import { Publisher } from './publisher.mjs'
import { readMemory } from './read-memory.mjs'

const { start } = await import(`../channels/${process.argv[2]}.mjs`)
let publisher
let component

answerAsks({
  start: async (given) => {
    component = given
    const { port, path, publish } = await start(given)
    publisher = new Publisher(publish)
    return { port, path, pacePort: await publisher.listen() }
  },
  rate: (options) => publisher.atRate(options),
  deliveries: (options) => publisher.asDelivered(options),
  usage: () => (component.pid === undefined ? readUsage() : readUsageOf(component.pid)),
  memory: () => (component.pid === undefined ? readMemory() : readMemoryOf(component.pid)),
})

/** CPU microseconds, user and system, since the process began. */
function readUsage() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/**
 * CPU microseconds of another process. proc(5): fields 14 and 15 of `stat`, in 1/100 s; field 2, which may have blanks,
 * ends in `)`.
 */
function readUsageOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

function readMemoryOf(pid) {
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024
  return { resident }
}
