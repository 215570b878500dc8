// An answer as the response to one reader: its head, its frames, and what is said where they break off.
import { WrittenStream } from '../../server/internal.ts'
import type { ErrorEvent } from '../../chat-model/index.ts'
import { encodeComment } from '../../sse/index.ts'
import { HttpError } from '../../server/index.ts'
import { statusOf } from '../failure.ts'
import type { ChatProtocol, EncoderOptions } from '../protocol/protocol.ts'
import { RunFrames, type Place, type RunItems } from '../run/run-frames.ts'
import { FrameWriter } from '../run/frames.ts'

/** How a reader takes an answer. */
export interface Reading {
  readonly place: Place
  /** Whether a failure before the first frame is a status. */
  readonly failsEarly: boolean
  /** Whether the reader comes back by itself to an answer that breaks off: then it is told of no end. */
  readonly comesBack: boolean
  /** Whether it has nothing of the message that the answer goes on with. */
  readonly replaysMessage?: boolean
  /** More headers of the stream. */
  readonly headers?: Readonly<Record<string, string>>
}

/** What {@link writeAnswer} needs. */
export interface AnswerOptions extends Reading {
  readonly runId: string
  readonly protocol: ChatProtocol
  readonly encoder: EncoderOptions
  readonly items: RunItems
  /** The position of the run's beginning; `undefined` for an answer that nobody can come back to. */
  readonly beginning: string | undefined
  readonly onClosed: () => void
  readonly onOver: () => void
}

/** The headers by which clients know the run that they read. */
export function runHeaders(runId: string): Readonly<Record<string, string>> {
  return { 'x-run-id': runId, 'x-workflow-run-id': runId }
}

/** Makes the stream of an answer for one reader. */
export function writeAnswer(options: AnswerOptions): WrittenStream {
  const { runId, protocol, encoder, beginning, failsEarly, comesBack, headers } = options
  const position = protocol.isSse ? beginning : undefined
  const frames = new RunFrames({
    ...options,
    writer: new FrameWriter(protocol.createEncoder(encoder), position),
    failEarly: failsEarly ? toHttpError : undefined,
  })
  // Plain text has no word for a failure: its connection is cut.
  const breakOff = (): string | undefined => (protocol.isSse ? frames.breakOff() : undefined)
  return new WrittenStream(frames, {
    contentType: protocol.contentType,
    headers: { ...protocol.headers, ...runHeaders(runId), ...headers },
    heartbeat: protocol.isSse ? encodeComment() : '',
    fail: breakOff,
    cut: () => (comesBack ? '' : breakOff()),
  })
}

/** The error that a failed run is before its stream has begun. */
export function toHttpError({ code, message }: ErrorEvent): HttpError {
  return new HttpError(statusOf(code), message, { details: { reason: code } })
}
