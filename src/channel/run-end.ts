// Why a run ended before its handler did.
import { EndedError } from '../base/index.ts'

/** Why a run ended before its handler did. `lost`: another node has ended it, or the journal has lost a part of it. */
export type RunEndReason = 'stopped' | 'shutdown' | 'duration' | 'abandoned' | 'lost'

const sentences: Readonly<Record<RunEndReason, string>> = {
  stopped: 'The run was stopped.',
  shutdown: 'The server is shutting down.',
  duration: 'The run has reached its maxDurationMs.',
  abandoned: 'Nobody follows the run any more.',
  lost: 'The run was ended by another node, to which this one seemed dead, or its journal has lost a part of it.',
}

/** The `reason` of a run's `ctx.signal`. Its name is `AbortError`, by which other libraries recognise an abort. */
export class RunEndedError extends EndedError<RunEndReason> {
  constructor(reason: RunEndReason) {
    super(reason, sentences[reason])
  }
}
