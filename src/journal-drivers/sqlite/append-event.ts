// Appends one event, within a transaction.
import { checkFence, createEpoch, createNonce, fillRetention } from '../../journal/index.ts'
import type { Appended, AppendOptions, WatchedEvent } from '../../journal/index.ts'
import type { Batch } from './batch.ts'
import type { Log } from './log-table.ts'

/** Appends an event, or returns the one that has its idempotency key. A refused append has changed nothing. */
export function appendEvent(batch: Batch, topic: string, data: string, options: AppendOptions): Appended {
  const log = batch.find(topic)
  const known = log === undefined || options.key === undefined ? undefined : batch.findKey(log, options.key)
  if (log !== undefined && known !== undefined) return { position: { epoch: log.epoch, ...known }, duplicate: true }
  checkFence(log ?? { epoch: '', tail: 0, closed: false }, options)
  const event = store(batch, log ?? batch.make(topic, options.epoch ?? createEpoch()), data, options)
  batch.announcements.push({ topic, event })
  return { position: { epoch: event.epoch, seq: event.seq, nonce: event.nonce }, duplicate: false }
}

function store(batch: Batch, log: Log, data: string, options: AppendOptions): WatchedEvent {
  const { key, event, close: closed = false } = options
  const limits = fillRetention(options.retention)
  const bytes = Buffer.byteLength(data)
  batch.retain(log, limits, bytes)
  const stored = { seq: log.tail + 1, nonce: createNonce(), ...(event === undefined ? {} : { event }), data }
  batch.events.insert({ ...stored, log: log.id, key, bytes, at: batch.now })
  log.tail = stored.seq
  log.nonce = stored.nonce
  log.closed = closed
  log.bytes += bytes
  log.forgetAt = batch.now + limits.forgetAfterMs
  return { ...stored, epoch: log.epoch, closed }
}
