// A lazy Response: plain fields until a member needs a native Response, which takes 30 us to make on Node 20.
import { checkWholeNumber } from '../base/index.ts'
import { checkHeaderValue, isFraming } from './framing.ts'
import type { Routed } from './mistake.ts'
import { sealHeaders } from './response-headers.ts'

/** The body of an event stream, which an adapter can write to a sink instead of reading it. */
export interface Writable {
  /**
   * The same body for runtimes and middleware that need a `ReadableStream`. `onEnd` is called once, with whether all of
   * it was taken.
   */
  toReadableStream(onEnd?: (complete: boolean) => void): ReadableStream<Uint8Array<ArrayBuffer>>
}

/** The body of a {@link Reply}. */
export type Content = string | Uint8Array<ArrayBuffer> | Writable | null

/** The status and headers of a {@link Reply}. */
export interface ReplyInit {
  readonly status?: number
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A lazy `Response`: middleware and handlers use it as any other, an adapter that knows it reads its plain fields.
 * It makes a native `Response` when a member is used that needs one.
 */
export class Reply implements Response {
  readonly content: Content
  readonly status: number
  /** Whether an adapter may compress the body: `false` where the application has said `no-transform`. */
  isTransformable = true
  readonly #record: Readonly<Record<string, string>>
  #headers: Headers | undefined
  #native: Response | undefined
  #sentBy: Routed | undefined
  #isCloned = false

  constructor(content: Content, init: ReplyInit = {}) {
    this.content = content
    this.status = init.status ?? 200
    this.#record = init.headers ?? {}
  }

  /** Whether a native response has been made. It then owns the body. */
  get isNative(): boolean {
    return this.#native !== undefined
  }

  /** Whether somebody has made a copy, whose body is a branch of this one's. */
  get isCloned(): boolean {
    return this.#isCloned
  }

  /** The headers as they are sent, each `set-cookie` as a pair of its own. */
  *headerPairs(): Generator<readonly [string, string]> {
    if (this.headerRecord === undefined) yield* this.headers
    else yield* Object.entries(this.headerRecord)
  }

  /** The headers as a plain object; `undefined` once {@link headers} has been used: read {@link headerPairs} then. */
  get headerRecord(): Readonly<Record<string, string>> | undefined {
    return this.#headers === undefined && this.#native === undefined ? this.#record : undefined
  }

  /** Whether the body is an event stream, which tells when it has been sent. */
  get isStream(): boolean {
    return isWritable(this.content)
  }

  /**
   * A native response to send: the one that was made already, or a new one for each call. `onEnd` is called at the end
   * of a new one that is a stream.
   */
  toResponse(onEnd?: (complete: boolean) => void): Response {
    return this.#native ?? this.#makeNative(onEnd)
  }

  /** A reply with the same status and content, and headers of its own. */
  copy(): Reply {
    const copy = new Reply(this.content, { status: this.status })
    copy.#headers = new Headers(this.headerRecord ?? this.headers)
    copy.isTransformable = this.isTransformable
    return copy
  }

  get headers(): Headers {
    // Those of a native response are what is sent: it has copied the others.
    if (this.#native !== undefined) return this.#native.headers
    if (this.#headers === undefined) {
      this.#headers = new Headers(this.#record)
      if (this.#sentBy !== undefined) sealHeaders(this.#headers, this.#sentBy)
    }
    return this.#headers
  }

  /** The answer of `route` has been sent: changes of the headers throw from now on. */
  seal(route: Routed): void {
    this.#sentBy = route
    if (this.headerRecord === undefined) sealHeaders(this.headers, route)
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get statusText(): string {
    return ''
  }

  get type(): Response['type'] {
    return 'default'
  }

  get url(): string {
    return ''
  }

  get redirected(): boolean {
    return false
  }

  /** What only Workers have. Without it the getter of their own class would throw, as `new Response(body, reply)` reads it. */
  get webSocket(): null {
    return null
  }

  /** As {@link webSocket}. */
  get cf(): undefined {
    return undefined
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#asNative().body
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? false
  }

  clone(): Response {
    this.#isCloned = true
    return this.#asNative().clone()
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#asNative().arrayBuffer()
  }

  blob(): Promise<Blob> {
    return this.#asNative().blob()
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.arrayBuffer().then((buffer) => new Uint8Array(buffer))
  }

  formData(): Promise<FormData> {
    return this.#asNative().formData()
  }

  json(): Promise<unknown> {
    return this.#asNative().json()
  }

  text(): Promise<string> {
    return this.#asNative().text()
  }

  #asNative(): Response {
    this.#native ??= this.#makeNative()
    return this.#native
  }

  #makeNative(onEnd?: (complete: boolean) => void): Response {
    const body = isWritable(this.content) ? this.content.toReadableStream(onEnd) : this.content
    // A copy: the headers of Hono's `Response` are the very ones that it was given.
    const headers = this.#headers === undefined ? { ...this.#record } : new Headers(this.#headers)
    return new Response(body, { status: this.status, headers })
  }
}

// Makes `reply instanceof Response` true, as middleware expects of what `next()` resolves to.
Object.setPrototypeOf(Reply.prototype, Response.prototype)

/**
 * Checks the status of an answer.
 *
 * @throws TidingsError `ERR_OPTION` unless `status` is a whole number from `least` to 599.
 */
export function checkStatus(status: number, least: number): void {
  checkWholeNumber('status', status, { least, most: 599 })
}

/**
 * The headers with lower-case names, without those that frame a message, which only the runtime may set.
 *
 * @throws TypeError for a name or value that is invalid in HTTP.
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const pairs = [...new Headers(headers)].filter(([name]) => !isFraming(name))
  for (const [name, value] of pairs) checkHeaderValue(name, value)
  return Object.fromEntries(pairs)
}

/** Whether answers of this status have no body (WHATWG Fetch 2.2.3, "null body status"). */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function isWritable(content: Content): content is Writable {
  return typeof content === 'object' && content !== null && !(content instanceof Uint8Array)
}
