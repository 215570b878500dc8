// Appends and erases events, within a transaction.
import { createHash } from 'node:crypto'
import { checkFence, createEpoch, createNonce, fillRetention } from '../../journal/index.ts'
import type {
  AppendAllOptions,
  Appended,
  AppendOptions,
  NewEvent,
  Position,
  WatchedEvent,
} from '../../journal/index.ts'
import type { Batch } from './batch.ts'
import type { Log } from './log-table.ts'

/** Appends an event, or returns the one that has its idempotency key. A refused append has changed nothing. */
export function appendEvent(batch: Batch, topic: string, data: string, options: AppendOptions): Appended {
  const { key, event, close = false } = options
  const log = batch.find(topic)
  const known = log === undefined || key === undefined ? undefined : batch.findKey(log, key)
  if (log !== undefined && known !== undefined) return { position: { epoch: log.epoch, ...known }, duplicate: true }
  const open = openLog(batch, topic, options)
  const stored = store(batch, open, { data, event, key, close }, options)
  batch.announcements.push({ topic, event: stored })
  return { position: { epoch: open.epoch, seq: stored.seq, nonce: stored.nonce }, duplicate: false }
}

/** Appends several events. A refused append has changed nothing. */
export function appendEvents(
  batch: Batch,
  topic: string,
  events: readonly NewEvent[],
  options: AppendAllOptions,
): Position {
  const log = openLog(batch, topic, options)
  for (const [index, { data, event }] of events.entries()) {
    const close = options.close === true && index === events.length - 1
    const stored = store(batch, log, { data, event, key: undefined, close }, options)
    batch.announcements.push({ topic, event: stored })
  }
  return { epoch: log.epoch, seq: log.tail, nonce: log.nonce }
}

/** Erases an event; returns whether the log has it. */
export function eraseEvent(batch: Batch, topic: string, { epoch, seq, nonce }: Position): boolean {
  const log = batch.find(topic)
  if (log === undefined || epoch !== log.epoch || seq < log.first || seq > log.tail) return false
  const event = batch.events.find(log.id, seq)
  // Somebody has deleted the row: it is erased.
  if (event === undefined) return true
  if (nonce !== '' && nonce !== event.nonce) return false
  if (event.erased) return true
  batch.events.erase(event)
  log.bytes -= event.bytes
  log.erasures += 1
  batch.change(log)
  batch.announcements.push({ topic, event: undefined })
  return true
}

interface Storable extends NewEvent {
  readonly key: string | undefined
  readonly close: boolean
}

function openLog(batch: Batch, topic: string, options: AppendAllOptions): Log {
  const log = batch.find(topic)
  checkFence(log ?? { epoch: '', tail: 0, closed: false }, options)
  return log ?? batch.make(topic, options.epoch ?? createEpoch())
}

function store(batch: Batch, log: Log, { data, event, key, close }: Storable, options: AppendAllOptions): WatchedEvent {
  const limits = fillRetention(options.retention)
  const bytes = Buffer.byteLength(data)
  batch.retain(log, limits, bytes)
  const nonce = nonceAfter(log.nonce)
  const stored = { seq: log.tail + 1, nonce, ...(event === undefined ? {} : { event }), data }
  batch.events.insert({ ...stored, log: log.id, key, bytes, at: batch.now })
  log.tail = stored.seq
  log.nonce = nonce
  log.closed = close
  log.bytes += bytes
  log.forgetAt = batch.now + limits.forgetAfterMs
  return { ...stored, epoch: log.epoch, closed: close }
}

/** The nonce of the event after one: equal nonces mean equal histories, also in a copy of the file that is put back. */
function nonceAfter(previous: string): string {
  return createHash('sha256').update(`${previous}.${createNonce()}`).digest('hex').slice(0, 8)
}
