// Readers of many topics that reconnect at once, each with its last event id, and wait for the events that they lack.
import { EventEnds } from './event-ends.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const connectAtOnce = 200
const tailBytes = 400

let readings = []

/**
 * Connects one reader for each `{ path, id, missed, last }` of `positions`, with `id` as its last event id. Resolves when each
 * has the head of its response and the first bytes of its stream.
 */
export async function rejoinTopics({ port, positions }) {
  readings = []
  await openSockets(positions.length, connectAtOnce, () => open(port, positions[readings.length]))
  await Promise.all(readings.map(({ open: opened }) => opened))
}

/** Resolves when each reader has its `missed` events, of which the last has sequence number `last`; then they leave. */
export async function takeMissed() {
  await Promise.all(readings.map(({ whole }) => whole))
  for (const reading of readings) finish(reading)
  return { bytes: readings.reduce((sum, { bytes }) => sum + bytes, 0) }
}

async function open(port, position) {
  const reading = { ...position, events: 0, bytes: 0, tail: '', ends: new EventEnds() }
  reading.open = new Promise((resolve, reject) => Object.assign(reading, { onOpen: resolve, onClose: reject }))
  reading.whole = new Promise((resolve, reject) => Object.assign(reading, { onWhole: resolve, onFailure: reject }))
  for (const promise of [reading.open, reading.whole]) promise.catch(() => {}) // reported by who awaits it
  readings.push(reading)
  const onEnd = (error) => {
    reading.onClose(error)
    reading.onFailure(error)
  }
  reading.socket = await openSocket(port, { onBytes: (buffer) => take(reading, buffer), onEnd })
  reading.socket.write(encodeRequest(position.path, 'text/event-stream', position.id))
}

function take(reading, buffer) {
  if (reading.bytes === 0) checkHead(buffer.latin1Slice(0, Math.min(buffer.length, tailBytes)))
  reading.bytes += buffer.length
  reading.onOpen()
  reading.events += reading.ends.count(buffer)
  reading.tail = (reading.tail + buffer.latin1Slice(Math.max(0, buffer.length - tailBytes))).slice(-tailBytes)
  if (reading.events >= reading.missed) reading.onWhole()
}

function checkHead(head) {
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`answered ${head.split('\r\n', 1)[0]}`)
}

function finish({ socket, path, events, missed, tail, last }) {
  socket.resetAndDestroy()
  if (events !== missed) throw new Error(`${path}: ${events} events instead of ${missed}`)
  if (!tail.includes(`"sequence":${last},`)) throw new Error(`${path}: the last event received is not event ${last}`)
}
