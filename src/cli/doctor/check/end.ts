// What an EventSource makes of the end of the stream: to it, an end is a lost connection like any other.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { contentOf, dataEvents, isAnswered, type ArrivedEvent, type Exchange, type NoAnswer } from '../wire/exchange.ts'

type Code =
  | 'runs-again'
  | 'closed-by-reader'
  | 'comes-back-for-nothing'
  | 'fails'
  | 'still-open'
  | 'not-event-source'
  | 'goes-on'
  | 'ok'

/** Comes back after the end, as an EventSource does. */
export const endCheck: Check = defineCheck<Code>({
  name: 'end',
  verdicts: {
    'runs-again': {
      level: 'fault',
      title: 'After the end an EventSource runs everything again, for ever',
      why: 'An EventSource reconnects when a stream ends. Here that runs the handler again: the page gets all events once more, every few seconds.',
      mend: 'End with an event whose id says so, and answer 204 when a reader comes back with it. 204 stops an EventSource for good.',
    },
    'closed-by-reader': {
      level: 'warning',
      title: 'The stream relies on its reader to close it at the last event',
      why: 'An EventSource that is not closed by its page at the last event reconnects and runs everything again.',
      mend: 'Besides, answer 204 to a reader that comes back with the id of the last event.',
    },
    'comes-back-for-nothing': {
      level: 'warning',
      title: 'After the end an EventSource keeps coming back for an empty stream',
      why: 'Each reader asks again every few seconds until its page is closed, though it has everything.',
      mend: 'Answer 204 to a reader that comes back with the id of the last event: it stops an EventSource for good.',
    },
    fails: {
      level: 'warning',
      title: 'After the end an EventSource is stopped by an error',
      why: 'It stops, but its page is told of a failure, and clients that retry after 5xx come back.',
      mend: 'Answer 204 to a reader that comes back with the id of the last event.',
    },
    'still-open': ok('The stream did not end while the doctor waited'),
    'not-event-source': ok('The stream is not for an EventSource, which only sends GET'),
    'goes-on': ok('After the end a reader comes back for the events that are new'),
    ok: ok('The stream ends for good: a reader that comes back is answered 204'),
  },
  look: async ({ plain, subject, askAgain }) => {
    if (subject.method !== 'GET') return [{ code: 'not-event-source', evidence: `method ${subject.method}` }]
    if (plain.end === 'left') return [{ code: 'still-open', evidence: `${Math.round(plain.endMs)} ms` }]
    const { lastEventId } = plain
    const position = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
    const answer = await askAgain({ with: position, isEnough: (events) => dataEvents(events).length > 0 })
    return [judge(plain, answer)]
  },
})

function judge(plain: Exchange, answer: Exchange | NoAnswer): Observation<Code> {
  const back = plain.lastEventId === '' ? 'back without an id' : `back after id ${quote(plain.lastEventId)}`
  if (!isAnswered(answer)) return { code: 'fails', evidence: `${back}: ${answer.failure}` }
  if (answer.status === 204) return { code: 'ok', evidence: `${back}: status 204` }
  if (answer.status !== 200) return { code: 'fails', evidence: `${back}: status ${answer.status}` }
  const events = dataEvents(plain.events)
  const [again] = dataEvents(answer.events)
  const evidence = `${back} came ${again === undefined ? 'no event' : quote(again.data)}`
  if (again === undefined) {
    // One that stays open waits for what is new.
    return { code: answer.end === 'left' ? 'goes-on' : 'comes-back-for-nothing', evidence }
  }
  if (!isKnown(events, again)) return { code: 'goes-on', evidence }
  return { code: isTerminal(events.at(-1)) ? 'closed-by-reader' : 'runs-again', evidence }
}

/** By the data, too: without ids nothing else tells that it is the same event. */
function isKnown(events: readonly ArrivedEvent[], again: ArrivedEvent): boolean {
  return events.some(
    (event) => (again.id !== undefined && event.id === again.id) || contentOf(event) === contentOf(again),
  )
}

/** What tells a reader to close, by the conventions of the field. */
function isTerminal(last: ArrivedEvent | undefined): boolean {
  if (last === undefined) return false
  return (
    last.data === '[DONE]' || /(?:^|[._-])(?:close|complete|completed|done|end|finish|stop)$/i.test(last.event ?? '')
  )
}
