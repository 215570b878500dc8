// How a run ends, for the terminal frames of a protocol: what is still open, why it ended, what it has used.
import { OpenParts } from '../../chat-model/index.ts'
import type { ChatErrorCode, ChatEvent, FinishReason, RunEnd, Usage } from '../../chat-model/index.ts'
import { addUsage } from './usage.ts'

/** What a client is told of a run that did not end well. */
export interface EndingError {
  readonly code: ChatErrorCode
  readonly message: string
}

/** The end of a run. */
export interface Ended {
  /** What closes that which is open: to be encoded before the terminal frames. */
  readonly closers: readonly ChatEvent[]
  /** `tool-calls` where, and only where, a call waits for the client, whatever the provider's word was. */
  readonly reason: FinishReason
  /** Only of a run that has failed or was interrupted. */
  readonly error: EndingError | undefined
  readonly usage: Usage | undefined
  /** Whether calls of the client stand without an output, whole or in part. */
  readonly hasClientCalls: boolean
}

/** Follows the events of a run up to its end. */
export class Ending {
  readonly parts: OpenParts = new OpenParts()
  #reason: FinishReason | undefined
  #error: EndingError | undefined
  /** Of the messages that have ended, and of the steps since. */
  #usage: Usage | undefined
  #stepUsage: Usage | undefined

  /** Goes on by one event. */
  take(event: ChatEvent): void {
    this.parts.take(event)
    if (event.type === 'step-end') this.#stepUsage = addUsage(this.#stepUsage, event.usage)
    else if (event.type === 'error') this.#error = event
    else if (event.type === 'message-end') {
      this.#reason = event.reason
      this.#usage = addUsage(this.#usage, event.usage ?? this.#stepUsage)
      this.#stepUsage = undefined
    }
  }

  /** The end, at `run-end`. */
  close(end: RunEnd): Ended {
    return {
      closers: this.parts.closers(end),
      reason: this.#reasonOf(end),
      error: this.#errorOf(end),
      usage: addUsage(this.#usage, this.#stepUsage),
      hasClientCalls: this.parts.list().some((part) => part.kind === 'call' && part.executor === 'client'),
    }
  }

  #reasonOf({ outcome }: RunEnd): FinishReason {
    if (outcome === 'failed') return 'error'
    if (outcome !== 'completed') return outcome
    if (this.parts.list().some((part) => part.kind === 'call' && isForClient(part))) return 'tool-calls'
    return this.#reason === 'tool-calls' ? 'stop' : (this.#reason ?? 'other')
  }

  #errorOf({ outcome }: RunEnd): EndingError | undefined {
    if (outcome === 'interrupted') return this.#error ?? { code: 'interrupted', message: 'The answer was interrupted.' }
    if (outcome === 'failed') return this.#error ?? { code: 'internal', message: 'The answer has failed.' }
    return undefined
  }
}

/** Whether a call waits for its client at the end of a run that has completed. */
function isForClient({ executor, input }: { readonly executor: string; readonly input: string | undefined }): boolean {
  return executor === 'client' && input === undefined
}
