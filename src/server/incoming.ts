// A request as an adapter passes it to the server: plain fields, and a standard Request that is made on demand.
import { arrivalOf, type Arrival } from './arrival.ts'
import { isAuthority } from './authority.ts'

/** What a body parser before us has left of a body that it has read: the bytes, or the value that it made of them. */
export type LeftBody = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly value: unknown }

/** Who is told that a request is over. An object, not a function: the server has one already for each request. */
export interface CloseWatcher {
  /** `complete`: the whole response has been sent. */
  onClose(complete: boolean): void
}

/** Who is told that the body of a response has failed after its head. */
export interface BodyWatcher {
  onBodyError(error: unknown): void
}

/** One request. Everything but `method` and `target` may be computed on first access. */
export interface Incoming {
  readonly method: string
  /** Path and query as the client sent them, beginning with `/`. */
  readonly target: string
  /** Headers with lower-case names; repeated ones are joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /**
   * What a standard `Request` without its body is made of, or the runtime's own. Its url has the path and query of
   * `target`, and a valid host.
   */
  readonly head: { readonly input: string | Request; readonly init: RequestInit }
  /** Whether there may be a body: `false` only where there is none for certain. */
  readonly mayHaveBody: boolean
  /** What a body parser in front of us has left of the body; `undefined` while nobody has read it. */
  readonly leftBody: LeftBody | undefined
  /** Why the target or the host is malformed; the request is then answered 400, whatever the route. */
  readonly malformed?: string | undefined
  /** Set by the server before it uses `head`: the scheme of its url, if it is not the connection's. */
  scheme?: 'http' | 'https' | undefined
  /** Whether the reader has disconnected before the server was called; then nothing runs. */
  readonly hasLeft?: boolean | undefined
  /** What the adapter knows besides the request. */
  readonly arrival?: Arrival | undefined
  /**
   * The body's bytes, or `undefined` when there are more than `limit`. Rejects when the client disconnects before the
   * end.
   */
  readBody(limit: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** The body as it comes, with backpressure. */
  openBody(): ReadableStream<Uint8Array<ArrayBuffer>>
  /**
   * Set by the server. The adapter tells it once, by {@link closeIncoming}: when the whole response has been sent, or when the
   * reader has disconnected before that.
   */
  closeWatcher: CloseWatcher | undefined
  /** Set by the server. The adapter tells it what failed the body of a native response, before the close. */
  bodyWatcher: BodyWatcher | undefined
  /** Keeps the request alive until `work` has settled, on runtimes that drop it when the reader disconnects. */
  readonly waitUntil?: ((work: Promise<unknown>) => void) | undefined
}

/** An {@link Incoming} made of a standard `Request`, for runtimes that pass one. */
export class RequestIncoming implements Incoming {
  readonly target: string
  malformed: string | undefined
  closeWatcher: CloseWatcher | undefined
  bodyWatcher: BodyWatcher | undefined
  readonly waitUntil: Incoming['waitUntil']
  readonly arrival: Arrival | undefined
  #request: Request
  readonly #isRead: boolean
  #headers: Record<string, string | undefined> | undefined

  constructor(request: Request, waitUntil?: Incoming['waitUntil'], arrival: Arrival | undefined = arrivalOf(request)) {
    this.#request = request
    this.#isRead = request.bodyUsed
    this.waitUntil = waitUntil
    this.arrival = arrival
    const host = request.headers.get('host')
    // Runtimes build the url from the Host header, whatever it holds: Bun's may be invalid then.
    const url = URL.canParse(request.url) ? new URL(request.url) : undefined
    this.target = url === undefined ? '/' : url.pathname + url.search
    if (url === undefined || (host !== null && host !== '' && !isAuthority(host))) this.malformed = malformedHost
    // Deno keeps the user of an absolute target.
    else if (url.username !== '' || url.password !== '') this.malformed = malformedHost
    // Bun makes `80` of `CONNECT h:80`; Deno and workerd make `http://h*` of `GET *`.
    else if (!url.pathname.startsWith('/') || asterisk.test(request.url)) this.malformed = malformedTarget
  }

  get method(): string {
    return this.#request.method
  }

  get head(): Incoming['head'] {
    return { input: this.#request, init: {} }
  }

  get mayHaveBody(): boolean {
    return this.#request.body !== null
  }

  /** What middleware outside of the server has read of the runtime's own request is gone. */
  get leftBody(): LeftBody | undefined {
    return this.#isRead ? { value: undefined } : undefined
  }

  set scheme(scheme: 'http' | 'https') {
    const url = new URL(this.#request.url)
    if (url.protocol === `${scheme}:`) return
    url.protocol = scheme
    const { method, headers, signal, body, bodyUsed } = this.#request
    // A body that somebody has read, or is reading, cannot be handed on.
    const isTaken = bodyUsed || body?.locked === true
    this.#request = new Request(url, isTaken ? { method, headers, signal } : this.#request)
  }

  /** Aborts when the reader disconnects, on runtimes that say so. */
  get signal(): AbortSignal {
    return this.#request.signal
  }

  get hasLeft(): boolean {
    return this.#request.signal.aborted
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    // HTTP/2 has the host in its pseudo-header `:authority`, which runtimes put into the url.
    this.#headers ??= { host: hostOf(this.#request), ...Object.fromEntries(this.#request.headers) }
    return this.#headers
  }

  readBody(limit: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return readStream(this.#request.body, limit)
  }

  openBody(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#request.body ?? new Blob().stream()
  }
}

/** The message of the 400 for an invalid host. */
export const malformedHost = 'The host is not a name or an address with an optional port.'

/** The message of the 400 for a target that no route can have. */
export const malformedTarget = 'The target of the request is not a path.'

/** RFC 9112 3.2.4, as a runtime has put it behind the host. */
const asterisk = /^[^/]*\/\/[^/?#]*\*$/

function hostOf({ url }: Request): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined
}

/** Tells the `closeWatcher` of `incoming` the first time; later calls do nothing. */
export function closeIncoming(incoming: Incoming, complete: boolean): void {
  const watcher = incoming.closeWatcher
  incoming.closeWatcher = undefined
  watcher?.onClose(complete)
}

/** The bytes of `stream`, or `undefined` when there are more than `limit`; never keeps more than that. */
async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (stream === null) return new Uint8Array(0)
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concatenate(chunks, size)
    size += value.byteLength
    if (size > limit) {
      // The answer is 413, even if the cancel fails.
      reader.cancel().catch(() => {})
      return undefined
    }
    chunks.push(value)
  }
}

/** One array of `size` bytes out of `chunks`. */
function concatenate(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}
