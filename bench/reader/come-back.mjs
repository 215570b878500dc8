// Readers that all come back at once, each with the id of the last event that it had.
import { EventEnds } from './event-ends.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const connectAtOnce = 200
const tailBytes = 400

/**
 * For each of `positions`, `{ id, missed }`: connects, asks from there on, and reads the events that were missed, the last of
 * which has number `last`. Resolves to the milliseconds until the last reader has them all, and the bytes read.
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
  reading.whole.catch(() => {}) // reported by whoever waits for it; another reader may have failed first
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
  if (events !== missed) throw new Error(`${events} events where ${missed} were missed`)
  if (!tail.includes(`"sequence":${last},`)) throw new Error(`the last event is not the last: ${tail}`)
}
