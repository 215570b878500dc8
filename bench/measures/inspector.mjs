// Measure `inspector`: what an inspector costs a server while nobody looks, on one stream and on fan-out.
import { spreadColumn } from '../report/columns.mjs'
import { sumUp } from '../report/sum-up.mjs'
import { formatCount } from '../report/table.mjs'
import { withChannels } from '../workers/channels.mjs'
import { withServers } from '../workers/subjects.mjs'
import { deliver } from './fan-out.mjs'
import { measureInRounds } from './rounds.mjs'
import { readOnce } from './stream.mjs'

const columns = [
  { title: 'load', value: ({ load }) => load },
  { title: 'server', value: ({ name }) => name },
  { title: 'per second', value: ({ median }) => formatCount(median.perSecond) },
  { title: 'CPU us', value: ({ median }) => median.cpuMicroseconds.toFixed(3) },
  { title: 'x without', value: ({ ratio }) => ratio.cpuMicroseconds.toFixed(3) },
  spreadColumn,
]

const baseline = 'without'
/** `again` is the same server once more: how far two that are alike are apart. */
const subjects = [
  { name: baseline, file: 'tidings' },
  { name: 'again', file: 'tidings' },
  { name: 'with', file: 'tidings-inspected' },
]

/** CPU microseconds an event and a delivery, with an inspector and without. */
export async function measureInspector({ sizes }) {
  const rows = [...(await ofOneStream(sizes.inspector)), ...(await ofFanOut(sizes.inspector))]
  return { title: 'An inspector that no page has open', columns, rows, notes: [] }
}

async function ofOneStream({ rounds, events }) {
  const results = await withServers(subjects, async ({ reader, subjects }) => {
    const sample = (subject) => readOnce(reader, subject, { streams: 1, events })
    await measureInRounds(subjects, 1, sample) // warms up
    return measureInRounds(subjects, rounds, sample)
  })
  return toRows(results, `one stream of ${formatCount(events)} events`)
}

/** The readers of a server leave before those of the next join. */
async function ofFanOut({ rounds, readers, durationMs }) {
  const load = { action: 'deliveries', options: { durationMs } }
  const results = await withChannels(subjects, async ({ reader, subjects }) => {
    const sample = async ({ worker, port, path, pacePort }) => {
      await reader.ask('join', { port, path, pacePort, count: readers })
      try {
        return await deliver({ reader, worker, readers, load })
      } finally {
        await reader.ask('leave')
      }
    }
    await measureInRounds(subjects, 1, sample) // warms up
    return measureInRounds(subjects, rounds, sample)
  })
  return toRows(results, `fan-out to ${formatCount(readers)} readers`)
}

function toRows(results, load) {
  return sumUp(results, baseline).map((row) => ({ ...row, load: row.name === baseline ? load : '' }))
}
