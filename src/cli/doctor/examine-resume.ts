// `tidings doctor --resume`: the conformance suite for resumable streams, run against any server without a test runner.
import { checkOptions, required, TidingsError, typed, wholeNumber, type OptionChecks } from '../../base/index.ts'
import { describeResume, type ResumeSubject } from '../../testing/index.ts'
import { authorizationOf, toHeaders, toUrl, withoutUser } from './address.ts'
import { printable, type Finding } from './finding.ts'

/** The server, and how to make it send events. */
export interface ExamineResumeOptions {
  /** The address of the stream: `http:` or `https:`. It is asked with GET. */
  readonly url: string
  /** Sent with every request for the stream. Default none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /**
   * An address that makes the server send events. With `{count}` in it, it is asked once for that many; without, once
   * for each event. Default: the stream produces by itself.
   */
  readonly produceUrl?: string | undefined
  /** The method for `produceUrl`. Default `POST`. */
  readonly produceMethod?: string | undefined
  /** How many events each case reads. Default 30. */
  readonly count?: number | undefined
  /** The longest time for one case, in milliseconds. Default 60,000. */
  readonly caseTimeoutMs?: number | undefined
  /** Stops the examination: the iteration rejects with its reason. */
  readonly signal?: AbortSignal | undefined
}

const optionChecks: OptionChecks<ExamineResumeOptions> = {
  url: required(typed('string')),
  headers: typed('object'),
  produceUrl: typed('string'),
  produceMethod: typed('string'),
  count: wholeNumber({ least: 2, most: 10_000 }),
  caseTimeoutMs: wholeNumber({ most: 3_600_000 }),
  signal: typed('object'),
}

interface Case {
  readonly title: string
  readonly run: () => Promise<void>
}

/**
 * Runs the suite that `describeResume` of `tidings/testing` registers, and yields a finding for each of its cases: `ok`
 * or a `fault` whose evidence is the failure.
 *
 * @throws TidingsError `ERR_OPTION` for an option that cannot work
 * @throws the reason of `signal`
 */
export async function* examineResume(options: ExamineResumeOptions): AsyncGenerator<Finding, void, undefined> {
  checkOptions('examineResume()', options, optionChecks)
  const { url, signal, caseTimeoutMs = 60_000 } = options
  const headers = { ...authorizationOf(toUrl(url)), ...toHeaders(options.headers ?? {}) }
  const address = withoutUser(toUrl(url)).href
  const count = options.count ?? 30
  for (let index = 0; index < casesOf({ url: address }).length; index += 1) {
    signal?.throwIfAborted()
    const end = new AbortController()
    const stop = (): void => end.abort(signal?.reason)
    signal?.addEventListener('abort', stop)
    const timer = setTimeout(() => end.abort(new Error(`It took longer than ${caseTimeoutMs} ms.`)), caseTimeoutMs)
    // Each case has a subject of its own: one that is over opens no further connection.
    const subject: ResumeSubject = {
      url: () => whileOpen(end.signal, address),
      headers,
      count,
      ...producer(options, end.signal, (error) => end.abort(error)),
    }
    const one = casesOf(subject)[index]
    if (one === undefined) return
    const failure = await failureOf(one, end.signal)
    clearTimeout(timer)
    signal?.removeEventListener('abort', stop)
    signal?.throwIfAborted()
    yield toFinding(one.title, failure)
  }
}

/** The cases, by a test runner that only collects them. */
function casesOf(subject: ResumeSubject): readonly Case[] {
  const cases: Case[] = []
  const runner = {
    describe: (_: string, body: () => void) => body(),
    test: (title: string, run: () => Promise<void>) => cases.push({ title, run }),
  }
  describeResume(runner, 'resume', subject)
  return cases
}

function whileOpen(signal: AbortSignal, url: string): string {
  signal.throwIfAborted()
  return url
}

/** Settles when the case does, or when its time is over; what the case does after that is over with its next request. */
async function failureOf({ run }: Case, signal: AbortSignal): Promise<string | undefined> {
  const ended = new Promise<string>((resolve) => {
    signal.addEventListener('abort', () => resolve(messageOf(signal.reason)), { once: true })
  })
  const done = run().then(
    () => undefined,
    (error: unknown) => messageOf(error),
  )
  return Promise.race([done, ended])
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // `fetch failed` says why in its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}

/** What makes the server send events. A failure ends the case, whatever it is waiting for. */
function producer(
  options: ExamineResumeOptions,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Pick<ResumeSubject, 'produce'> {
  const { produceUrl, produceMethod = 'POST', headers = {}, url } = options
  if (produceUrl === undefined) return {}
  const isCounted = produceUrl.includes('{count}')
  // Credentials for the stream are not for a server elsewhere.
  const isOwn = toUrl(produceUrl.replace('{count}', '1')).origin === toUrl(url).origin
  const ask = async (address: string): Promise<void> => {
    const response = await fetch(address, { method: produceMethod, headers: isOwn ? headers : {}, signal })
    await response.body?.cancel()
    if (!response.ok) throw new TidingsError('ERR_HTTP', `${produceMethod} ${address} was answered ${response.status}.`)
  }
  const produce = async (count: number): Promise<void> => {
    try {
      for (let left = isCounted ? 1 : count; left > 0 && !signal.aborted; left -= 1) {
        await ask(produceUrl.replace('{count}', String(count)))
      }
    } catch (error) {
      fail(error)
    }
  }
  return { produce }
}

const longestEvidence = 400

function toFinding(title: string, failure: string | undefined): Finding {
  const found = {
    check: 'resume-suite',
    code: title.replaceAll(' ', '-'),
    title: `${title[0]?.toUpperCase()}${title.slice(1)}`,
  }
  if (failure === undefined) return { ...found, level: 'ok', why: '', mend: '', evidence: '' }
  return {
    ...found,
    level: 'fault',
    title: `Not so: ${title}`,
    why: 'A reader that loses its connection loses events, or gets them twice.',
    mend: 'Number events where they are made, keep them for a while, and send those after `Last-Event-ID` before new ones.',
    evidence: printable(failure.length > longestEvidence ? `${failure.slice(0, longestEvidence)}...` : failure),
  }
}
