// A long chaos run: `node scripts/chaos.mjs --engine=redis --readers=2000 --minutes=5`. Everything runs on loopback and ends by itself.
import { parseArgs } from 'node:util'
import { runChaos } from '../test/support/chaos/run-chaos.mjs'

const { values } = parseArgs({
  options: {
    engine: { type: 'string', default: 'redis' },
    readers: { type: 'string', default: '2000' },
    minutes: { type: 'string', default: '5' },
    'events-per-second': { type: 'string', default: '20' },
  },
})

const result = await runChaos({
  engine: values.engine,
  readers: Number(values.readers),
  durationMs: Number(values.minutes) * 60_000,
  perSecond: Number(values['events-per-second']),
  log: (text) => console.log(`${new Date().toISOString()} ${text}`),
})
console.table(result)
const faults = result.lost + result.doubled + result.malformed + result.missedDuplicates
process.exit(result.isWhole && faults === 0 && result.orders === 1 ? 0 : 1)
