// The faults of a chaos run, by name.
// oxlint-disable-next-line no-restricted-imports -- a fault has a length
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * What each fault does to `{ engine, nodes, publisher, random, log, losses }`. `log` is the `LogWatch`; a fault by which the
 * engine loses what it has adds itself to `losses`.
 */
const faults = {
  'cut-feeds': ({ engine }) => engine.cutFeeds(),
  'kill-node': killNode,
  'pause-node': async ({ nodes, random }) => {
    const node = random.pick(nodes)
    node.suspend()
    await sleep(1500 + random.number(1500))
    node.resume()
  },
  'kill-engine': ({ engine }) => engine.restart(),
  'pause-engine': async ({ engine, random }) => {
    engine.suspend()
    await sleep(1500 + random.number(1500))
    engine.resume()
  },
  // What a node has in memory it goes on serving: one that is new has only what is kept.
  trim: async (run) => {
    run.publisher.retention = 'tight'
    await sleep(1000)
    await killNode(run)
    await sleep(500 + run.random.number(1000))
    run.publisher.retention = 'roomy'
  },
  flush: ({ engine, losses }) => lose(losses, undefined, () => engine.flush()),
  snapshot: (run) => rewind(run, () => run.engine.takeSnapshot()),
  replica: (run) => rewind(run, () => run.engine.startReplica()),
}

/** What an engine must be able to do for a fault; the others need nothing. */
const needed = {
  'cut-feeds': 'cutFeeds',
  'kill-engine': 'restart',
  replica: 'startReplica',
}

/** Hints come late for the whole of a run, not at a moment. */
const lateHints = 'late-hints'

export const faultNames = [...Object.keys(faults), lateHints]

/** Those of `wanted` that this engine can have: the ones with a moment, and whether hints come late. */
export function selectFaults(engine, wanted = faultNames) {
  const possible = wanted.filter((name) => needed[name] === undefined || engine[needed[name]] !== undefined)
  return { momentary: possible.filter((name) => name !== lateHints), hasLateHints: possible.includes(lateHints) }
}

/**
 * Lets them happen, all of them in each round, in an order of its own, until `durationMs` are over, but in one whole round.
 * Resolves with how often each happened.
 */
export async function disturb(names, run, durationMs, log) {
  const end = performance.now() + durationMs
  const strikes = Object.fromEntries(names.map((name) => [name, 0]))
  const pauseMs = Math.min(2500, durationMs / (names.length + 1))
  for (let round = 0; names.length > 0 && (round === 0 || performance.now() < end); round += 1) {
    for (const name of shuffle(names, run.random)) {
      if (round > 0 && performance.now() >= end) break
      await sleep(pauseMs * (0.5 + run.random.number(1000) / 1000))
      log(name)
      await faults[name](run)
      strikes[name] += 1
    }
  }
  await sleep(Math.max(pauseMs, end - performance.now()))
  return strikes
}

async function killNode({ nodes, random }) {
  const node = random.pick(nodes)
  await node.kill()
  await sleep(200)
  await node.start()
}

/**
 * The engine goes back to what it was a moment ago. One node does not see it happen: it is held, and when it goes on the
 * log has grown past the place where it was.
 */
async function rewind({ engine, nodes, random, log, losses }, prepare) {
  const keeps = await log.look()
  const strike = await prepare()
  await sleep(300 + random.number(700))
  const lost = await log.look()
  const sleeper = random.pick(nodes)
  if (engine.isEmbedded) for (const node of nodes) await node.kill()
  else sleeper.suspend()
  await lose(losses, keeps, strike)
  if (engine.isEmbedded) await log.reopen()
  if (engine.isEmbedded) for (const node of nodes) if (node !== sleeper) await node.start()
  await outgrow(log, lost)
  if (engine.isEmbedded) await sleeper.start()
  else sleeper.resume()
}

async function lose(losses, keeps, strike) {
  await strike()
  losses.push({ keeps, endedAt: performance.now() })
}

/** Waits until the log is longer than it was, for at most 6 s. */
async function outgrow(log, lost) {
  const deadline = performance.now() + 6000
  for (;;) {
    const tail = await log.look()
    if (lost === undefined || (tail !== undefined && tail.seq > lost.seq + 5)) return
    if (tail !== undefined && tail.epoch !== lost.epoch) return
    if (performance.now() > deadline) return
    await sleep(50)
  }
}

function shuffle(names, random) {
  const left = [...names]
  return names.map(() => left.splice(random.number(left.length), 1)[0])
}
