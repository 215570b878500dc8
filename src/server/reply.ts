// A Response that costs nothing until somebody looks: a native one takes 30 us on Node 20.

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
  readonly headers?: Record<string, string>
}

/**
 * A `Response` for middleware and handlers, and plain fields for an adapter that knows it.
 * It turns into a native one when a member is used that only a native one can serve.
 */
export class Reply implements Response {
  readonly content: Content
  readonly status: number
  readonly #record: Record<string, string>
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

  /** The native response with the same head and body. */
  toNative(): Response {
    this.#native ??= new Response(toBodyInit(this.content), { status: this.status, headers: this.headers })
    return this.#native
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
    return this.toNative().body
  }

  get bodyUsed(): boolean {
    return this.#native?.bodyUsed ?? false
  }

  clone(): Response {
    return this.toNative().clone()
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.toNative().arrayBuffer()
  }

  blob(): Promise<Blob> {
    return this.toNative().blob()
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.arrayBuffer().then((buffer) => new Uint8Array(buffer))
  }

  formData(): Promise<FormData> {
    return this.toNative().formData()
  }

  json(): Promise<unknown> {
    return this.toNative().json()
  }

  text(): Promise<string> {
    return this.toNative().text()
  }
}

// `instanceof Response` holds, as handlers and middleware expect of what `next()` gives them.
Object.setPrototypeOf(Reply.prototype, Response.prototype)

function toBodyInit(content: Content): BodyInit | null {
  if (content === null || typeof content === 'string' || content instanceof Uint8Array) return content
  return content.toReadableStream()
}
