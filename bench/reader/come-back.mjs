// Readers that all reconnect at once, each with its last event id.
import { EventEnds } from './event-ends.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const connectAtOnce = 200
const tailBytes = 400

/**
 * Connects one reader for each `{ id, missed }` of `positions`, with `id` as its last event id, and reads the `missed`
 * events, of which the last must have sequence number `last`. Resolves to the milliseconds until all readers have all
 * their events, and the bytes read.
 */
export async function comeBack({ port, path, positions, last }) {
  const readings = []
  const started = performance.now()
  await openSockets(positions.length, connectAtOnce, () => open(port, path, positions[readings.length], readings))
  await Promise.all(readings.map(({ whole }) => whole))
  const elapsedMs = performance.now() - started
  for (const reading of readings) finish(reading, last)
  return { elapsedMs, bytes: readings.reduce((sum, { bytes }) => sum + bytes, 0) }
}

async function open(port, path, { id, missed }, readings) {
  const reading = { missed, events: 0, bytes: 0, tail: '', ends: new EventEnds() }
  reading.whole = new Promise((resolve, reject) => Object.assign(reading, { resolve, reject }))
  reading.whole.catch(() => {}) // `comeBack` reports it, unless another reader has failed first
  readings.push(reading)
  reading.socket = await openSocket(port, { onBytes: (buffer) => take(reading, buffer), onEnd: reading.reject })
  reading.socket.write(encodeRequest(path, 'text/event-stream', id))
}

function take(reading, buffer) {
  reading.bytes += buffer.length
  reading.events += reading.ends.count(buffer)
  if (reading.events < reading.missed) return
  reading.tail += buffer.latin1Slice(Math.max(0, buffer.length - tailBytes))
  reading.resolve()
}

function finish({ socket, events, missed, tail }, last) {
  socket.resetAndDestroy()
  if (events !== missed) throw new Error(`${events} events instead of ${missed}`)
  if (!tail.includes(`"sequence":${last},`)) throw new Error(`the last event received is not event ${last}: ${tail}`)
}
