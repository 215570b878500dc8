// A long chaos run: `node scripts/chaos.mjs --engine=redis --readers=2000 --minutes=5`. Everything runs on loopback and ends by itself.
import { parseArgs } from 'node:util'
import { faultNames } from '../test/support/chaos/faults.mjs'
import { chaosControls, chaosEngines, faultCounts, runChaos } from '../test/support/chaos/run-chaos.mjs'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'redis' },
    readers: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '5' },
    'events-per-second': { type: 'string', default: '40' },
    faults: { type: 'string', default: faultNames.join(',') },
    control: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})

const numbers = {
  readers: Number(values.readers),
  minutes: Number(values.minutes),
  perSecond: Number(values['events-per-second']),
  seed: Number(values.seed),
}
const faults = values.faults === '' ? [] : values.faults.split(',')
const isKnown =
  chaosEngines.includes(values.engine) &&
  faults.every((name) => faultNames.includes(name)) &&
  ['', ...chaosControls].includes(values.control)
if (!isKnown || !Object.values(numbers).every((number) => number > 0)) {
  console.error(`--engine is one of ${chaosEngines.join(', ')};
--faults are some of ${faultNames.join(', ')};
--control, a fault that the nodes have on purpose, is one of ${chaosControls.join(', ')};
--readers, --minutes, --events-per-second and --seed are above 0.`)
  process.exit(2)
}

// What was started ends when this process exits.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { readers, minutes, perSecond, seed } = numbers
console.log(`Two nodes over ${values.engine}, ${readers} readers, ${minutes} min, --seed=${seed}.`)
const log = (text) => console.log(`${new Date().toISOString()} ${text}`)
const { engine, control } = values
const report = await runChaos({ engine, readers, durationMs: minutes * 60_000, perSecond, seed, faults, control, log })
const { strikes, ...counts } = report
for (const [name, value] of Object.entries(counts)) console.log(`${name.padEnd(17)} ${value}`)
for (const [name, count] of Object.entries(strikes)) console.log(`  ${name.padEnd(15)} ${count}`)

const found = faultCounts.filter((name) => report[name] > 0)
const verdict = `Readers or publishers met with a fault: ${found.join(', ')}.`
console.log(
  found.length === 0 ? 'Every reader had every event once, in one order, or was told what it lacks.' : verdict,
)
process.exit(found.length === 0 ? 0 : 1)
