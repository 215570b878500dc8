// Measure `json`: plain requests, to see what each framework costs a route that does not stream.
import { nameColumn, spreadColumn, toColumns } from '../report/columns.mjs'
import { sumUp, toSample } from '../report/sum-up.mjs'
import { formatCount, formatRatio } from '../report/table.mjs'
import { withCpu, withServers } from '../workers/subjects.mjs'
import { measureInRounds } from './rounds.mjs'

const columns = [
  nameColumn,
  ...toColumns('requests/s', 'perSecond', formatCount),
  ...toColumns('CPU us/request', 'cpuMicroseconds', formatRatio),
  spreadColumn,
]

/** Requests a second and CPU microseconds a request for `/json` on keep-alive connections. */
export async function measureJson({ servers, sizes }) {
  const { rounds, connections, durationMs, warmUpMs } = sizes.json
  const routed = servers.filter(({ ownsPlainRoutes = true }) => ownsPlainRoutes)
  const rows = await withServers(routed, async ({ reader, subjects }) => {
    const sample = (subject) => requestOnce(reader, subject, { connections, durationMs })
    await measureInRounds(subjects, 1, (subject) => requestOnce(reader, subject, { connections, durationMs: warmUpMs }))
    return sumUp(await measureInRounds(subjects, rounds, sample))
  })
  return { title: `Plain JSON on ${connections} keep-alive connections`, columns, rows, notes: [] }
}

async function requestOnce(reader, { worker, port }, { connections, durationMs }) {
  const { result, cpuMicroseconds } = await withCpu(worker, () =>
    reader.ask('request', { port, connections, durationMs }),
  )
  return toSample({ count: result.answers, cpuMicroseconds, ...result })
}
