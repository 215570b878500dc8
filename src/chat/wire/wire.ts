// The requests of a chat: where they go, with which headers, and by which `fetch`.
import { createBodyReader, isReadable, toHeaders } from '../../client/internal.ts'
import type { HeaderRequest, HeaderValues, StreamOptions } from '../../client/index.ts'
import { xhrFetch } from './xhr.ts'

type Fetch = typeof globalThis.fetch

/** The options of a chat that its requests are made of. */
export interface WireOptions {
  readonly url: string | URL
  readonly headers?: StreamOptions['headers']
  readonly credentials?: RequestInit['credentials'] | undefined
  readonly fetch?: Fetch | undefined
  readonly transport?: 'fetch' | 'xhr' | undefined
}

/** Sends the requests of one chat. The options are looked at anew for each. */
export class Wire {
  readonly #options: WireOptions

  constructor(options: WireOptions) {
    this.#options = options
  }

  /** Where messages are posted to. */
  get url(): string {
    return String(this.#options.url)
  }

  get credentials(): RequestInit['credentials'] | undefined {
    return this.#options.credentials
  }

  /** A path of a chat or a run: behind that of the messages, before its query. */
  urlOf(id: string, action: 'stream' | 'stop' | 'runs'): string {
    const [path = '', query] = this.url.split('?', 2)
    const child = `${path.replace(/\/$/, '')}/${encodeURIComponent(id)}/${action}`
    return query === undefined ? child : `${child}?${query}`
  }

  /** The headers of the option, with `more`. Only a function can make others after a 401. */
  headers(more: Readonly<Record<string, string>>): StreamOptions['headers'] {
    const { headers } = this.#options
    if (typeof headers !== 'function') return merge(headers, more)
    return async (request: HeaderRequest) => merge(await headers(request), more)
  }

  get fetch(): Fetch {
    const { fetch, transport } = this.#options
    if (transport === 'xhr' || (transport ?? fetch) === undefined) {
      if (transport === 'xhr' || (!canStream() && 'XMLHttpRequest' in globalThis)) return xhrFetch
    }
    return fetch ?? ((target, init) => globalThis.fetch(target, init))
  }

  /** Has a chat or a run stopped. Resolves with whether there was anything to stop; `undefined` if that is not known. */
  async stop(id: string, runId: string | undefined): Promise<boolean | undefined> {
    try {
      const headers = this.headers({ 'content-type': 'application/json', accept: 'application/json' })
      const made = typeof headers === 'function' ? await headers({ attempt: 0, isUnauthorized: false }) : headers
      const { credentials } = this
      const response = await this.fetch(this.urlOf(id, 'stop'), {
        method: 'POST',
        headers: toHeaders(made),
        body: JSON.stringify(runId === undefined ? {} : { runId }),
        ...(credentials !== undefined && { credentials }),
      })
      const text = await readAll(response)
      if (!response.ok) return undefined
      const stopped: unknown = Reflect.get(Object(JSON.parse(text)), 'stopped')
      return typeof stopped === 'boolean' ? stopped : undefined
    } catch {
      // The server cannot be reached, or has no such path: nothing is known of it.
      return undefined
    }
  }
}

/** The pieces of a response's text. */
export async function* readText(response: Response): AsyncGenerator<string> {
  if (!isReadable(response)) return
  const body = createBodyReader(response.body)
  try {
    for (let isOver = false; !isOver;) {
      const { done, text } = await body.read()
      if (text !== '') yield text
      isOver = done
    }
  } finally {
    body.close()
  }
}

const longestText = 16 * 1024 * 1024

/** All of a response's text. */
export async function readAll(response: Response): Promise<string> {
  let whole = ''
  for await (const text of readText(response)) {
    whole += text
    if (whole.length > longestText) throw new RangeError('The response is longer than 16 Mi characters.')
  }
  return whole
}

function merge(given: HeaderValues | undefined, more: Readonly<Record<string, string>>): HeaderValues {
  const headers = toHeaders(given)
  for (const [name, value] of Object.entries(more)) if (!headers.has(name)) headers.set(name, value)
  return headers
}

/** Whether `fetch` gives a body piece by piece: that of React Native has none, nor has its `Response`. */
function canStream(): boolean {
  const { Response, ReadableStream }: { Response?: unknown; ReadableStream?: unknown } = globalThis
  if (typeof Response !== 'function' || typeof ReadableStream !== 'function') return false
  return 'body' in Object(Response.prototype)
}
