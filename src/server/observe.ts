// What is told about a server's streams to whoever watches them: the inspector, metrics, traces.
import type { Context, Strings } from './context.ts'
import type { StreamOutcome } from './stream-end.ts'

/** A stream of a server, as its observers see it: the same object from `onOpen` to the last call about it. */
export interface ObservedStream {
  /** The context of the request that it answers. */
  readonly ctx: Context
  /** The path that its route was declared with. */
  readonly route: string | undefined
  /** The path and the query as the client sent them. */
  readonly target: string
  /** The request's headers as the client sent them, with lower-case names. */
  readonly requestHeaders: Strings
  /** The media type of the answer, such as `text/event-stream; charset=utf-8`. */
  readonly contentType: string
  /** The number of events sent so far; from a topic or a run including control events. */
  readonly events: number
  /** The bytes that have been written and have not left this process. */
  readonly bufferedBytes: number
  /** How the stream ended: `complete`, `failed`, or the reason for which it was ended before; `undefined` while it is open. */
  readonly outcome: StreamOutcome | undefined
  /** What its handler threw. */
  readonly error: unknown
}

/** The head of a response. */
export interface ObservedHead {
  readonly status: number
  /** As the server hands them to its runtime, which may add some of its own. Reading them is all that can be done. */
  readonly headers: Headers
}

/**
 * What a server calls when something happens to one of its streams. Every method is optional, and is called in the same turn in
 * which it happens: it should be quick. What it throws is passed to the server's `onError`.
 */
export interface ServerObserver {
  /** A stream has opened: its first event, or the time of `openAfterMs`, has come. */
  onOpen?(stream: ObservedStream): void
  /**
   * The response of a stream is about to be sent. A handler that ends at once has done so before, and no call comes where
   * middleware has answered in place of the stream.
   */
  onHead?(stream: ObservedStream, head: ObservedHead): void
  /**
   * Frames were handed to the response: all of one turn of the event loop at once, as on the wire before any compression.
   * Bytes are shared by all readers of a topic, and must not be changed.
   */
  onWrite?(stream: ObservedStream, frames: string | Uint8Array): void
  /** The reader takes nothing for the moment: no event is pulled until it has taken what waits for it. */
  onFull?(stream: ObservedStream): void
  /** The reader has taken what was waiting. */
  onRoom?(stream: ObservedStream): void
  /** The stream has ended, as its `outcome` says. Called once for each stream that has opened. */
  onEnd?(stream: ObservedStream): void
}

/** The names of all methods of a {@link ServerObserver}. */
export const serverObserverMethods: readonly (keyof ServerObserver)[] = [
  'onOpen',
  'onHead',
  'onWrite',
  'onFull',
  'onRoom',
  'onEnd',
]
