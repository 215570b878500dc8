// One invocation: its request, its answer, and the end of its time.
import { StreamEndedError } from '../../server/index.ts'
import {
  checkAnswer,
  closeIncoming,
  noteArrival,
  Reply,
  RequestIncoming,
  type Entrance,
  type Listener,
  type RequestHandler,
} from '../../server/internal.ts'
import { answerForeign, type Fetch } from '../contract/index.ts'
import { respond } from '../node/internal.ts'
import { toRequest } from './event.ts'
import type { LambdaHost } from './host.ts'
import type { LambdaResponse } from './response.ts'
import { remainingMs } from './runtime.ts'

/** The platform listens. */
export const noListener: Listener = { stop: async () => {}, cut: () => {} }

/** One request, from its event to the end of its handler. */
export class Invocation {
  readonly #incoming: RequestIncoming
  readonly #request: Request
  readonly #host: LambdaHost
  readonly #response: LambdaResponse
  /** That of this request alone. */
  readonly #entrance: Entrance

  constructor(host: LambdaHost, response: LambdaResponse, entrance: Entrance) {
    const controller = new AbortController()
    const { request, malformed } = toRequest(host.event, controller.signal)
    const arrival = { entrance, host, remoteAddress: host.event.requestContext.http.sourceIp }
    this.#incoming = new RequestIncoming(request, undefined, arrival)
    this.#incoming.malformed ??= malformed
    this.#request = request
    this.#host = host
    this.#response = response
    this.#entrance = entrance
    noteArrival(request, arrival)
    response.watchClose(() => {
      if (!response.writableFinished) controller.abort(new StreamEndedError('left'))
      closeIncoming(this.#incoming, response.writableFinished)
    })
  }

  /** Begins to send the answer: a stream is still open then. */
  async answer(fetch: Fetch, server: RequestHandler | undefined): Promise<void> {
    const answering =
      server === undefined ? answerForeign(fetch, this.#request, this.#host) : server.handle(this.#incoming)
    this.#send(checkAnswer(await answering))
  }

  /**
   * Ends the stream, answers 503 to what has no answer yet, and breaks off what is neither, a body of its own that goes on: a function
   * that is killed loses its process.
   */
  async expire(): Promise<void> {
    await this.drain()
    const response = this.#response
    if (response.isClosed || response.writableEnded) return
    if (response.headersSent) {
      response.destroy()
      return
    }
    closeIncoming(this.#incoming, false)
    this.#send(timeIsOver())
  }

  /** Ends the streams of the request, and waits for the `finally` of their handlers, for half of the time that is left. */
  drain(): Promise<void> {
    return this.#entrance.close({ drainMs: Math.floor(remainingMs(this.#host.context) / 2) }, noListener)
  }

  #send(answer: Response): void {
    const onBodyError = (error: unknown): void => this.#incoming.bodyWatcher?.onBodyError(error)
    const { method } = this.#host.event.requestContext.http
    respond(this.#response, answer, { method, compression: false, acceptEncoding: undefined, onBodyError })
  }
}

function timeIsOver(): Reply {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'retry-after': '1' }
  return new Reply(JSON.stringify({ code: 503, message: 'The time of the function is over.' }), {
    status: 503,
    headers,
  })
}
