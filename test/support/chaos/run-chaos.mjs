// A chaos run: two nodes over one engine, readers that drop and hop, and everything that can be killed is.
import { fork } from 'node:child_process'
import { once } from 'node:events'
// oxlint-disable-next-line no-restricted-imports -- load has a pace, and a trial lasts so long
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { engines, freePort } from './engine.mjs'
import { ChaosPublisher } from './publisher.mjs'
import { ChaosReader } from './reader.mjs'

const nodeFile = fileURLToPath(new URL('node.mjs', import.meta.url))
const lanes = 4

/** What the nodes may share; `naive` is pub/sub without a log. */
export const chaosEngines = [...Object.keys(engines), 'naive']
const settleMs = 30_000

/**
 * Runs for `durationMs` and reports what the readers found: `{ lost, doubled, announced, orders, missing, ... }`; `orders` is how
 * many different orders there were, which is 1 when all have had the same. `engine`: `redis`, `postgres`, `sqlite`, or `naive`, which
 * is pub/sub without a log.
 */
export async function runChaos({
  engine,
  readers: count = 200,
  durationMs = 20_000,
  perSecond = 80,
  clockSkewMs = 0,
  log = () => {},
}) {
  const base = await engines[engine === 'naive' ? 'redis' : engine]()
  const nodes = []
  const readers = Array.from({ length: count }, (_, index) => new ChaosReader(lanes, { isSlow: index < 3 }))
  const publisher = new ChaosPublisher(lanes)
  try {
    for (let index = 0; index < 2; index += 1)
      nodes.push(await startNode({ engine, at: base.at, clockMs: index * clockSkewMs }))
    const urlOf = () => nodes[Math.floor(Math.random() * nodes.length)].url
    const reading = readers.map((reader) => reader.run(urlOf))
    const publishing = publisher.run(urlOf, (1000 * lanes) / perSecond)
    await disturb({ base, nodes, durationMs, log })
    publisher.stop()
    await publishing
    const isWhole = await settle(readers, publisher.totals, engine === 'naive' ? 2000 : settleMs)
    for (const reader of readers) reader.stop()
    await Promise.all(reading)
    return report({ readers, publisher, isWhole })
  } finally {
    for (const node of nodes) await node.stop()
    await base.stop()
  }
}

/** Every fault in its turn, again and again. */
async function disturb({ base, nodes, durationMs, log }) {
  const faults = [
    ['the feeds are cut', () => base.cutFeeds()],
    ['the first node is killed', () => nodes[0].restart()],
    ['the engine is restarted', () => base.restart()],
    ['the feeds are cut', () => base.cutFeeds()],
    ['the second node is killed', () => nodes[1].restart()],
  ]
  const end = performance.now() + durationMs
  const pauseMs = Math.min(3000, durationMs / (faults.length + 1))
  for (let index = 0; performance.now() + pauseMs < end; index += 1) {
    await sleep(pauseMs)
    const [name, strike] = faults[index % faults.length]
    log(name)
    await strike()
  }
  await sleep(Math.max(0, end - performance.now()))
}

/** Waits until every reader has everything; false when that takes too long. */
async function settle(readers, totals, withinMs) {
  const deadline = performance.now() + withinMs
  while (!readers.every((reader) => reader.has(totals))) {
    if (performance.now() > deadline) return false
    await sleep(100)
  }
  return true
}

function report({ readers, publisher, isWhole }) {
  const sum = (name) => readers.reduce((total, reader) => total + reader[name], 0)
  return {
    published: publisher.published,
    retries: publisher.retries,
    missedDuplicates: publisher.missedDuplicates,
    deliveries: sum('events'),
    connections: sum('connections'),
    lost: sum('lost'),
    doubled: sum('doubled'),
    malformed: sum('malformed'),
    announced: sum('announced'),
    missing: readers.reduce((total, reader) => total + reader.missing(publisher.totals), 0),
    orders: new Set(readers.map(({ order }) => order)).size,
    isWhole,
  }
}

async function startNode(options) {
  const port = await freePort()
  const start = async () => {
    const child = fork(nodeFile, [JSON.stringify({ ...options, port })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const end = () => void child.kill('SIGKILL')
    process.once('exit', end)
    child.once('exit', () => process.off('exit', end))
    const [message] = await Promise.race([once(child, 'message'), once(child, 'exit')])
    if (message !== 'ready') throw new Error(`A node did not start: it exited with ${message}.`)
    return child
  }
  let child = await start()
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  const restart = async () => {
    await stop()
    await sleep(200)
    child = await start()
  }
  return { url: `http://127.0.0.1:${port}`, restart, stop }
}
