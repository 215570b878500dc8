// A whole answer as JSON, for a request that wants no stream.
import { nextTurn } from '../../base/index.ts'
import type { ChatEvent } from '../../chat-model/index.ts'
import { parsePosition } from '../../journal/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import { json } from '../../server/index.ts'
import type { ChatProtocol, EncoderOptions, WholeAnswer } from '../protocol/protocol.ts'
import { eventsOfClosing, interrupted, isChatEvent, isClosing } from '../run/closing.ts'
import type { LogItem, RunItems } from '../run/run-frames.ts'
import { runHeaders, toHttpError } from './written-answer.ts'

/** What {@link answerWhole} needs. */
export interface WholeOptions {
  readonly runId: string
  readonly protocol: ChatProtocol
  readonly encoder: EncoderOptions
  readonly items: RunItems
  /** The reader has left: aborts the reading. */
  readonly signal: AbortSignal
}

/**
 * Reads an answer to its end.
 *
 * @throws HttpError for an answer that has failed, with its status
 */
export async function answerWhole(options: WholeOptions): Promise<Response> {
  const { runId, items, signal } = options
  const whole = createWhole(options)
  const end = endsOnLeave(items, signal)
  try {
    for (;;) {
      const { done, value } = await items.next()
      const events = done === true ? interrupted : eventsOf(value)
      for (const event of events) {
        if (event.type === 'error') throw toHttpError(event)
        whole.take(event)
        if (event.type === 'run-end') return json(whole.body(), { headers: runHeaders(runId) })
      }
    }
  } finally {
    await end()
  }
}

/** It may be another the next time. */
const notKept = { 'cache-control': 'no-store' }

/** What {@link answerSoFar} needs. */
export interface SoFarOptions extends WholeOptions {
  /** The number of the last event that is read; the first event is waited for. */
  readonly length: number
}

/**
 * Reads an answer as far as it has come, without waiting for more; also one that has failed, which says so itself. Resolves
 * with `undefined` for an answer that has not even begun.
 */
export async function answerSoFar(options: SoFarOptions): Promise<Response | undefined> {
  const { runId, items, signal, length } = options
  const whole = createWhole(options)
  const end = endsOnLeave(items, signal)
  let hasBegun = false
  try {
    for (let read = 1; ; read += 1) {
      const { done, value } = await items.next()
      const events = done === true ? interrupted : eventsOf(value)
      for (const event of events) whole.take(event)
      hasBegun ||= events[0]?.type === 'run-start'
      const isLast = events.at(-1)?.type === 'run-end' || (hasBegun && seqOf(value) >= length)
      if (isLast) return hasBegun ? json(whole.body(), { headers: { ...runHeaders(runId), ...notKept } }) : undefined
      if (read % 256 === 0) await new Promise<void>(nextTurn)
    }
  } finally {
    await end()
  }
}

/** Ends the reading of `items` when its reader leaves. Returns what is called at the end: it rejects with what that threw. */
function endsOnLeave(items: RunItems, signal: AbortSignal): () => Promise<void> {
  let leaving: Promise<unknown> | undefined
  const leave = (): void => {
    leaving = items.return?.()
    leaving?.catch(() => {
      // Thrown at the end, which comes at once now.
    })
  }
  signal.addEventListener('abort', leave)
  return async () => {
    signal.removeEventListener('abort', leave)
    await leaving
    await items.return?.()
  }
}

function createWhole({ protocol, encoder }: WholeOptions): WholeAnswer {
  const whole = protocol.createWhole?.(encoder)
  if (whole === undefined) throw new TypeError(`The protocol ${protocol.name} has no whole answers.`)
  return whole
}

function seqOf(item: LogItem | ControlEvent | undefined): number {
  return item === undefined || item instanceof ControlEvent ? 0 : (parsePosition(item.id)?.seq ?? 0)
}

function eventsOf(item: LogItem | ControlEvent): readonly ChatEvent[] {
  if (item instanceof ControlEvent) return item.name === 'open' ? [] : interrupted
  const data: unknown = item.value ?? JSON.parse(item.data)
  if (isClosing(item.event)) return eventsOfClosing(item.event, data)
  return isChatEvent(data) ? [data] : []
}
