// `tidings doctor`: examines the endpoint of a stream, check by check.
import {
  checkOptions,
  describeValue,
  longestDelayMs,
  required,
  TidingsError,
  typed,
  wholeNumber,
  type OptionChecks,
} from '../../base/index.ts'
import { authorizationOf, toHeaders, toUrl, withoutUser } from './address.ts'
import { judgeAnswer } from './check/answer.ts'
import { checks } from './checks.ts'
import { askSubject, patienceMs, readStream, type Examination, type Subject } from './examination.ts'
import type { Finding } from './finding.ts'

/** What to examine, and for how long. */
export interface DiagnoseOptions {
  /** The address of the stream: `http:` or `https:`. */
  readonly url: string
  /** Default `GET`. */
  readonly method?: string | undefined
  /** Sent with every request. Default: those of an EventSource. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent with every request but OPTIONS and HEAD. Default none. */
  readonly body?: string | Uint8Array | undefined
  /** How long the stream is read, in milliseconds. Default 20,000: longer than the usual heartbeat of 15 s. */
  readonly waitMs?: number | undefined
  /** The longest silence that needs no heartbeat, in milliseconds. Default 16,000. */
  readonly silenceMs?: number | undefined
  /** Most of a body that is read, in bytes. Default 20 MiB. */
  readonly maxBytes?: number | undefined
  /** The origin of the page that reads the stream. Default: that of a stranger, who need not be allowed. */
  readonly origin?: string | undefined
  /** Takes a certificate that nobody has signed. Default false. */
  readonly insecure?: boolean | undefined
  /** Stops the examination: the iteration rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

const optionChecks: OptionChecks<DiagnoseOptions> = {
  url: required(typed('string')),
  method: typed('string'),
  headers: typed('object'),
  body: textOrBytes,
  waitMs: wholeNumber({ most: longestDelayMs }),
  silenceMs: wholeNumber({ most: longestDelayMs }),
  maxBytes: wholeNumber(),
  origin: typed('string'),
  insecure: typed('boolean'),
  signal: typed('object'),
}

function textOrBytes(name: string, value: unknown): void {
  if (value === undefined || typeof value === 'string' || value instanceof Uint8Array) return
  throw new TidingsError('ERR_OPTION', `${name} must be a string or a Uint8Array, not ${describeValue(value)}.`)
}

/**
 * Examines a stream, and yields findings as they are made: first whether there is a stream at all, then check by check.
 * The request is sent about ten times, two of them at once; redirects are not followed.
 *
 * @throws TidingsError `ERR_OPTION` for an option that cannot work
 * @throws the reason of `signal`
 */
export async function* diagnose(options: DiagnoseOptions): AsyncGenerator<Finding, void, undefined> {
  const subject = toSubject(options)
  const readings = Promise.all([readStream(subject, 'identity'), readStream(subject, 'gzip, br')])
  const [plain, packed] = await readings
  const { finding, stream } = judgeAnswer(plain)
  yield finding
  if (stream === undefined) return
  const timeoutMs = patienceMs(stream)
  const askAgain: Examination['askAgain'] = (again) => askSubject(subject, { ...again, timeoutMs })
  for (const check of checks) yield* await check.examine({ subject, plain: stream, packed, askAgain })
}

const bodiless = /^(?:get|head|options|trace|connect)$/i

function toSubject(options: DiagnoseOptions): Subject {
  checkOptions('diagnose()', options, optionChecks)
  const { url, method = 'GET', headers = {}, body } = options
  if (body !== undefined && bodiless.test(method)) {
    throw new TidingsError('ERR_OPTION', `${method} has no body: name another method, POST for instance.`)
  }
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(method)) {
    throw new TidingsError('ERR_OPTION', `method must be the name of a method, not ${JSON.stringify(method)}.`)
  }
  const address = toUrl(url)
  return {
    url: withoutUser(address),
    method: method.toUpperCase(),
    headers: { ...authorizationOf(address), ...toHeaders(headers) },
    body,
    waitMs: options.waitMs ?? 20_000,
    silenceMs: options.silenceMs ?? 16_000,
    maxBytes: options.maxBytes ?? 20 * 1024 * 1024,
    origin: options.origin,
    insecure: options.insecure ?? false,
    signal: options.signal ?? new AbortController().signal,
  }
}
