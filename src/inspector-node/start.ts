// Begins to report, and ends with the program.
import type { InspectorRecord } from '../inspector-model/index.ts'
import { watchFetch } from '../inspector-watch/index.ts'
import { parseAddress } from './address.ts'
import { programName } from './program-name.ts'
import { Reporter } from './reporter.ts'

/** How long a program that ends may wait until its last records are reported, in milliseconds. */
const mostExitMs = 500

/** Reports to an address; without one nothing is watched. */
export function startReporting(given: string | undefined): void {
  if (given === undefined || given === '') return
  const address = parseAddress(given)
  if (address === undefined)
    // Not what was given: it may have the token.
    return say(
      'TIDINGS_INSPECTOR is no address of an inspector, so nothing is reported. Its server prints it at start: http://localhost:3000/_tidings?token=...',
    )
  const { from, who } = programName()
  const reporter = new Reporter({ address, from, say, onRefused: () => stop() })
  const stop = watchFetch((record) => tell(reporter, who, record))
  finishAtExit(reporter)
}

/** A fault of ours is none of the program's streams. */
function tell(reporter: Reporter, who: string, record: InspectorRecord): void {
  try {
    reporter.tell(record.kind === 'opened' ? { ...record, source: 'node', who } : record)
  } catch (error) {
    say(String(error))
  }
}

/** When nothing else keeps the program alive, what waits is reported; once, whatever comes of it. */
function finishAtExit(reporter: Reporter): void {
  process.once('beforeExit', () => {
    if (reporter.isIdle) return
    const deadline = setTimeout(() => {}, mostExitMs)
    void reporter.finish().finally(() => clearTimeout(deadline))
  })
}

function say(problem: string): void {
  console.error(`tidings/inspector/node: ${problem}`)
}
