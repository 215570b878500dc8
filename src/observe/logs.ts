// `logs()`: what happens to requests and streams, as records for any logger.
import { checkOptions, describeValue, print, TidingsError, typed, type OptionChecks } from '../base/index.ts'
import {
  HttpError,
  StreamEndedError,
  type Context,
  type Middleware,
  type ObservedStream,
  type ServerObserver,
} from '../server/index.ts'
import { failureOf, report, routePathOf, type Attachment } from '../server/internal.ts'
import { checkLog, write, type Log, type LogLevel } from './log.ts'
import { usedByServer } from './used-by-server.ts'

/** Options of {@link logs}. */
export interface LogsOptions {
  /** Whether answers that are no streams are logged. Default `true`. */
  readonly answers?: boolean | undefined
  /** Further fields for the records of a request: `(ctx) => ({ user: ctx.state.user?.id })`. Called for each record. */
  readonly fields?: ((ctx: Context) => object) | undefined
}

const checks: OptionChecks<LogsOptions> = { answers: typed('boolean'), fields: typed('function') }

/**
 * Middleware for `server.use`, one or several servers, that hands a record to `log` for each answer, for each stream when it opens
 * and when it has ended, and for the shutdown. Use it behind `requestIds()`, and before other middleware. A query is never logged,
 * as it may hold tokens. Errors of the program go to the server's `onError`: see {@link logErrors}.
 *
 * @example
 * import { defineRoute, Server } from 'tidings'
 * import { logs } from 'tidings/observe'
 *
 * const server = new Server([defineRoute({ method: 'GET', path: '/hello', handler: () => 'Hello' })])
 * server.use(logs(({ level, message, path, status }) => console[level](message, path, status)))
 * await server.fetch('/hello') // answered /hello 200
 *
 * @throws TidingsError `ERR_OPTION` for a log that is no function, and for an option that does not exist or cannot work
 */
export function logs(log: Log, options: LogsOptions = {}): Middleware {
  checkLog('logs()', log)
  checkOptions('logs()', options, checks)
  const logger = new RequestLog(log, options)
  return usedByServer('logs()', {
    attach: (server) => {
      server.observe(logger)
      return logger
    },
    middleware: (ctx, next) => logger.around(ctx, next),
  })
}

/**
 * An `onError` for a server: hands each error that was not meant for a client to `log`, as `err`, with the id of its request.
 *
 * @example
 * import { Server } from 'tidings'
 * import { logErrors, logs, type Log } from 'tidings/observe'
 *
 * const log: Log = ({ level, message, ...fields }) => console[level](message, fields)
 * const server = new Server([], { onError: logErrors(log) }).use(logs(log))
 *
 * @throws TidingsError `ERR_OPTION` for a log that is no function
 */
export function logErrors(log: Log): (error: unknown, ctx: Context) => void {
  checkLog('logErrors()', log)
  return (error, ctx) => {
    // A server sends what its `onError` returns: what the log returns is not for clients.
    write(log, { level: 'error', message: 'failed', ...aboutRequest(ctx), err: error }, print)
  }
}

/** Logs the requests of servers. */
class RequestLog implements ServerObserver, Attachment {
  readonly #log: Log
  readonly #options: LogsOptions
  readonly #startedAt = new WeakMap<Context, number>()
  readonly #open = new Set<ObservedStream>()
  /** The requests that were answered by a stream. */
  readonly #streamed = new WeakSet<Context>()

  constructor(log: Log, options: LogsOptions) {
    this.#log = log
    this.#options = options
  }

  async around(ctx: Context, next: () => Promise<Response>): Promise<Response> {
    this.#startedAt.set(ctx, performance.now())
    const response = await next()
    if (this.#options.answers !== false && !this.#streamed.has(ctx)) this.#logAnswer(ctx, response.status)
    return response
  }

  onOpen(stream: ObservedStream): void {
    const { ctx } = stream
    this.#streamed.add(ctx)
    this.#open.add(stream)
    // One that was open before it was observed.
    if (!this.#startedAt.has(ctx)) this.#startedAt.set(ctx, performance.now())
    const { lastEventId } = ctx
    this.#write(ctx, 'debug', 'stream opened', lastEventId === undefined ? {} : { lastEventId })
  }

  onEnd(stream: ObservedStream): void {
    const { ctx, outcome, events, error } = stream
    this.#open.delete(stream)
    const durationMs = this.#durationOf(ctx)
    this.#write(ctx, levelOfEnd(stream), 'stream ended', { outcome, events, durationMs, ...reasonOf(error) })
  }

  onShutDown(): void {
    write(this.#log, { level: 'info', message: 'shutting down', openStreams: this.#open.size }, print)
  }

  #logAnswer(ctx: Context, sent: number): void {
    const failure = failureOf(ctx)
    const status = failure === undefined ? sent : statusOf(failure.error, sent)
    const durationMs = this.#durationOf(ctx)
    this.#write(ctx, levelOfStatus(status), 'answered', { status, durationMs, ...reasonOf(failure?.error) })
  }

  #write(ctx: Context, level: LogLevel, message: string, fields: object): void {
    const about = { ...aboutRequest(ctx), ...fields }
    const onFailure = (error: unknown): void => report(ctx, error)
    write(this.#log, { ...this.#ownFields(ctx), level, message, ...about }, onFailure)
  }

  /** What the option `fields` adds. Where it fails, the record is logged without. */
  #ownFields(ctx: Context): object {
    try {
      const fields: unknown = this.#options.fields?.(ctx) ?? {}
      if (fields instanceof Promise) fields.catch((error: unknown) => report(ctx, error))
      // Read here, as a getter may throw.
      return { ...checkFields(fields) }
    } catch (error) {
      report(ctx, error)
      return {}
    }
  }

  #durationOf(ctx: Context): number {
    return Math.round((performance.now() - (this.#startedAt.get(ctx) ?? 0)) * 10) / 10
  }
}

/** Fields that a request does not have are left out: not every logger does that. */
function aboutRequest(ctx: Context): object {
  const { requestId, method, path } = ctx
  const route = routePathOf(ctx)
  return { ...(requestId !== undefined && { requestId }), method, path, ...(route !== '' && { route }) }
}

/** The status of a failure, also where an `EventSource` was sent a stream of status 200 that makes it come back. */
function statusOf(error: unknown, sent: number): number {
  if (error instanceof HttpError) return error.status
  return error instanceof StreamEndedError ? 503 : Math.max(sent, 500)
}

/** 429 and 503 refuse what is too much at the moment; other 5xx are mistakes. */
function levelOfStatus(status: number): LogLevel {
  if (status === 429 || status === 503) return 'warn'
  return status < 500 ? 'info' : 'error'
}

function levelOfEnd({ outcome, error }: ObservedStream): LogLevel {
  if (outcome === 'stalled') return 'warn'
  if (outcome !== 'failed') return 'info'
  return error instanceof HttpError ? levelOfStatus(error.status) : 'error'
}

/** What a client was told by an `HttpError`. Other errors are told to `onError`, once. */
function reasonOf(error: unknown): object {
  return error instanceof HttpError ? { reason: error.message } : {}
}

function checkFields(fields: unknown): object {
  if (typeof fields === 'object' && fields !== null && !(fields instanceof Promise)) return fields
  throw new TidingsError('ERR_OPTION', `logs(): fields must return an object, at once, not ${describeValue(fields)}.`)
}
