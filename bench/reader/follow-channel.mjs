// The readers of the measure `fan-out`: all count the events of one channel; a sample of them also checks order and
// latency.
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { now } from '../clock.mjs'
import { parseTimedEvent } from '../event.mjs'
import { EventEnds } from './event-ends.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const sampledReaders = 128
const mostEvents = 1_000_000
const settleMs = 200

let audience

/** Connects `count` more readers to `path`; resolves when each has the head of its response. */
export async function joinChannel({ port, path, count, pacePort }) {
  audience ??= await createAudience(pacePort)
  const sampleEach = Math.max(1, Math.floor(count / sampledReaders))
  await openSockets(count, 200, () => openReader(port, path, audience.sockets.length % sampleEach === 0))
  // A server may still be attaching a reader to the topic after sending its head.
  await sleep(settleMs)
}

/** Resets all counters: the next event must have sequence number 1. */
export function beginCounting() {
  Object.assign(audience, { delivered: 0, latencies: [], lastAt: 0, failure: undefined })
  audience.reached.fill(0)
  for (const reader of audience.readers) Object.assign(reader, { events: 0, cut: '', ends: new EventEnds() })
  Object.assign(audience, { isCounting: true, usage: process.cpuUsage(), beganAt: now() })
}

/**
 * Waits until all readers have had `events` events; resolves to the time of the last delivery and the percentiles of
 * the latency. Rejects if a reader was disconnected, got its events out of order, or did not get them in time.
 */
export async function finishCounting({ events, timeoutMs = 40_000 }) {
  const deadline = now() + timeoutMs
  while (audience.delivered < events && audience.failure === undefined && now() < deadline) await sleep(5)
  if (audience.failure !== undefined) throw audience.failure
  if (audience.delivered < events)
    throw new Error(`event ${audience.delivered + 1} of ${events} has not reached all readers`)
  const latencies = Float64Array.from(audience.latencies).toSorted()
  const percentile = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))]
  const { user, system } = process.cpuUsage(audience.usage)
  const readerLoad = (user + system) / 1000 / (now() - audience.beganAt)
  return { lastAt: audience.lastAt, p50: percentile(0.5), p99: percentile(0.99), readerLoad }
}

/** Disconnects all readers. */
export async function leaveChannel() {
  const { sockets, pace } = audience
  audience = undefined
  pace.destroy()
  for (const socket of sockets) socket.resetAndDestroy() // no TIME_WAIT: the next round needs the ports
  await sleep(settleMs)
}

async function createAudience(pacePort) {
  const pace = connect({ port: pacePort, host: '127.0.0.1', noDelay: true })
  await once(pace, 'connect')
  const reached = new Uint32Array(mostEvents)
  return {
    readers: [],
    sockets: [],
    pace,
    reached,
    isCounting: false,
    delivered: 0,
    latencies: [],
    lastAt: 0,
    failure: undefined,
  }
}

async function openReader(port, path, isSampled) {
  const { readers, sockets } = audience
  const reader = { audience, events: 0, isSampled, cut: '', ends: new EventEnds(), hasHead: false }
  readers.push(reader)
  const place = sockets.push(undefined) - 1
  const head = new Promise((resolve, reject) => Object.assign(reader, { onHead: resolve, onFailure: reject }))
  head.catch(() => {}) // reported by the `await` below, unless connecting has failed first
  sockets[place] = await openSocket(port, {
    onBytes: (buffer) => (reader.hasHead ? take(reader, buffer) : takeHead(reader, buffer)),
    onEnd: (error) => fail(reader, error),
  })
  sockets[place].write(encodeRequest(path, 'text/event-stream'))
  await head
}

function takeHead(reader, buffer) {
  checkHead(buffer.latin1Slice())
  reader.hasHead = true
  reader.onHead()
}

function fail(reader, error) {
  reader.audience.failure ??= error
  reader.onFailure(error)
}

function take(reader, buffer) {
  const { reached, readers, isCounting } = reader.audience
  if (!isCounting) return
  const before = reader.events
  if (reader.isSampled) readEvents(reader, buffer.latin1Slice())
  else reader.events += reader.ends.count(buffer)
  for (let event = before + 1; event <= reader.events; event += 1) {
    reached[event] += 1
    if (reached[event] === readers.length) onDelivered(reader.audience, event)
  }
}

function readEvents(reader, bytes) {
  const receivedMs = now()
  const text = reader.cut + bytes
  let position = 0
  for (let end = text.indexOf('}\n\n'); end !== -1; end = text.indexOf('}\n\n', position)) {
    const { dueMs, sequence } = parseTimedEvent(text.slice(position, end))
    position = end + 3
    reader.events += 1
    if (sequence !== reader.events) throw new Error(`event ${sequence} instead of ${reader.events}`)
    reader.audience.latencies.push(receivedMs - dueMs)
  }
  reader.cut = text.slice(position)
}

/** Called when all readers have an event: reports it to the publisher, which may be waiting for that. */
function onDelivered(audience, event) {
  audience.delivered = event
  audience.lastAt = now()
  audience.pace.write(`${event}\n`)
}

function checkHead(head) {
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`answered ${head.split('\r\n', 1)[0]}`)
  if (!/\r\ncontent-type: text\/event-stream/i.test(head)) throw new Error(`not an event stream:\n${head}`)
}
