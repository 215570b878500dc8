// A Response that costs nothing until somebody looks: a native one takes 30 us on Node 20.
import { checkWholeNumber } from '../base/index.ts'

/** A body that is written to a sink instead of being read: an event stream. */
export interface Writable {
  /** The same body for runtimes and readers that want a `ReadableStream`. */
  toReadableStream(): ReadableStream<Uint8Array<ArrayBuffer>>
}

/** What a {@link Reply} can hold. */
export type Content = string | Uint8Array<ArrayBuffer> | Writable | null

/** How a {@link Reply} is begun. */
export interface ReplyInit {
  readonly status?: number
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * A `Response` for middleware and handlers, and plain fields for an adapter that knows it.
 * It turns into a native one when a member is used that only a native one can serve.
 */
export class Reply implements Response {
  readonly content: Content
  readonly status: number
  readonly #record: Readonly<Record<string, string>>
  #headers: Headers | undefined
  #native: Response | undefined

  constructor(content: Content, init: ReplyInit = {}) {
    this.content = content
    this.status = init.status ?? 200
    this.#record = init.headers ?? {}
  }

  /** Whether the body has been handed to a reader of the native response. */
  get isNative(): boolean {
    return this.#native !== undefined
  }

  /** The headers as they go out, several `set-cookie` apart. */
  *headerPairs(): Generator<readonly [string, string]> {
    if (this.#headers === undefined) yield* Object.entries(this.#record)
    else yield* this.#headers
  }

  /** The headers as a plain object, or nothing when somebody has touched them and {@link headerPairs} must be asked. */
  get headerRecord(): Readonly<Record<string, string>> | undefined {
    return this.#headers === undefined ? this.#record : undefined
  }

  /** A response of the runtime's own to be sent: the one that was looked at, or a new one each time. */
  toResponse(): Response {
    return this.#native ?? this.#makeNative()
  }

  /** A reply with the same status and content, and headers of its own. */
  copy(): Reply {
    const copy = new Reply(this.content, { status: this.status })
    copy.#headers = new Headers(this.#headers ?? this.#record)
    return copy
  }

  get headers(): Headers {
    this.#headers ??= new Headers(this.#record)
    return this.#headers
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  get statusText(): string {
    return ''
  }

  get type(): ResponseType {
    return 'default'
  }

  get url(): string {
    return ''
  }

  get redirected(): boolean {
    return false
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#asNative().body
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? false
  }

  clone(): Response {
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

  #makeNative(): Response {
    return new Response(toBodyInit(this.content), { status: this.status, headers: this.headers })
  }
}

// `instanceof Response` holds, as handlers and middleware expect of what `next()` gives them.
Object.setPrototypeOf(Reply.prototype, Response.prototype)

/** @throws TidingsError `ERR_OPTION` unless `status` is a whole number from `least` to 599. */
export function checkStatus(status: number, least: number): void {
  checkWholeNumber('status', status, { least, most: 599 })
}

/** The headers with lower-case names. @throws TypeError for a name or value that HTTP cannot hold. */
export function checkHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(new Headers(headers))
}

/** Whether answers of this status have no body (WHATWG Fetch 2.2.3, "null body status"). */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 205 || status === 304
}

function toBodyInit(content: Content): BodyInit | null {
  if (content === null || typeof content === 'string' || content instanceof Uint8Array) return content
  return content.toReadableStream()
}
