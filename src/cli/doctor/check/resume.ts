// Whether a reader that was cut off and comes back with its last event id gets what it missed, once.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import {
  contentOf,
  dataEvents,
  hasDistinctContent,
  isAnswered,
  type ArrivedEvent,
  type Exchange,
  type NoAnswer,
} from '../wire/exchange.ts'

type Code = 'starts-again' | 'repeats' | 'loses' | 'nothing-came' | 'fails' | 'reset' | 'no-ids' | 'cannot-tell' | 'ok'

/** Comes back after one of the first events, as a reader whose connection was cut there. */
export const resumeCheck: Check = defineCheck<Code>({
  name: 'resume',
  verdicts: {
    'starts-again': {
      level: 'fault',
      title: 'A reader that comes back gets the stream from its beginning again',
      why: 'The events have ids, but the server does not read `Last-Event-ID`. After each lost connection the reader has everything twice.',
      mend: 'Read the header `Last-Event-ID`, and go on after that event. A stream that cannot do that should have no ids.',
    },
    repeats: {
      level: 'fault',
      title: 'A reader that comes back gets events again that it has',
      why: 'The last event id names an event that the reader has: the stream must go on with the next one.',
      mend: 'Send what comes after the id, not from the id on.',
    },
    loses: {
      level: 'fault',
      title: 'A reader that comes back misses events',
      why: 'The events after its last event id were sent to another reader, but not to this one.',
      mend: 'Keep events for a while, and send those after the id before new ones. If some are no longer there, say so with an event of its own.',
    },
    'nothing-came': {
      level: 'fault',
      title: 'A reader that comes back gets none of the events that it missed',
      why: 'There were events after its last event id, and nothing came.',
      mend: 'Keep events for a while, and send those after the id before new ones.',
    },
    fails: {
      level: 'fault',
      title: 'A reader that comes back is not answered with a stream',
      why: 'The same request without `Last-Event-ID` is. An EventSource that gets an error closes for good.',
      mend: 'Answer any id with a stream. Say with an event that an id is not known, and begin with what there is.',
    },
    reset: {
      level: 'warning',
      title: 'The server does not know the id that it sent a moment ago',
      why: 'It says so with an event of its own, but the reader has lost its place.',
      mend: 'Keep events longer, and where every node can read them.',
    },
    'no-ids': {
      level: 'note',
      title: 'A reader that comes back cannot say what it has',
      why: 'Events have no ids.',
      mend: 'See the check `ids`.',
    },
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell whether the stream can be resumed',
      why: 'That takes two events with ids: a reader comes back after the first of them, and should get the second.',
      mend: 'Have the server send something while the doctor waits, or wait longer (`--wait`).',
    },
    ok: ok('A reader that comes back gets what it missed, once and in order'),
  },
  look: async ({ plain, askAgain }) => {
    const events = dataEvents(plain.events)
    if (events.length > 0 && events.every(({ id }) => id === undefined)) return [{ code: 'no-ids', evidence: 'no id' }]
    // One of the first: a server that keeps only a few events has it gone soon.
    const at = Math.min(1, events.length - 2)
    const [cutAfter, ...missed] = events.slice(Math.max(0, at))
    if (at < 0 || cutAfter?.id === undefined) return [{ code: 'cannot-tell', evidence: `${events.length} events` }]
    const wanted = missed.slice(0, mostMissed)
    const answer = await askAgain({
      with: { 'last-event-id': cutAfter.id },
      isEnough: (seen) => dataEvents(seen).length >= wanted.length,
    })
    return [judge(events, cutAfter.id, wanted, answer)]
  },
})

const mostMissed = 20

function judge(
  events: readonly ArrivedEvent[],
  lastEventId: string,
  wanted: readonly ArrivedEvent[],
  answer: Exchange | NoAnswer,
): Observation<Code> {
  const back = `back after id ${quote(lastEventId)}`
  if (!isAnswered(answer)) return { code: 'fails', evidence: `${back}: ${answer.failure}` }
  if (answer.status !== 200) return { code: 'fails', evidence: `${back}: status ${answer.status}` }
  if (answer.events.some(({ event }) => event === 'tidings:reset' || event === 'tidings:gap')) {
    return {
      code: 'reset',
      evidence: `${back}: ${quote(answer.events.map(({ event }) => event ?? 'message').join(', '))}`,
    }
  }
  const seen = dataEvents(answer.events)
  const [first] = seen
  if (first === undefined)
    return { code: 'nothing-came', evidence: `${back}: no event in ${Math.round(answer.endMs)} ms` }
  const evidence = `${back} came ${quote(first.id ?? 'no id')}, expected ${quote(wanted[0]?.id ?? '')}`
  if (isFirst(events, first)) return { code: 'starts-again', evidence }
  if (first.id === lastEventId || isKnownBefore(events, first, lastEventId)) return { code: 'repeats', evidence }
  const isTold = hasDistinctContent(events)
  const lost = wanted.slice(0, seen.length).findIndex((event, index) => !isSame(event, seen[index], isTold))
  if (lost === -1)
    return { code: 'ok', evidence: `${back}: ${Math.min(seen.length, wanted.length)} events, the same as before` }
  return {
    code: 'loses',
    evidence: `${back}, event ${lost + 1}: ${quote(seen[lost]?.id ?? 'no id')}, expected ${quote(wanted[lost]?.id ?? '')}`,
  }
}

/** By the data, too: ids that are random on each connection tell nothing. */
function isFirst(events: readonly ArrivedEvent[], event: ArrivedEvent): boolean {
  const [first] = events
  if (first === undefined || first.id === event.id) return first !== undefined
  const isKnown = events.some(({ id }) => id === event.id)
  return !isKnown && hasDistinctContent(events) && contentOf(event) === contentOf(first)
}

/** `isTold`: whether the data alone tells events apart. */
function isSame(event: ArrivedEvent, other: ArrivedEvent | undefined, isTold: boolean): boolean {
  if (other === undefined) return false
  return event.id === other.id || (isTold && contentOf(event) === contentOf(other))
}

function isKnownBefore(events: readonly ArrivedEvent[], event: ArrivedEvent, lastEventId: string): boolean {
  const at = events.findIndex(({ id }) => id === event.id)
  return at !== -1 && at < events.findIndex(({ id }) => id === lastEventId)
}
