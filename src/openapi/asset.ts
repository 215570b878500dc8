// A file that a page is made of: sent once, and confirmed by its ETag from then on.
import { sha256 } from '../base/index.ts'
import type { Context } from '../server/index.ts'

/** What is sent of a file. */
interface Content {
  readonly text: string
  readonly etag: string
}

/** A text that is sent as a file. */
export class Asset {
  readonly #read: () => string | Promise<string>
  readonly #headers: Readonly<Record<string, string>>
  #content: Promise<Content> | undefined
  #gzip: Promise<Uint8Array<ArrayBuffer>> | undefined

  constructor(
    contentType: string,
    read: () => string | Promise<string>,
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#read = read
    this.#headers = {
      'content-type': contentType,
      // To be asked for each time, which is answered 304 while nothing has changed.
      'cache-control': 'no-cache',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
      ...headers,
    }
  }

  /** The answer to a request for it; packed for those who take gzip. */
  async answer({ headers }: Context): Promise<Response> {
    // One that could not be read is tried again by the next request.
    this.#content ??= this.#load().catch((error: unknown) => {
      this.#content = undefined
      throw error
    })
    const { text, etag } = await this.#content
    const sent = { ...this.#headers, etag }
    if (namesTag(headers['if-none-match'], etag)) return new Response(null, { status: 304, headers: sent })
    if (!takesGzip(headers['accept-encoding'])) return new Response(text, { headers: sent })
    this.#gzip ??= pack(text)
    return new Response(await this.#gzip, { headers: { ...sent, 'content-encoding': 'gzip' } })
  }

  async #load(): Promise<Content> {
    const text = await this.#read()
    // Weak: one tag for the text and for what it is packed to (RFC 9110 8.8.1).
    return { text, etag: `W/"${(await sha256(text)).slice(0, 32)}"` }
  }
}

/** RFC 9110 13.1.2: a list of tags, compared weakly. */
function namesTag(list: string | undefined, etag: string): boolean {
  const tags = list?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? []
  return tags.includes(etag.slice('W/'.length)) || tags.includes('*')
}

/** RFC 9110 12.5.3: named, and not with a weight of 0. */
function takesGzip(acceptEncoding = ''): boolean {
  return acceptEncoding.split(',').some((coding) => /^\s*(x-)?gzip\s*(;(?!\s*q=0(\.0*)?\s*$).*)?$/i.test(coding))
}

async function pack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Uint8Array(await new Response(packed).arrayBuffer())
}
