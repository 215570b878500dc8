// Whether events have ids that a reader can come back with.
import { defineCheck, ok, quote, type Check, type Observation } from '../finding.ts'
import { dataEvents, type ArrivedEvent } from '../wire/exchange.ts'

type Code = 'none' | 'some' | 'repeated' | 'cannot-tell' | 'ok'

/** Looks at the ids; what they are good for is a matter of the check `resume`. */
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
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell whether events have ids',
      why: 'No event came in the time allowed.',
      mend: 'Have the server send something while the doctor waits, or wait longer (`--wait`).',
    },
    ok: ok('Every event has an id of its own'),
  },
  look: ({ plain }) => [judge(dataEvents(plain.events))],
})

function judge(events: readonly ArrivedEvent[]): Observation<Code> {
  if (events.length === 0) return { code: 'cannot-tell', evidence: 'no event' }
  const ids = events.flatMap(({ id }) => (id === undefined || id === '' ? [] : [id]))
  const evidence = `${ids.length} of ${events.length} events have an id`
  if (ids.length === 0) return { code: 'none', evidence }
  if (ids.length < events.length) return { code: 'some', evidence }
  const seen = new Set<string>()
  const repeated = ids.find((id) => seen.size === seen.add(id).size)
  if (repeated !== undefined) return { code: 'repeated', evidence: `id ${quote(repeated)}` }
  return { code: 'ok', evidence: `${evidence}, ${quote(ids[0] ?? '')} to ${quote(ids.at(-1) ?? '')}` }
}
