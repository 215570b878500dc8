// Child process of the measure `presence`: members who come to one topic on two nodes, and what telling of them costs.
import { setTimeout as sleep } from 'node:timers/promises'
import { createChannels, createPresence } from '../../dist/channel/index.js'
import { answerAsks } from './answer-asks.mjs'
import { openJournal } from './open-journal.mjs'

/** The component of the journal. */
let engine

answerAsks({
  start: async (component) => {
    engine = component
  },
  measure,
})

/**
 * Lets `count` members come within a second, half of them to each of two nodes that share a journal, with `watchers` readers of
 * the list on each. Resolves to what was appended, in how many appends, how long after the last member both nodes listed all,
 * the CPU time in milliseconds, and what the heap holds for a member on both nodes beside what its reader takes without.
 */
async function measure({ count, watchers }) {
  const appended = { appends: 0, chars: 0 }
  const [, , name] = process.argv
  const journal = counting(await openJournal(name, engine), appended)
  await journal.ready()
  const nodes = [createNode(journal), createNode(journal)]
  const topics = nodes.map(({ channels }) => channels.topic('room'))
  for (const { presence } of nodes) await presence.list({ name: 'room' })
  const readers = []
  const plain = await plainBytes(topics, count)
  const told = { chars: 0 }
  for (const [index, { presence }] of nodes.entries())
    for (let n = 0; n < watchers; n += 1) presence.subscribe(topics[index]).attach(createSink(told))
  await sleep(2000)
  Object.assign(appended, { appends: 0, chars: 0 })
  const cpu = process.cpuUsage()
  const before = heapUsed()
  const startedAt = performance.now()
  for (let n = 0; n < count; n += 1) {
    const member = nodes[n % 2].presence.member({ id: `user-${n}`, info: { name: `Somebody ${n}` } })
    readers.push(topics[n % 2].subscribe({ member }).attach(createSink()))
    // A second for all of them.
    if (n % 100 === 99) await sleep(Math.max(0, startedAt + (1000 * n) / count - performance.now()))
  }
  const cameAt = performance.now()
  const isKnown = () =>
    nodes.every(({ channels }) => channels.status().followed.every(({ members }) => members === count))
  while (!isKnown()) await sleep(1)
  const knownMs = performance.now() - cameAt
  const { user, system } = process.cpuUsage(cpu)
  const result = { ...appended, knownMs, cpuMs: (user + system) / 1000 }
  await sleep(2000)
  const bytes = (heapUsed() - before - plain) / count
  for (const { channels } of nodes) await channels.close()
  await journal.close()
  return { ...result, comingMs: cameAt - startedAt, bytes, toldChars: told.chars }
}

function createNode(journal) {
  const channels = createChannels({ journal })
  return { channels, presence: createPresence(channels, { member: (who) => who }) }
}

/** Counts what is appended, beats included. */
function counting(journal, appended) {
  const count = (texts) => {
    appended.appends += 1
    for (const text of texts) appended.chars += text.length
  }
  return new Proxy(journal, {
    get(target, name) {
      const method = target[name]
      if (typeof method !== 'function') return method
      return (...given) => {
        if (name === 'append') count([given[1]])
        if (name === 'appendAll') count(given[1].map(({ data }) => data))
        return method.apply(target, given)
      }
    },
  })
}

function createSink(told) {
  const write = (bytes) => {
    if (told !== undefined) told.chars += bytes.byteLength
    return true
  }
  return { controls: false, write, end: () => {} }
}

/** What the heap holds for so many readers that are nobody; measured twice, because the first round grows what stays. */
async function plainBytes(topics, count) {
  let bytes = 0
  for (let round = 0; round < 2; round += 1) {
    const before = heapUsed()
    const readers = Array.from({ length: count }, (_, n) => topics[n % 2].subscribe().attach(createSink()))
    await sleep(2000)
    bytes = heapUsed() - before
    for (const reader of readers) reader.detach()
    await sleep(2000)
  }
  return bytes
}

function heapUsed() {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}
