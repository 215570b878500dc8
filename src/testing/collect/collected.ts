// What answers a reader, and what the reader has in the end.
import type { ParsedEvent } from '../../sse/index.ts'

/** What answers: a `Server`, an application of Hono, a worker's default export, ... */
export interface Answering {
  fetch(request: Request, ...host: unknown[]): Response | Promise<Response>
}

/** What `collect` has read. */
export interface Collected {
  /** The status of the response; 0 if there was none by the time it left. */
  readonly status: number
  /** The headers of the response. */
  readonly headers: Headers
  /** The events of an event stream, without control events. */
  readonly events: readonly ParsedEvent[]
  /** Their data: what its JSON says, or the text that is none. The lines of a stream of JSON. */
  readonly values: readonly unknown[]
  /** The control events: `tidings:open`, `gap`, `reset`, `end`. */
  readonly controls: readonly ParsedEvent[]
  /** How many comments came: heartbeats are comments. */
  readonly heartbeats: number
  /** Everything that came, as text. */
  readonly text: string
  /** `complete`: the body ended. `cut`: it failed, with `error`. `left`: this reader left. `timeout`: `maxMs` had passed. */
  readonly ended: 'complete' | 'cut' | 'left' | 'timeout'
  /** What the body failed with. */
  readonly error: unknown
  /** Whether the handler's `finally` has run by now. Only a `Server` of this package tells; of others it is `true`. */
  readonly handlerEnded: boolean
}
