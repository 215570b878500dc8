// The command line of `npm run bench` and the sizes that follow from it.
import { parseArgs } from 'node:util'
import { serverRoster } from './workers/server-roster.mjs'

/** The measures in the order in which they run; `codec` is bench/codec.mjs, `client` bench/client.mjs. */
export const measureNames = ['stream', 'short', 'idle', 'json', 'codec', 'client']

// Many short rounds rather than few long ones: a neighbour on the machine then spoils some of them, and the median stands.
const fullSizes = {
  stream: { rounds: 7, events: 100_000 },
  short: { rounds: 7, streams: 500, events: 200 },
  idle: { rounds: 3, streams: 5000 },
  json: { rounds: 7, connections: 64, durationMs: 500, warmUpMs: 2000 },
}

const quickSizes = {
  stream: { rounds: 3, events: 20_000 },
  short: { rounds: 3, streams: 500, events: 20 },
  idle: { rounds: 1, streams: 1250 },
  json: { rounds: 3, connections: 64, durationMs: 250, warmUpMs: 1000 },
}

/** Reads `--quick`, `--only=a,b`, `--servers=a,b` and `--json=FILE`; throws on a name that does not exist. */
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
  const serverNames = serverRoster.map(({ name }) => name)
  return {
    quick: values.quick,
    sizes: values.quick ? quickSizes : fullSizes,
    measures: pick('--only', values.only, measureNames),
    servers: pick('--servers', values.servers, serverNames).map((name) =>
      serverRoster.find((server) => server.name === name),
    ),
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
