// What HEAD is answered: monitors, link checkers and some proxies ask with it before they read.
import { defineCheck, ok, quote, type Check } from '../finding.ts'
import { isAnswered, type Exchange } from '../wire/exchange.ts'

type Code = 'hangs' | 'refused' | 'differs' | 'not-asked' | 'ok'

/** Asks with HEAD. */
export const headCheck: Check = defineCheck<Code>({
  name: 'head',
  verdicts: {
    hangs: {
      level: 'fault',
      title: 'HEAD is never answered',
      why: 'The server runs the stream for a reader that gets no body. Each monitor that asks leaves a connection, and often a handler that never ends.',
      mend: 'Answer HEAD with the head alone, without running the handler.',
    },
    refused: {
      level: 'note',
      title: 'HEAD is refused',
      why: 'The standard (RFC 9110) asks that a server which answers GET answers HEAD. Monitors may report the stream as down.',
      mend: 'Answer HEAD like GET, without the body.',
    },
    differs: {
      level: 'note',
      title: 'HEAD is answered with another Content-Type than GET',
      why: 'Something else answers HEAD than the stream.',
      mend: 'Answer HEAD like GET, without the body.',
    },
    'not-asked': ok('The stream is not read with GET, so that HEAD means nothing'),
    ok: ok('HEAD is answered like GET'),
  },
  look: async ({ plain, subject, askAgain }) => {
    if (subject.method !== 'GET') return [{ code: 'not-asked', evidence: `method ${subject.method}` }]
    const answer = await askAgain({ method: 'HEAD' })
    if (!isAnswered(answer)) {
      return [{ code: 'hangs', evidence: `${answer.failure} after ${Math.round(answer.afterMs)} ms` }]
    }
    const evidence = `status ${answer.status}, Content-Type ${quote(answer.headers.get('content-type') ?? '')}`
    if (answer.end !== 'complete') return [{ code: 'hangs', evidence: `${evidence}, but no end` }]
    if (answer.status !== 200) return [{ code: 'refused', evidence }]
    return [{ code: mediaTypeOf(answer) === mediaTypeOf(plain) ? 'ok' : 'differs', evidence }]
  },
})

function mediaTypeOf({ headers }: Exchange): string | undefined {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
}
