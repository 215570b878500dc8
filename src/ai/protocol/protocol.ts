// The contract of a protocol: how the events of a run are written for one kind of client.
import type { ChatErrorCode, ChatEvent, ProtocolName } from '../../chat-model/index.ts'

/**
 * Writes the events of one run for one reader, from the first event on. It is a pure function of the log: no clock, no
 * random numbers, nothing of the request. So every node writes the same frames, and a frame's number is a position.
 */
export interface ChatEncoder {
  /**
   * The frames of the next event, each complete but for its id; none for what the protocol does not tell. `data` is the
   * event as JSON, as the log holds it. After `run-end` nothing follows.
   */
  encode(event: ChatEvent, data: string): readonly string[]
  /**
   * Frames for a reader that joins here and wants only what follows: the starts of what is open. They have no position,
   * and are no part of what {@link encode} counts.
   */
  prelude?(): readonly string[]
}

/** How frames are separated, and what a stream's head says. */
export interface ChatProtocol {
  readonly name: ProtocolName
  readonly contentType: string
  /** Headers of a stream, beside those that all streams have. */
  readonly headers: Readonly<Record<string, string>>
  /** Whether frames are SSE: they can have ids, and comments may stand between them. */
  readonly isSse: boolean
  /**
   * Whether a reader that begins anew may be given one delta in place of several: its client counts no frames, and the encoder
   * holds none back. Default false.
   */
  readonly canCondense?: boolean
  createEncoder(options: EncoderOptions): ChatEncoder
  /** The body of an answer that failed before its stream began; `undefined`: plain text, the message alone. */
  errorBody(error: ChatFault): object | undefined
  /** The status of such an answer where the protocol has one of its own. */
  errorStatus?(code: ChatErrorCode): number | undefined
  /** The whole answer of a run that has ended, for a request that does not want a stream. */
  createWhole?(options: EncoderOptions): WholeAnswer
}

/** Builds the whole answer from the events of a run, `run-end` included. */
export interface WholeAnswer {
  take(event: ChatEvent): void
  /**
   * The body. Called after `run-end` of a run that has not failed; that of OpenAI responses at any time, and of any run:
   * they have words for how far an answer is, and for how it has failed.
   */
  body(): object
}

/** What a client is told of a failure. */
export interface ChatFault {
  readonly code: ChatErrorCode
  readonly message: string
  readonly status: number
  readonly requestId: string
}

/** Options of the encoders, the same for all runs of a route. */
export interface EncoderOptions {
  /** Which `ai` must be able to read UI messages: 6 gets no chunk that only 7 knows. */
  readonly uiVersion: 6 | 7
  /** Whether the usage stands in the metadata of a UI message. */
  readonly usageInMetadata: boolean
  /** Whether calls that the server runs are shown to readers of OpenAI responses. */
  readonly showServerTools: boolean
  /** Whether the reader has nothing of the message that the answer goes on with, and is given that, too. */
  readonly replaysMessage?: boolean
  /** Told of what the protocol cannot carry: the event's type, and whether it was dropped or told in another way. */
  readonly onLoss: (type: ChatEvent['type'], dealt: 'dropped' | 'folded') => void
}
