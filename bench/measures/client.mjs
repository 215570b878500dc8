// Measure `client`: the clients and their rivals, as bench/client.mjs measures them.
import { formatCount, formatRatio } from '../report/table.mjs'
import { runClients } from '../workers/subjects.mjs'

const columns = [
  { title: 'client', value: ({ name }) => name },
  { title: 'MB/s', value: ({ rate }) => formatCount(rate) },
  { title: 'x stream()', value: ({ ratio }) => formatRatio(ratio) },
  {
    title: 'KiB grown over 1 M events',
    value: ({ growth }) => (growth === undefined ? 'not in 30 s' : formatCount(growth / 1024)),
  },
  { title: 'bundle, gzip', value: ({ bundle }) => (bundle === undefined ? '' : formatCount(bundle)) },
]

/**
 * MB/s of small events by CPU time, heap growth and bundle size of each client. Clients that give text are compared
 * with `stream()` as text, those that parse JSON with `stream()` as JSON.
 */
export async function measureClients() {
  const rows = await runClients()
  const ratioOf = ({ name, rate }) => {
    const kind = name.endsWith('JSON') ? 'tidings stream(), JSON' : 'tidings stream()'
    return rate / rows.find((row) => row.name === kind).rate
  }
  const title = 'Clients: 80-byte events in chunks of 64 KiB'
  return { title, columns, rows: rows.map((row) => ({ ...row, ratio: ratioOf(row) })), notes: [] }
}
