// deno: serves over Deno.serve.
import {
  closeIncoming,
  createArrival,
  Entrance,
  malformedHost,
  noteArrival,
  RequestIncoming,
  serverOf,
} from '../../server/internal.ts'
import {
  answerForeign,
  checkServeOptions,
  closeOnSignals,
  createClosing,
  lastOfConnection,
  toUrl,
  type ServeHandle,
  type ServeOptions,
} from '../contract/index.ts'

/** What Deno knows of a request. */
interface DenoInfo {
  /** Rejects when the answer could not be sent. */
  readonly completed: Promise<void>
}

/** The part of Deno's API that is used here. */
declare const Deno: {
  serve(
    options: {
      readonly port?: number
      readonly hostname?: string
      readonly path?: string
      readonly key?: string
      readonly cert?: string
      /** Without it Deno prints a line. */
      readonly onListen: () => void
    },
    handler: (request: Request, info: DenoInfo) => Promise<Response>,
  ): { readonly addr: { readonly port?: number }; shutdown(): Promise<void>; unref(): void }
}

/** Starts a server on Deno: HTTP/1.1, or with `tls` HTTPS with both HTTP/1.1 and HTTP/2. */
export function serve(options: ServeOptions, onListen?: (handle: ServeHandle) => void): ServeHandle {
  checkServeOptions(options, onListen)
  const { fetch, port = 3000, hostname, path, tls } = options
  const address = path === undefined ? { port, ...(hostname === undefined ? {} : { hostname }) } : { path }
  const entrance = new Entrance()
  const requestHandler = serverOf(fetch)
  requestHandler?.enter(entrance)
  const answers = new Answers()
  const answer = (request: Request, info: DenoInfo): Promise<Response> => {
    if (requestHandler === undefined) return answerForeign(fetch, request, info)
    const incoming = new RequestIncoming(request)
    if (namesTwoHosts(request)) incoming.malformed ??= malformedHost
    const onLeave = (): void => closeIncoming(incoming, false)
    // Listens only until there is an answer: in Deno 2 `request.signal` also aborts after each one. From then on
    // Deno cancels the stream of a reader that disconnects, and `completed` rejects when an answer could not be sent.
    request.signal.addEventListener('abort', onLeave)
    info.completed.catch(onLeave)
    return requestHandler.respond(incoming).finally(() => request.signal.removeEventListener('abort', onLeave))
  }
  const server = Deno.serve({ ...address, ...tls, onListen: () => {} }, (request, info) => {
    noteArrival(request, createArrival(request, [info], entrance))
    // With TLS it may be HTTP/2, which has no such header.
    const isLast = entrance.isClosing && tls === undefined
    const answered = answers.wait(answer(request, info))
    return isLast ? lastOfConnection(answered) : answered
  })
  const listener = {
    stop: () => Promise.race([server.shutdown(), answers.cut]),
    cut: () => {
      answers.giveUp()
      server.unref()
    },
  }
  const handle: ServeHandle = {
    fetch: options.fetch,
    url: toUrl(options, server.addr.port ?? 0),
    ready: Promise.resolve(),
    ...createClosing(entrance, listener),
  }
  closeOnSignals(handle, options.closeOnSignal)
  if (onListen !== undefined) queueMicrotask(() => onListen(handle))
  return handle
}

/**
 * The answers that are waited for. Deno cuts no connection once it has been told to stop: the abort of its `signal` throws then,
 * where nobody can catch it (2.9). So what has no answer is answered, and a body that goes on keeps neither `close` nor the process.
 */
class Answers {
  readonly cut: Promise<void>
  #resolve = (): void => {}
  readonly #waiting = new Set<() => void>()

  constructor() {
    this.cut = new Promise((resolve) => (this.#resolve = resolve))
  }

  /** What `answer` resolves with, or 503 once they are given up. */
  wait(answer: Promise<Response>): Promise<Response> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => resolve(new Response(null, { status: 503 }))
      this.#waiting.add(giveUp)
      const forget = (): unknown => this.#waiting.delete(giveUp)
      answer.then(resolve, reject).finally(forget)
    })
  }

  giveUp(): void {
    for (const giveUp of this.#waiting) giveUp()
    this.#resolve()
  }
}

/**
 * Whether `:authority` and `host` differ (RFC 9113 8.3.1). Without TLS it is an absolute target that differs from `Host`,
 * and counts (RFC 9112 3.2.2).
 */
function namesTwoHosts({ url, headers }: Request): boolean {
  const host = headers.get('host') ?? ''
  if (host === '' || !url.startsWith('https:')) return false
  const named = `https://${host}`
  return URL.canParse(url) && URL.canParse(named) && new URL(url).host !== new URL(named).host
}
