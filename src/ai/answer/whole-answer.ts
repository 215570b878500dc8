// A whole answer as JSON, for a request that wants no stream.
import type { ChatEvent } from '../../chat-model/index.ts'
import { ControlEvent } from '../../sse/index.ts'
import { json } from '../../server/index.ts'
import type { ChatProtocol, EncoderOptions } from '../protocol/protocol.ts'
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
export async function answerWhole({ runId, protocol, encoder, items, signal }: WholeOptions): Promise<Response> {
  const whole = protocol.createWhole?.(encoder)
  if (whole === undefined) throw new TypeError(`The protocol ${protocol.name} has no whole answers.`)
  const stop = (): void => void items.return?.()
  signal.addEventListener('abort', stop)
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
    signal.removeEventListener('abort', stop)
    await items.return?.()
  }
}

function eventsOf(item: LogItem | ControlEvent): readonly ChatEvent[] {
  if (item instanceof ControlEvent) return item.name === 'open' ? [] : interrupted
  const data: unknown = item.value ?? JSON.parse(item.data)
  if (isClosing(item.event)) return eventsOfClosing(item.event, data)
  return isChatEvent(data) ? [data] : []
}
