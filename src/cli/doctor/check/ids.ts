// Whether events have ids that a reader can come back with.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { contentOf, dataEvents, hasDistinctContent, isAnswered, type ArrivedEvent } from '../wire/exchange.ts'

type Code = 'none' | 'some' | 'repeated' | 'of-one-connection' | 'cannot-tell' | 'ok'

/** Looks at the ids, of two readers at the same time. */
export const idsCheck: Check = defineCheck<Code>({
  name: 'ids',
  verdicts: {
    none: {
      level: 'note',
      title: 'Events have no ids: the stream cannot be resumed',
      why: 'Without an id a client reconnects without saying what it has. Whatever was sent meanwhile is lost, or everything is sent again.',
      mend: 'If readers need every event, give each an id that is its place in the stream. A stream that only shows the present needs none.',
    },
    some: {
      level: 'warning',
      title: 'Some events have no id',
      why: 'A client that reconnects after one of them names the last id before it and is sent the rest again.',
      mend: 'Give an id to every event, or to none.',
    },
    repeated: {
      level: 'fault',
      title: 'Two events have the same id',
      why: 'A client that reconnects with it means one of the two, and the server cannot know which.',
      mend: 'Give every event an id of its own: its place in the stream.',
    },
    'of-one-connection': {
      level: 'warning',
      title: 'Ids mean something on one connection only',
      why: 'Two readers at the same time got the same events under other ids, or other events under the same ids. A counter that begins again with each connection and a random id do that; the next connection cannot resume after such an id.',
      mend: 'Give the event its id where it is made, not where it is sent.',
    },
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell whether events have ids',
      why: 'No event came in the time allowed.',
      mend: 'Have the server send something while the doctor waits, or wait longer (`--wait`).',
    },
    ok: ok('Every event has an id of its own'),
  },
  look: ({ plain, packed }) => {
    const events = dataEvents(plain.events)
    const others = isAnswered(packed) ? dataEvents(packed.events) : []
    return [judgeOwn(events) ?? judgeBoth(events, others) ?? allDifferent(events)]
  },
})

function allDifferent(events: readonly ArrivedEvent[]): Observation<Code> {
  return {
    code: 'ok',
    evidence: `${events.length} events, ${quote(events[0]?.id ?? '')} to ${quote(events.at(-1)?.id ?? '')}`,
  }
}

function judgeOwn(events: readonly ArrivedEvent[]): Observation<Code> | undefined {
  if (events.length === 0) return { code: 'cannot-tell', evidence: 'no event' }
  const ids = events.flatMap(({ id }) => (id === undefined || id === '' ? [] : [id]))
  const evidence = `${ids.length} of ${events.length} events have an id`
  if (ids.length === 0) return { code: 'none', evidence }
  if (ids.length < events.length) return { code: 'some', evidence }
  const seen = new Set<string>()
  const repeated = ids.find((id) => seen.size === seen.add(id).size)
  return repeated === undefined ? undefined : { code: 'repeated', evidence: `id ${quote(repeated)}` }
}

/** The other reading began at the same time, so that the two have most events in common. */
function judgeBoth(events: readonly ArrivedEvent[], others: readonly ArrivedEvent[]): Observation<Code> | undefined {
  const byId = new Map(others.map((event) => [event.id, event]))
  for (const event of events) {
    const other = byId.get(event.id)
    if (other === undefined || contentOf(other) === contentOf(event)) continue
    const evidence = `id ${quote(event.id ?? '')} is ${quote(event.data)} and ${quote(other.data)}`
    return { code: 'of-one-connection', evidence }
  }
  if (!hasDistinctContent(events)) return undefined
  const byContent = new Map(others.map((event) => [contentOf(event), event]))
  for (const event of events) {
    const other = byContent.get(contentOf(event))
    if (other === undefined || byId.has(event.id)) continue
    const evidence = `${quote(event.data)} has the ids ${quote(event.id ?? '')} and ${quote(other.id ?? '')}`
    return { code: 'of-one-connection', evidence }
  }
  return undefined
}
