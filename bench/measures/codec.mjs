// Measure `codec`: the parser and eventsource-parser, as bench/codec.mjs measures them.
import { formatCount, formatRatio } from '../report/table.mjs'
import { runCodec } from '../workers/subjects.mjs'

const columns = [
  { title: 'bytes', value: ({ name }) => name },
  { title: 'events', value: ({ events }) => formatCount(events) },
  { title: 'tidings MB/s', value: ({ tidings }) => formatCount(tidings) },
  { title: 'eventsource-parser MB/s', value: ({ rival }) => formatCount(rival) },
  { title: 'ratio', value: ({ ratio }) => formatRatio(ratio) },
]

/** MB/s of both parsers on the same chunks. */
export async function measureCodec() {
  return { title: 'Parsing', columns, rows: await runCodec(), notes: [] }
}
