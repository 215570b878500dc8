// Measures `stream` and `short`: one long stream, or many short ones at once, read as fast as they arrive.
import { nameColumn, spreadColumn, toColumns } from '../report/columns.mjs'
import { sumUp, toSample } from '../report/sum-up.mjs'
import { formatCount, formatRatio } from '../report/table.mjs'
import { withCpu, withServers } from '../workers/subjects.mjs'
import { measureInRounds } from './rounds.mjs'

const columns = [
  nameColumn,
  ...toColumns('events/s', 'perSecond', formatCount),
  ...toColumns('CPU us/event', 'cpuMicroseconds', formatRatio),
  spreadColumn,
]

/** Events a second and CPU microseconds an event on one long stream. */
export async function measureStream({ servers, sizes }) {
  const { rounds, events } = sizes.stream
  const toEvents = ({ streamEvents = events }) => Math.min(streamEvents, events)
  const rows = await measureEvents({ servers, rounds, streams: 1, toEvents })
  const notes = servers
    .filter((server) => toEvents(server) < events)
    .map((server) => `${server.name}: ${formatCount(toEvents(server))} events`)
  return { title: `One stream of ${formatCount(events)} events`, columns, rows, notes }
}

/** Events a second and CPU microseconds an event on many short streams, all requested at once. */
export async function measureShort({ servers, sizes }) {
  const { rounds, streams, events } = sizes.short
  const rows = await measureEvents({ servers, rounds, streams, toEvents: () => events })
  return { title: `${streams} streams of ${events} events, all at once`, columns, rows, notes: [] }
}

function measureEvents({ servers, rounds, streams, toEvents }) {
  return withServers(servers, async ({ reader, subjects }) => {
    const sample = (subject) => readOnce(reader, subject, { streams, events: toEvents(subject) })
    await measureInRounds(subjects, 1, sample) // warms up
    return sumUp(await measureInRounds(subjects, rounds, sample))
  })
}

/** One round of one server. */
export async function readOnce(reader, { worker, port, preludeBlocks }, { streams, events }) {
  const { result, cpuMicroseconds } = await withCpu(worker, () =>
    reader.ask('read', { port, streams, events, preludeBlocks }),
  )
  return toSample({ count: streams * events, cpuMicroseconds, ...result })
}
