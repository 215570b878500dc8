// Records a response while it is read.
import {
  checkOptions,
  describeValue,
  options,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../../base/index.ts'
import { checkRequest, type Cassette, type CassetteChunk, type CassetteEnd, type CassetteRequest } from './cassette.ts'
import { redact, redactChecks, type RedactOptions } from './redact.ts'

/** How a response is recorded. */
export interface RecordOptions {
  /** The request that it answers, for the cassette's head. Its secrets are taken out, too. */
  readonly request?: CassetteRequest | undefined
  /** What is taken out beside what {@link RedactOptions} names by itself. Default `{}`; `false` takes out nothing. */
  readonly redact?: RedactOptions | false | undefined
  /**
   * How many bytes of the body are kept. With the chunk that exceeds it the recording ends, as `left`; the reader gets
   * everything. Default 64 MiB; `false`: no limit.
   */
  readonly maxBytes?: number | false | undefined
}

/** A response that is being recorded. */
export interface Recording {
  /** Read this one in place of the one that was recorded: the same head, and each chunk as it comes. */
  readonly response: Response
  /**
   * Resolves when the body has ended, the connection has broken, the reader has cancelled it, or `maxBytes` is reached.
   * Rejects only with what `redact.data` throws.
   */
  readonly cassette: Promise<Cassette>
}

const checks: OptionChecks<RecordOptions> = {
  request: typed('object'),
  redact: options(redactChecks, [false]),
  maxBytes: wholeNumber({ orFalse: true }),
}

/**
 * Records a response: its head, and each chunk of its body with its border and the time of its arrival. Nothing is read
 * ahead: a reader that is slow holds the sender back as before, and its chunks bear the times at which it took them. Call
 * it as soon as the response is there: the cassette's times begin with the call.
 *
 * The head is recorded without `content-encoding`, `content-length` and the fields of the connection, because `fetch` has
 * decoded the body already.
 *
 * @throws TidingsError `ERR_OPTION` for an invalid option, or a response whose body is being read already
 *
 * @example
 * import { encodeCassette, recordResponse } from 'tidings/testing'
 *
 * const { response, cassette } = recordResponse(new Response('data: 1\n\n'))
 * await response.text()
 * console.log(encodeCassette(await cassette).split('\n').length) // 4
 */
export function recordResponse(response: Response, recordOptions: RecordOptions = {}): Recording {
  checkOptions('`recordResponse`', recordOptions, checks)
  if (recordOptions.request !== undefined) checkRequest('`request`', recordOptions.request)
  // By shape: a package may bring a Response of its own.
  if (typeof Object(Object(response).headers).get !== 'function') {
    throw new TidingsError('ERR_OPTION', `recordResponse needs a Response, not ${describeValue(response)}.`)
  }
  if (response.bodyUsed || response.body?.locked === true) {
    throw new TidingsError('ERR_OPTION', 'recordResponse needs a response whose body nobody reads yet.')
  }
  const recorder = new Recorder(response, recordOptions)
  if (response.body === null) {
    recorder.end('complete')
    return { response, cassette: recorder.cassette }
  }
  const { status, statusText, headers, url } = response
  const copy = new Response(copyBody(response.body, recorder), { status, statusText, headers })
  // A constructed response has no url; readers resolve links and report errors with it.
  Object.defineProperty(copy, 'url', { value: url })
  return { response: copy, cassette: recorder.cassette }
}

/** The body as it was; the recorder is told of each chunk, and of the end. Pulls only when it is pulled. */
function copyBody(body: ReadableStream<Uint8Array>, recorder: Recorder): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (done) {
            recorder.end('complete')
            controller.close()
            return
          }
          recorder.add(value)
          controller.enqueue(value)
        } catch (error) {
          recorder.end('cut')
          controller.error(error)
        }
      },
      cancel(reason) {
        recorder.end('left')
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

/** Fields of the message on its connection, which say nothing true about the decoded body (RFC 9110 7.6.1, RFC 9112 6). */
const framingHeaders = [
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'trailer',
  'transfer-encoding',
]

class Recorder {
  readonly cassette: Promise<Cassette>
  readonly #startedAt = performance.now()
  readonly #head: Omit<Cassette, 'chunks' | 'end'>
  readonly #options: RecordOptions
  readonly #chunks: CassetteChunk[] = []
  #bytes = 0
  #hasEnded = false
  #settle: (cassette: Cassette | Promise<Cassette>) => void = () => {}

  constructor({ status, headers }: Response, recordOptions: RecordOptions) {
    const { request } = recordOptions
    this.#options = recordOptions
    this.#head = {
      recordedAt: new Date().toISOString(),
      ...(request === undefined ? {} : { request }),
      response: { status, headers: recordedHeaders(headers) },
    }
    this.cassette = new Promise((resolve) => {
      this.#settle = resolve
    })
    // Whoever reads only the response must not be ended by what `redact.data` throws.
    this.cassette.catch(() => {})
  }

  add(bytes: Uint8Array): void {
    if (this.#hasEnded || bytes.length === 0) return
    const { maxBytes = 64 * 1024 * 1024 } = this.#options
    if (maxBytes !== false && this.#bytes + bytes.length > maxBytes) {
      this.end('left')
      return
    }
    this.#bytes += bytes.length
    // A copy: the reader owns the chunk, and may fill or transfer it.
    this.#chunks.push({ at: this.#elapsed(), bytes: Uint8Array.from(bytes) })
  }

  end(how: CassetteEnd['how']): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    const cassette = { ...this.#head, chunks: this.#chunks, end: { at: this.#elapsed(), how } }
    this.#settle(this.#withoutSecrets(cassette))
  }

  /** Async, so that what `redact.data` throws rejects the cassette, and not the reader's read. */
  async #withoutSecrets(cassette: Cassette): Promise<Cassette> {
    const { redact: chosen = {} } = this.#options
    return chosen === false ? cassette : redact(cassette, chosen)
  }

  /** Milliseconds since the head, to a tenth: what a timer can play. */
  #elapsed(): number {
    return Math.round((performance.now() - this.#startedAt) * 10) / 10
  }
}

function recordedHeaders(headers: Headers): Record<string, string> {
  const names = new Set([...headers.keys()].filter((name) => !framingHeaders.includes(name)))
  // By `get`, which joins the values of a field that was sent several times.
  return Object.fromEntries(Array.from(names, (name) => [name, headers.get(name) ?? '']))
}
