// A chaos run: two nodes over one engine, readers that drop and hop, and everything that can happen to nodes and engine.
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'
import { createSeededRandom } from '../../../dist/testing/seeded-random.js'
import { engines } from './engine/index.mjs'
import { disturb, selectFaults } from './faults.mjs'
import { faultyJournals } from './faulty-journal.mjs'
import { wireControls } from './faulty-wire.mjs'
import { History } from './history.mjs'
import { openJournal } from './journals.mjs'
import { checkKeeping } from './keeping-check.mjs'
import { LogWatch } from './log-watch.mjs'
import { Messages } from './messages.mjs'
import { startNode } from './nodes.mjs'
import { ChaosPublisher } from './publisher.mjs'
import { checkReaders } from './reader-check.mjs'
import { ChaosReader, kindOf } from './reader.mjs'

/** What the nodes may share; `naive` is pub/sub with numbers, but without a log. */
export const chaosEngines = [...Object.keys(engines), 'naive']

/** The faults that nodes may have on purpose: each is found by one of the counters. */
export const chaosControls = [...wireControls, ...Object.keys(faultyJournals)]

/** The counts of a report that are faults of ours, each of which must be 0. */
export const faultCounts = [
  'lost',
  'doubled',
  'disordered',
  'silentBranches',
  'malformed',
  'falseGaps',
  'missing',
  'unkept',
  'missedDuplicates',
]

/**
 * Runs for `durationMs`, and for as long as one round of all `faults` takes (default: all that the engine can have), and
 * reports what became of the events: those of {@link faultCounts}, and what readers were told (`gaps`, `resets`), what the
 * engine itself lost (`rewound`), what could not be checked (`unchecked`), and how often each fault happened (`strikes`).
 */
export async function runChaos(options) {
  const { engine: name, readers: count = 200, durationMs = 20_000, perSecond = 80, seed = 1 } = options
  const { faults, control = '', clockSkewMs = 0, settleMs = 60_000, log = () => {} } = options
  const random = createSeededRandom(seed)
  const engine = await engines[name === 'naive' ? 'redis' : name]()
  const { momentary, hasLateHints } = selectFaults(engine, name === 'naive' ? ['kill-node', 'cut-feeds'] : faults)
  const nodes = []
  const messages = new Messages()
  const readers = Array.from(
    { length: count },
    (_, index) => new ChaosReader(messages, createSeededRandom(seed * 1000 + index), kindOf(index)),
  )
  const publisher = new ChaosPublisher(createSeededRandom(seed), perSecond)
  const history = new History()
  const run = { engine, nodes, publisher, random, losses: [], log: undefined }
  try {
    for (let index = 0; index < 2; index += 1) {
      const clockMs = index * clockSkewMs
      nodes.push(await startNode({ engine: name, at: engine.at, clockMs, seed: seed + index, hasLateHints, control }))
    }
    if (name !== 'naive') run.log = new LogWatch(() => openJournal(name, engine.at), history)
    await run.log?.start()
    const reading = readers.map((reader) => reader.run(() => random.pick(nodes).url))
    const publishing = publisher.run(() => publishUrl(nodes, random))
    const strikes = await disturb(momentary, run, durationMs, log)
    publisher.stop()
    await publishing
    for (const reader of readers) reader.hurry()
    await settle(readers, run.log, settleMs)
    for (const reader of readers) reader.stop()
    await Promise.all(reading)
    return report({ readers, publisher, messages, history, losses: run.losses, strikes })
  } finally {
    for (const reader of readers) reader.stop()
    publisher.stop()
    for (const node of nodes) await node.kill()
    await run.log?.stop()
    await engine.stop()
  }
}

/** A balancer sends a publisher to nodes that answer. What was sent just before waits for one that does not. */
function publishUrl(nodes, random) {
  const answering = nodes.filter(({ isAnswering }) => isAnswering)
  return random.pick(answering.length > 0 ? answering : nodes).url
}

/** Waits until every reader is at the end of the log, or that takes too long. */
async function settle(readers, log, withinMs) {
  const deadline = performance.now() + withinMs
  while (performance.now() < deadline) {
    const tail = await log?.look()
    if (tail !== undefined && readers.every(({ position }) => position === tail.id)) return
    await sleep(100)
  }
}

function report({ readers, publisher, messages, history, losses, strikes }) {
  const counts = checkReaders(
    readers.map(({ seen }) => seen),
    messages,
    history,
  )
  const { events, silentBranches, gaps, resets, unchecked, ...others } = counts
  const { rewound, ...keeping } = checkKeeping(publisher.acknowledged, losses, history)
  return {
    published: publisher.published,
    retries: publisher.retries,
    deliveries: events,
    connections: readers.reduce((sum, reader) => sum + reader.connections, 0),
    gaps,
    resets,
    rewound,
    unchecked,
    ...others,
    ...keeping,
    silentBranches: silentBranches + history.conflicts,
    strikes,
  }
}
