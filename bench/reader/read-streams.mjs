// Reads streams to their end, and checks that every event has arrived.
import { setTimeout as sleep } from 'node:timers/promises'
import { EventCounter } from './event-counter.mjs'
import { encodeRequest, openSocket, openSockets } from './loopback.mjs'

const settleMs = 50

/**
 * Opens `streams` connections, requests `/stream?n=<events>` on all of them at once, and reads all responses to their
 * end. Resolves to the milliseconds from the requests to the last end, and the bytes read; rejects unless each stream
 * has exactly its events (after `preludeBlocks` blocks), the last one with the last sequence number, and a proper end.
 */
export async function readStreams({ port, streams, events, preludeBlocks = 0 }) {
  const readings = []
  await openSockets(streams, 200, () => openReading(port, readings))
  await sleep(settleMs)
  const started = performance.now()
  const request = encodeRequest(`/stream?n=${events}`, 'text/event-stream')
  for (const reading of readings) reading.socket.write(request)
  await Promise.all(readings.map((reading) => reading.ended))
  const elapsedMs = performance.now() - started
  for (const reading of readings) finish(reading, { events, preludeBlocks })
  return { elapsedMs, bytes: readings.reduce((sum, { counter }) => sum + counter.bytes, 0) }
}

async function openReading(port, readings) {
  const reading = { counter: new EventCounter() }
  reading.ended = new Promise((resolve, reject) => Object.assign(reading, { resolve, reject }))
  reading.ended.catch(() => {}) // `readStreams` reports it, unless connecting has failed first
  readings.push(reading)
  reading.socket = await openSocket(port, { onBytes: (buffer) => take(reading, buffer), onEnd: reading.reject })
}

function take({ counter, resolve }, buffer) {
  counter.feed(buffer)
  if (counter.done) resolve()
}

function finish({ socket, counter }, { events, preludeBlocks }) {
  socket.destroy()
  const received = counter.events - preludeBlocks
  if (received !== events) throw new Error(`${received} events of ${events}`)
  if (!counter.tail.includes(`"sequence":${events - 1},`))
    throw new Error(`the last event received is not event ${events - 1}: ${counter.tail}`)
}
