// What a server tells of its streams, kept in a history.
import { redactHeaders, redactParameters, redactUrl, type RecordedHeaders } from '../inspector-model/index.ts'
import type { Context, ObservedHead, ObservedStream, ServerObserver } from '../server/index.ts'
import type { History } from './history.ts'
import { OpenLogs } from './open-logs.ts'

/** What a {@link Recorder} shows of a request. */
export interface RecorderOptions {
  /** Names of headers whose values are secret, beside those that always are. */
  readonly headers: readonly string[]
  readonly who: (ctx: Context) => string | undefined
  readonly onError: (error: unknown) => void
}

/** Records the streams of one server. */
export class Recorder implements ServerObserver {
  readonly #history: History
  readonly #options: RecorderOptions
  readonly #logs: OpenLogs
  readonly #prefix: string
  #count = 0

  constructor(history: History, options: RecorderOptions, prefix = 'server') {
    this.#history = history
    this.#options = options
    this.#prefix = prefix
    this.#logs = new OpenLogs(history)
  }

  onOpen(stream: ObservedStream): void {
    const { ctx, route, target, contentType, requestHeaders } = stream
    this.#count += 1
    const log = this.#history.open({
      kind: 'opened',
      at: Date.now(),
      stream: `${this.#prefix}-${this.#count}`,
      source: 'server',
      method: ctx.method,
      url: redactUrl(target),
      route,
      who: this.#whoIs(ctx),
      lastEventId: ctx.lastEventId,
      requestHeaders: this.#headersOf(entriesOf(requestHeaders)),
    })
    if (log === undefined) return
    this.#logs.add(stream, log)
    // Until the response is sent its status is not known: a stream that opens is a 200.
    this.#history.begin(log, Date.now(), 200, { 'content-type': contentType })
  }

  onHead(stream: ObservedStream, { status, headers }: ObservedHead): void {
    const log = this.#logs.get(stream)
    if (log !== undefined) this.#history.begin(log, Date.now(), status, this.#headersOf(headers))
  }

  onWrite(stream: ObservedStream, frames: string | Uint8Array): void {
    this.#logs.write(stream, frames)
  }

  onFull(stream: ObservedStream): void {
    const log = this.#logs.get(stream)
    if (log !== undefined) this.#history.block(log, Date.now(), stream.bufferedBytes)
  }

  onRoom(stream: ObservedStream): void {
    const log = this.#logs.get(stream)
    if (log !== undefined) this.#history.unblock(log, Date.now())
  }

  onEnd(stream: ObservedStream): void {
    const log = this.#logs.get(stream)
    this.#logs.delete(stream)
    if (log === undefined) return
    const { outcome = 'complete', error } = stream
    this.#history.end(log, Date.now(), outcome, error === undefined ? undefined : redactParameters(messageOf(error)))
  }

  #headersOf(headers: Iterable<readonly [string, string]>): RecordedHeaders {
    return redactHeaders(headers, this.#options.headers)
  }

  #whoIs(ctx: Context): string | undefined {
    try {
      const who: unknown = this.#options.who(ctx)
      return typeof who === 'string' ? who : undefined
    } catch (error) {
      this.#options.onError(error)
      return undefined
    }
  }
}

function entriesOf(headers: Readonly<Record<string, string | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}

/** It is kept with its stream, and may be the whole answer of another server. */
const longestMessage = 4000

function messageOf(error: unknown): string {
  try {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    return message.length > longestMessage ? `${message.slice(0, longestMessage)}...` : message
  } catch {
    // A revoked Proxy, say, cannot even be made a text.
    return 'An error that cannot be shown.'
  }
}
