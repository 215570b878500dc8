// Whether a quiet stream shows that it lives before a proxy, or a reader, takes it for dead.
import { defineCheck, ok, type Check, type Observation } from '../finding.ts'
import type { Exchange } from '../wire/exchange.ts'

type Code = 'silent' | 'slow' | 'cannot-tell' | 'ok'

/** Looks for comments in silences. */
export const heartbeatCheck: Check = defineCheck<Code>({
  name: 'heartbeat',
  verdicts: {
    silent: {
      level: 'warning',
      title: 'No heartbeat came in a long silence',
      why: 'Proxies close a connection that is silent: Heroku after 55 s, nginx, Apache, Varnish and AWS after 60 s, others sooner. Without a heartbeat neither side learns of a dead connection. One that comes later than the doctor waited is not seen.',
      mend: 'Send a comment (`:` and an empty line) after 15 s of silence. Not an event: clients dispatch those.',
    },
    slow: {
      level: 'note',
      title: 'The heartbeat comes late',
      why: 'It holds against the usual 60 s of proxies, but not against shorter timeouts, and a dead connection is noticed later.',
      mend: 'Send it after 15 s of silence.',
    },
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell whether there is a heartbeat',
      why: 'It would be sent in a silence, and there was none that was long enough.',
      mend: 'Wait longer (`--wait`), or try it while there are no events.',
    },
    ok: ok('The stream has a heartbeat'),
  },
  look: ({ plain, subject }) => [judge(plain, subject.silenceMs)],
})

function judge(plain: Exchange, silenceMs: number): Observation<Code> {
  const longestMs = longestSilence(plain)
  const beats = heartbeatsOf(plain)
  const evidence = `the longest silence was ${Math.round(longestMs)} ms, with ${beats} comments between or after events`
  if (beats > 0) return { code: longestMs <= silenceMs * slack ? 'ok' : 'slow', evidence }
  return { code: longestMs > silenceMs ? 'silent' : 'cannot-tell', evidence }
}

/** A heartbeat each 15 s is a bit late on a busy machine. */
const slack = 1.2

/** The longest time without a byte, from the head to where the reading ended. */
function longestSilence({ chunks, headMs, endMs }: Exchange): number {
  const times = [headMs, ...chunks.map(({ atMs }) => atMs), endMs]
  return times.reduce((longest, at, index) => Math.max(longest, at - (times[index - 1] ?? at)), 0)
}

/** Comments that came by themselves: one that opens the stream comes with its head. */
function heartbeatsOf({ comments, chunks, headMs }: Exchange): number {
  const opening = Math.max(headMs, chunks[0]?.atMs ?? headMs)
  return comments.filter((atMs) => atMs > opening).length
}
