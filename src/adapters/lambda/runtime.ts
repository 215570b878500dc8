// What Lambda's runtime for Node has: the global `awslambda`, the stream of a response, the context of an invocation.
import { longestDelayMs, TidingsError } from '../../base/index.ts'

/** The stream that an answer is written to: Node's `Writable`, as far as it is used here. */
export interface ResponseStream {
  readonly destroyed?: boolean
  readonly writableLength?: number
  /** `false`: full; `drain` comes when there is room. */
  write(chunk: string | Uint8Array): unknown
  end(): unknown
  on(event: 'close' | 'drain' | 'error' | 'finish', listener: () => void): unknown
}

/** The context of one invocation, as far as it is used here. */
export interface LambdaContext {
  readonly awsRequestId?: string
  /** Whether the runtime waits for timers and sockets once the answer has been sent. */
  callbackWaitsForEmptyEventLoop?: boolean
  /** The time until the function is killed, in milliseconds. */
  getRemainingTimeInMillis(): number
}

/**
 * The time that is left of an invocation, in milliseconds: none where the context says what is no time, and no more than a timer can
 * wait, as emulators may say that there is no end.
 */
export function remainingMs(context: LambdaContext): number {
  const leftMs = context.getRemainingTimeInMillis()
  return leftMs > 0 ? Math.min(leftMs, longestDelayMs) : 0
}

/** What precedes the body of an answer. */
export interface Prelude {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>
  /** The values of `Set-Cookie`. */
  readonly cookies: readonly string[]
}

/** The global `awslambda`, as far as it is used here. */
export interface Runtime {
  /** Marks a handler as one that is given a stream. */
  streamifyResponse<Handler>(handler: Handler): Handler
  readonly HttpResponseStream: {
    /** The stream whose first write is preceded by `prelude`. */
    from(stream: ResponseStream, prelude: Prelude): ResponseStream
  }
}

/**
 * The runtime that this process is run by.
 *
 * @throws TidingsError `ERR_OPTION` where there is none
 */
export function findRuntime(): Runtime {
  const runtime: unknown = Reflect.get(globalThis, 'awslambda')
  if (isRuntime(runtime)) return runtime
  const reason = 'tidings/lambda runs in the Node.js runtime of AWS Lambda, whose global `awslambda` is not here.'
  const hint = 'Elsewhere use `serve` of tidings; on Lambda leave AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA unset.'
  throw new TidingsError('ERR_OPTION', `${reason} ${hint}`)
}

function isRuntime(value: unknown): value is Runtime {
  return typeof value === 'object' && value !== null && 'streamifyResponse' in value && 'HttpResponseStream' in value
}
