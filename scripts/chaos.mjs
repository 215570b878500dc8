// A long chaos run: `node scripts/chaos.mjs --engine=redis --readers=2000 --minutes=5`. Everything runs on loopback and ends by itself.
import { parseArgs } from 'node:util'
import { chaosEngines, runChaos } from '../test/support/chaos/run-chaos.mjs'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'redis' },
    readers: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '5' },
    'events-per-second': { type: 'string', default: '20' },
  },
})

const numbers = {
  readers: Number(values.readers),
  minutes: Number(values.minutes),
  perSecond: Number(values['events-per-second']),
}
if (!chaosEngines.includes(values.engine) || !Object.values(numbers).every((number) => number > 0)) {
  console.error(
    `--engine is one of ${chaosEngines.join(', ')}; --readers, --minutes and --events-per-second are above 0.`,
  )
  process.exit(2)
}

const { readers, minutes, perSecond } = numbers
console.log(`Two nodes over ${values.engine}, ${readers} readers, ${minutes} min.`)
const log = (text) => console.log(`${new Date().toISOString()} ${text}`)
const report = await runChaos({ engine: values.engine, readers, durationMs: minutes * 60_000, perSecond, log })
for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(17)} ${value}`)

const faults = report.lost + report.doubled + report.malformed + report.missedDuplicates
const isRight = report.isWhole && faults === 0 && report.orders === 1
console.log(
  isRight ? 'Every reader had every event once, all in one order.' : 'Readers lost, doubled or disordered events.',
)
process.exit(isRight ? 0 : 1)
