// Measure `idle`: the memory of a stream that has sent one event and waits.
import { nameColumn, spreadColumn, toColumns } from '../report/columns.mjs'
import { sumUp } from '../report/sum-up.mjs'
import { formatCount } from '../report/table.mjs'
import { withServers } from '../workers/subjects.mjs'
import { readDescriptorLimit } from './descriptor-limit.mjs'
import { measureInRounds } from './rounds.mjs'

const columns = [
  nameColumn,
  ...toColumns('RSS bytes/stream', 'resident', formatCount),
  ...toColumns('heap bytes/stream', 'heap', formatCount),
  spreadColumn,
]
const spareDescriptors = 100

/**
 * Bytes a stream after full garbage collections: the slope between a fifth of the streams and all of them, so that
 * neither the code nor the heap's growth in the warm-up counts. Each round has new processes.
 */
export async function measureIdle({ servers, sizes }) {
  const streams = Math.min(sizes.idle.streams, readDescriptorLimit() - spareDescriptors)
  const notes = streams < sizes.idle.streams ? [`ulimit -n allows ${streams} streams of ${sizes.idle.streams}`] : []
  const sample = (server) => withServers([server], (started) => holdOnce(started, streams))
  const rows = sumUp(await measureInRounds(servers, sizes.idle.rounds, sample))
  return { title: `${formatCount(streams)} idle streams`, columns, rows, notes }
}

async function holdOnce({ reader, subjects: [{ worker, port, preludeBlocks, failure }] }, streams) {
  if (failure !== undefined) throw new Error(failure)
  const fewStreams = Math.floor(streams / 5)
  await reader.ask('read', { port, streams: 100, events: 200, preludeBlocks })
  await reader.ask('hold', { port, count: fewStreams, preludeBlocks })
  const few = await worker.ask('memory')
  await reader.ask('hold', { port, count: streams - fewStreams, preludeBlocks })
  return toSlope(few, await worker.ask('memory'), streams - fewStreams)
}

function toSlope(few, many, streams) {
  return { resident: (many.resident - few.resident) / streams, heap: (many.heap - few.heap) / streams }
}
