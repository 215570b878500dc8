// The command line options of `npm run bench`, and the sizes of each measure.
import { parseArgs } from 'node:util'
import { channelRoster } from './workers/channel-roster.mjs'
import { serverRoster } from './workers/server-roster.mjs'

/** The measures in the order in which they run; `codec` is bench/codec.mjs, `client` bench/client.mjs. */
export const measureNames = [
  'stream',
  'short',
  'idle',
  'json',
  'fan-out',
  'resume',
  'journal',
  'runs',
  'presence',
  'reads',
  'chat',
  'chats',
  'element',
  'inspector',
  'growth',
  'parsing',
  'codec',
  'client',
]

// Many short rounds instead of few long ones: another program on the machine then spoils only some of them, and not the
// median.
const fullSizes = {
  stream: { rounds: 7, events: 100_000 },
  short: { rounds: 7, streams: 500, events: 200 },
  idle: { rounds: 3, streams: 5000 },
  json: { rounds: 7, connections: 64, durationMs: 500, warmUpMs: 2000 },
  fanOut: { rounds: [3, 1], readers: [1000, 10_000], rates: [1, 10, 100, 300, 1000], durationMs: 1000 },
  resume: { rounds: 3, readers: 1000, events: 5000 },
  journal: { durationMs: 2000 },
  runs: { seconds: 5, most: 1000 },
  reads: { topics: 100, megabytes: 8, longMegabytes: 62, costMs: 400 },
  chat: { tokens: 10_000, rounds: 7 },
  chats: { chats: 1000, tokens: 100 },
  element: { tokens: 10_000, perSecond: 1000 },
  inspector: { rounds: 15, events: 100_000, readers: 1000, durationMs: 1000 },
}

const quickSizes = {
  stream: { rounds: 3, events: 20_000 },
  short: { rounds: 3, streams: 500, events: 20 },
  idle: { rounds: 1, streams: 1250 },
  json: { rounds: 3, connections: 64, durationMs: 250, warmUpMs: 1000 },
  fanOut: { rounds: [1, 1], readers: [200, 1000], rates: [10, 100, 1000], durationMs: 500 },
  resume: { rounds: 1, readers: 300, events: 2000 },
  journal: { durationMs: 500 },
  runs: { seconds: 1, most: 128 },
  reads: { topics: 20, megabytes: 2, longMegabytes: 8, costMs: 150 },
  chat: { tokens: 4000, rounds: 3 },
  chats: { chats: 200, tokens: 100 },
  element: { tokens: 4000, perSecond: 1000 },
  inspector: { rounds: 5, events: 20_000, readers: 200, durationMs: 500 },
}

/** Parses `--quick`, `--only=a,b`, `--servers=a,b` and `--json=FILE`; throws for an unknown name. */
export function parseOptions(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      servers: { type: 'string' },
      json: { type: 'string' },
    },
  })
  const known = [...new Set([...serverRoster, ...channelRoster].map(({ name }) => name))]
  const names = pick('--servers', values.servers, known)
  const isAsked = ({ name }) => names.includes(name)
  return {
    quick: values.quick,
    sizes: values.quick ? quickSizes : fullSizes,
    measures: pick('--only', values.only, measureNames),
    servers: serverRoster.filter(isAsked),
    channels: channelRoster.filter(isAsked),
    jsonFile: values.json,
  }
}

function pick(flag, value, known) {
  if (value === undefined) return known
  const wanted = value.split(',')
  const unknown = wanted.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new Error(`${flag}=${value}: ${unknown.join(', ')} is not one of ${known.join(', ')}`)
  return known.filter((name) => wanted.includes(name))
}
