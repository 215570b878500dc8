// The commands of one turn of the event loop, sent by one write to the socket.
import { nextTurn } from '../../base/index.ts'

/** What is used of a socket of `node:net`: between the two calls it gathers what is written. */
export interface CorkedStream {
  cork(): void
  uncork(): void
}

/**
 * Gathers what a client writes to its socket until the end of the turn: ioredis writes each command by itself. Appends of
 * many runs begin together, and the server then reads, and answers, all of them at once.
 */
export class TurnWrites {
  #stream: CorkedStream | undefined

  /** Called before a command is sent. `stream` is the client's socket of now; another one after each reconnection. */
  gather(stream: unknown): void {
    if (stream === this.#stream || !isCorked(stream)) return
    stream.cork()
    this.#stream = stream
    nextTurn(() => {
      if (this.#stream === stream) this.#stream = undefined
      stream.uncork()
    })
  }
}

/** A client may have no socket (a cluster, or one that is not connected), or be a substitute for tests. */
function isCorked(stream: unknown): stream is CorkedStream {
  if (typeof stream !== 'object' || stream === null || !('cork' in stream && 'uncork' in stream)) return false
  return typeof stream.cork === 'function' && typeof stream.uncork === 'function'
}
