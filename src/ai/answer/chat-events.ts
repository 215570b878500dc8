// The events of a handler: from the run's start to the end of its message.
import { nextTurn, TidingsError, toJson } from '../../base/index.ts'
import type { ChatEvent, RunStart } from '../../chat-model/index.ts'
import { ChatFailure, refusedYield } from '../../chat-model/internal.ts'
import { Intake, type IntakeOptions } from './intake.ts'
import { piecesOf } from './pieces.ts'
import { valuesOf } from './source-values.ts'

/** What {@link chatEvents} needs. */
export interface ChatEventsOptions {
  readonly start: RunStart
  readonly intake: IntakeOptions
  readonly signal: AbortSignal
  /** Calls the handler, once it may run. */
  readonly open: () => unknown
  /** How much of an answer is kept: one that is longer ends with a failure, never without its beginning. */
  readonly limits: AnswerLimits
}

/** How large an answer may be, and each event of it. */
export interface AnswerLimits {
  readonly maxEvents: number
  readonly maxBytes: number
  readonly maxEventBytes: number
}

/** The part of what is kept of an answer that is left for the events that end it. */
const reserved = 0.01

/** How long a source that never waits goes on before others of the process have a turn, in milliseconds. */
const sliceMs = 5

/**
 * The events of an answer but its end, which is made by whoever reads the closed log.
 *
 * @throws ChatFailure for an answer that is too long, and for a failure that a provider has told of
 */
export async function* chatEvents(options: ChatEventsOptions): AsyncGenerator<ChatEvent, void> {
  const { start, signal, limits } = options
  yield start
  const intake = new Intake(options.intake)
  const values = valuesOf(await options.open(), signal)
  // A helper that runs a tool takes the run's signal from the `yield` that it is in.
  const next = (): Promise<IteratorResult<unknown, unknown>> => values.next(signal)
  const size = { events: limits.maxEvents * (1 - reserved), bytes: limits.maxBytes * (1 - reserved) }
  takeRoom(size, start)
  let turnAt = performance.now()
  let hasReturned = false
  // What waits for its next value is ended by nothing else: this generator waits, too.
  let leaving: Promise<unknown> | undefined
  const letGo = (): void => {
    leaving = release(values)
    leaving.catch(() => {
      // Thrown below, where the answer ends.
    })
  }
  signal.addEventListener('abort', letGo)
  // It was stopped while the handler began.
  if (signal.aborted) letGo()
  try {
    for (let count = 1; ; count += 1) {
      // Without it the first token of a model that has all of them at once came after 140 ms instead of 21.
      if ((count & 15) === 0 && performance.now() - turnAt > sliceMs) {
        await new Promise<void>(nextTurn)
        turnAt = performance.now()
      }
      const { done, value } = await next()
      hasReturned = done === true
      if (hasReturned) refuseReturned(value)
      for (const whole of hasReturned ? intake.finish() : intake.take(value)) {
        for (const event of piecesOf(whole, limits.maxEventBytes)) {
          takeRoom(size, event)
          yield event
        }
      }
      if (hasReturned) return
    }
  } finally {
    signal.removeEventListener('abort', letGo)
    if (!hasReturned) await (leaving ?? release(values))
  }
}

/** Ends a source; rejects also where its `return()` throws at once. */
async function release(values: AsyncIterator<unknown>): Promise<void> {
  await values.return?.()
}

function takeRoom(size: { events: number; bytes: number }, event: ChatEvent): void {
  size.events -= 1
  size.bytes -= sizeOf(event)
  if (size.events > 0 && size.bytes > 0) return
  const error = new RangeError('The answer is longer than the maxEvents or maxBytes of its run.')
  throw new ChatFailure({ type: 'failure', code: 'output_too_large', retryable: false, error })
}

/** At most the bytes of the event's data. */
function sizeOf(event: ChatEvent): number {
  if ('delta' in event) return event.delta.length * 3 + 64
  return toJson(event).length * 3
}

/** What a generator returns, and not yields, would get to nobody. */
function refuseReturned(value: unknown): void {
  const refusal = value === undefined ? undefined : refusedYield(value)
  if (refusal !== undefined) throw new TidingsError('ERR_CHAT_EVENT', refusal)
}
