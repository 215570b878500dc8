// Which pages of other origins may read the stream, and whether they can come back.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { isAnswered, type Exchange } from '../wire/exchange.ts'
import type { Examination } from '../examination.ts'

type Code =
  | 'none'
  | 'refused'
  | 'wildcard-with-credentials'
  | 'any-origin-with-credentials'
  | 'no-vary'
  | 'preflight'
  | 'cannot-tell'
  | 'ok'

/** Asks as a page of another origin does, and as its preflight does. */
export const corsCheck: Check = defineCheck<Code>({
  name: 'cors',
  verdicts: {
    none: {
      level: 'note',
      title: 'Pages of other origins cannot read the stream',
      why: 'There is no Access-Control-Allow-Origin for them. That is right if the page comes from the same origin.',
      mend: 'If a page of another origin reads it, allow that origin, and ask the doctor with `--origin`.',
    },
    refused: {
      level: 'fault',
      title: 'The page of this origin cannot read the stream',
      why: 'Access-Control-Allow-Origin does not name it. An EventSource closes for good.',
      mend: 'Send `Access-Control-Allow-Origin` with the origin, on errors too, and `Vary: Origin`.',
    },
    'wildcard-with-credentials': {
      level: 'fault',
      title: 'All origins are allowed with `*`, and credentials too, which browsers refuse',
      why: 'With `withCredentials` the answer must name the origin: `*` does not count then.',
      mend: 'Name the origin instead of `*`, or leave Access-Control-Allow-Credentials out.',
    },
    'any-origin-with-credentials': {
      level: 'fault',
      title: 'Any page may read the stream with the cookies of its visitor',
      why: 'The server answers a stranger with its own origin and allows credentials: every site that a signed-in user visits can read what is meant for them.',
      mend: 'Allow credentials to a list of origins only.',
    },
    'no-vary': {
      level: 'warning',
      title: 'The allowed origin depends on the request, but Vary does not say so',
      why: 'A cache may answer a page of one origin with the headers for another.',
      mend: 'Send `Vary: Origin`.',
    },
    preflight: {
      level: 'warning',
      title: 'A page of another origin can read the stream once, but not come back',
      why: 'A client that uses `fetch` sends `Last-Event-ID`, and its own headers and methods, only after a preflight (OPTIONS) that allows them.',
      mend: 'Answer OPTIONS with 204, `Access-Control-Allow-Origin`, `-Allow-Methods`, and `Access-Control-Allow-Headers: Last-Event-ID, ...`.',
    },
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell what pages of other origins get',
      why: 'A request with an Origin was not answered like the one without.',
      mend: 'Look at what the server does with the header Origin.',
    },
    ok: ok('Pages of other origins can read the stream, and come back'),
  },
  look: async (examination) => {
    const { subject, askAgain } = examination
    const origin = subject.origin ?? stranger
    const answer = await askAgain({ with: { origin }, headOnly: true })
    if (!isAnswered(answer)) return [{ code: 'cannot-tell', evidence: answer.failure }]
    const allowed = answer.headers.get('access-control-allow-origin')
    const evidence = `Origin ${quote(origin)}: ${describeCors(answer)}`
    const isAllowed = allowed === '*' || allowed === origin
    if (!isAllowed) return [{ code: subject.origin === undefined ? 'none' : 'refused', evidence }]
    const found = [
      ...(await judgeAllowed(examination, answer, allowed)),
      ...(await judgePreflight(examination, origin, allowed)),
    ]
    return found.length > 0 ? found : [{ code: 'ok', evidence }]
  },
})

/** An origin that no server has reason to trust. */
const stranger = 'https://stranger.example'

function describeCors({ status, headers }: Exchange): string {
  const names = ['access-control-allow-origin', 'access-control-allow-credentials', 'vary']
  const shown = names.flatMap((name) => (headers.has(name) ? [`${name}: ${quote(headers.get(name) ?? '')}`] : []))
  return [`status ${status}`, ...shown].join(', ')
}

async function judgeAllowed(
  { subject, askAgain }: Examination,
  answer: Exchange,
  allowed: string,
): Promise<readonly Observation<Code>[]> {
  const evidence = describeCors(answer)
  const withCredentials = answer.headers.get('access-control-allow-credentials') === 'true'
  if (allowed === '*') return withCredentials ? [{ code: 'wildcard-with-credentials', evidence }] : []
  const found: Observation<Code>[] = []
  if (!/(?:^|,)\s*(?:origin|\*)\s*(?:,|$)/i.test(answer.headers.get('vary') ?? ''))
    found.push({ code: 'no-vary', evidence })
  const other = subject.origin === undefined ? answer : await askAgain({ with: { origin: stranger }, headOnly: true })
  const takesAny = isAnswered(other) && other.headers.get('access-control-allow-origin') === stranger
  return takesAny && withCredentials ? [...found, { code: 'any-origin-with-credentials', evidence }] : found
}

async function judgePreflight(
  { subject, askAgain }: Examination,
  origin: string,
  allowed: string,
): Promise<readonly Observation<Code>[]> {
  const wanted = ['last-event-id', ...Object.keys(subject.headers).map((name) => name.toLowerCase())]
  const asked = wanted.toSorted().join(',')
  const answer = await askAgain({
    method: 'OPTIONS',
    body: undefined,
    with: { origin, 'access-control-request-method': subject.method, 'access-control-request-headers': asked },
    headOnly: true,
  })
  if (!isAnswered(answer)) return [{ code: 'preflight', evidence: `OPTIONS: ${answer.failure}` }]
  const list = (name: string): string[] => (answer.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/)
  const headers = list('access-control-allow-headers')
  const methods = list('access-control-allow-methods')
  const refused = headers.includes('*') ? [] : wanted.filter((name) => !headers.includes(name))
  const takesMethod = ['GET', 'POST', 'HEAD'].includes(subject.method) || methods.includes(subject.method.toLowerCase())
  const takesOrigin = answer.headers.get('access-control-allow-origin') === allowed
  const isRight = answer.status >= 200 && answer.status < 300 && takesOrigin && takesMethod && refused.length === 0
  const missing = refused.length > 0 ? `, does not allow ${quote(refused.join(', '))}` : ''
  return isRight ? [] : [{ code: 'preflight', evidence: `OPTIONS: ${describeCors(answer)}${missing}` }]
}
