// Whether there is a stream at all: the status, and what an EventSource makes of one that is not 200.
import { ok, printable, quote, type Finding, type Verdict } from '../finding.ts'
import { bytesOf, isAnswered, type Exchange, type NoAnswer } from '../wire/exchange.ts'

type Code = 'no-answer' | 'refused-for-good' | 'no-content' | 'redirect' | 'html' | 'ndjson' | 'ok'

/** What the first answer can be. This is not a check like the others: it decides whether they have anything to look at. */
export const answerVerdicts: Readonly<Record<Code, Verdict>> = {
  'no-answer': {
    level: 'fault',
    title: 'There is no answer',
    why: 'No head of a response came. The server may be down, wait for its first event before it sends the head, or be behind a proxy that holds everything back until its buffer is full.',
    mend: 'Send the head and a comment at once. Behind nginx send `X-Accel-Buffering: no`, or set `proxy_buffering off`. Compare with the address of the server itself.',
  },
  'refused-for-good': {
    level: 'fault',
    title: 'The answer is an error, which closes an EventSource for good',
    why: 'An EventSource reconnects after a lost connection, but never after a status other than 200: the page gets one `error` event and no more.',
    mend: 'Mend the error. For failures that pass (a restart, too many readers) let the proxy answer 200 with an empty stream and `retry:`, or read with a client that retries after 5xx and heeds Retry-After.',
  },
  'no-content': {
    level: 'note',
    title: 'The answer is 204: there is nothing to read, now or later',
    why: 'A 204 tells an EventSource to stop for good.',
    mend: 'If there should be a stream, answer 200 even while there are no events.',
  },
  redirect: {
    level: 'note',
    title: 'The answer is a redirect',
    why: 'An EventSource follows it, and asks here again each time it reconnects. The doctor does not follow.',
    mend: 'Examine the address that it leads to.',
  },
  html: {
    level: 'fault',
    title: 'The answer is a page of HTML with status 200',
    why: 'An error page, a login page or the fallback of a single-page app is in the place of the stream. An EventSource closes for good; other clients see a stream without events.',
    mend: 'Route this path to the server before the fallback, and send errors with their status.',
  },
  ndjson: {
    level: 'note',
    title: 'The answer is newline-delimited JSON, not Server-Sent Events',
    why: 'An EventSource cannot read it, and none of these checks means anything for it.',
    mend: 'Ask for `text/event-stream` (`Accept`), if the server has it.',
  },
  ok: ok('The answer is a stream'),
}

/** What the first answer is, and whether there is a stream to examine. */
export function judgeAnswer(answer: Exchange | NoAnswer): {
  readonly finding: Finding
  readonly stream: Exchange | undefined
} {
  const { code, evidence } = observe(answer)
  const finding = { check: 'answer', code, ...answerVerdicts[code], evidence: printable(evidence) }
  return { finding, stream: code === 'ok' && isAnswered(answer) ? answer : undefined }
}

function observe(answer: Exchange | NoAnswer): { code: Code; evidence: string } {
  if (!isAnswered(answer)) {
    const reason = answer.failure === 'timeout' ? 'nothing came' : answer.failure
    return { code: 'no-answer', evidence: `${reason}, after ${Math.round(answer.afterMs)} ms` }
  }
  const { status, headers } = answer
  const contentType = headers.get('content-type') ?? ''
  const evidence = `status ${status}, Content-Type ${quote(contentType)}`
  if (status === 204) return { code: 'no-content', evidence }
  if (status >= 300 && status < 400) {
    return { code: 'redirect', evidence: `status ${status}, Location ${quote(headers.get('location') ?? '')}` }
  }
  if (status !== 200) return { code: 'refused-for-good', evidence: `${evidence}, ${quote(beginningOf(answer))}` }
  if (contentType.startsWith('text/html') || /^\s*<(?:!doctype|html)/i.test(beginningOf(answer))) {
    return { code: 'html', evidence: `${evidence}, ${quote(beginningOf(answer))}` }
  }
  if (/^application\/(?:x-ndjson|ndjson|jsonl)/.test(contentType)) return { code: 'ndjson', evidence }
  return { code: 'ok', evidence: `${evidence}, head after ${Math.round(answer.headMs)} ms` }
}

function beginningOf(answer: Exchange): string {
  return bytesOf(answer).subarray(0, 200).toString('utf8')
}
