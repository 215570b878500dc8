// Whether events arrive as they happen, or are held back by a buffer on the way.
import { defineCheck, ok, type Check, type Observation } from '../finding.ts'
import { dataEvents, momentsOf, type ArrivedEvent, type Exchange } from '../wire/exchange.ts'
import { latenessOf, type Lateness } from '../wire/sending-time.ts'

type Code = 'held-back' | 'all-late' | 'all-at-the-end' | 'held-in-the-middle' | 'cannot-tell' | 'nothing-came' | 'ok'

const nginx =
  'Behind nginx send `X-Accel-Buffering: no` or set `proxy_buffering off`. In HAProxy set `option http-no-delay`. A compressor must flush after each event. A proxy of your own must pass chunks on as they come.'

/** Compares when events arrived with each other, and with when they were sent if they say so. */
export const arrivalCheck: Check = defineCheck<Code>({
  name: 'arrival',
  verdicts: {
    'held-back': {
      level: 'fault',
      title: 'Events are held back on the way and arrive together',
      why: 'By the times that they carry, they were sent one after the other. Something collects them: a proxy that buffers, a compressor, or a server that does not flush.',
      mend: nginx,
    },
    'all-late': {
      level: 'fault',
      title: 'Events are late, each by about the same time',
      why: 'By the times that they carry, each waits on the way. HAProxy waits about 200 ms for more to send with each event.',
      mend: 'In HAProxy set `option http-no-delay`; nothing that the server sends helps. In servers turn off the algorithm of Nagle (TCP_NODELAY).',
    },
    'all-at-the-end': {
      level: 'warning',
      title: 'Nothing arrived until the stream ended, then everything at once',
      why: 'A proxy that buffers looks just like this; so does a server that has all events ready only then. They carry no times that would tell.',
      mend: nginx,
    },
    'held-in-the-middle': {
      level: 'warning',
      title: 'The stream paused in the middle of an event',
      why: 'A buffer passes on what it holds when it is full, whatever event that cuts in two. The rest waits until the buffer is full again.',
      mend: nginx,
    },
    'cannot-tell': {
      level: 'note',
      title: 'Cannot tell whether events are held back',
      why: 'That takes at least two events that are sent at different moments after the request.',
      mend: 'Have the server send something while the doctor waits, or wait longer (`--wait`).',
    },
    'nothing-came': {
      level: 'warning',
      title: 'No event came in the time allowed: cannot tell whether events are held back',
      why: 'There may have been none to send, or a buffer on the way holds them.',
      mend: 'Have the server send something while the doctor waits, or wait longer (`--wait`).',
    },
    ok: ok('Events arrive one by one, as they are sent'),
  },
  look: ({ plain, subject }) => {
    const events = dataEvents(plain.events)
    const lateness = latenessOf(plain, events)
    const judged = lateness === undefined ? undefined : judgeTimes(lateness, isHere(subject.url))
    return [
      judged?.code === 'ok' ? (judgeSpread(plain, events, judged) ?? judged) : (judged ?? judgeUntimed(plain, events)),
    ]
  },
})

/** From how much on a delay is not the network's, in milliseconds. */
const heldMs = 150
/** From how much on the times of two events are apart enough to see a buffer between them. */
const apartMs = 300

function judgeTimes(lateness: Lateness, hasSameClock: boolean): Observation<Code> | undefined {
  const { field, count, sentOverMs, leastMs, medianMs, mostMs, isAlike } = lateness
  const spreadMs = mostMs - leastMs
  const range = `${Math.round(leastMs)} to ${Math.round(mostMs)} ms`
  const evidence = `${count} events sent over ${Math.round(sentOverMs)} ms (by ${field}) arrived late by ${range}`
  if (sentOverMs < apartMs) return undefined
  // Clocks of other machines may be off by any time: only here does a delay that all have alike mean something.
  if (hasSameClock && isAlike && medianMs > heldMs / 2) return { code: 'all-late', evidence }
  if (spreadMs > heldMs && spreadMs > sentOverMs / 4) return { code: 'held-back', evidence }
  return { code: 'ok', evidence: hasSameClock ? evidence : `${evidence}, give or take the clocks` }
}

function judgeUntimed(plain: Exchange, events: readonly ArrivedEvent[]): Observation<Code> {
  const moments = momentsOf(events)
  const overMs = Math.round((events.at(-1)?.atMs ?? 0) - (events[0]?.atMs ?? 0))
  const evidence = `${events.length} events at ${moments} moments over ${overMs} ms; they carry no time, so that a delay that all have alike is not seen`
  if (events.length === 0) {
    return { code: 'nothing-came', evidence: `no event in ${Math.round(plain.endMs)} ms` }
  }
  return judgeSpread(plain, events) ?? { code: moments < 2 || overMs < apartMs ? 'cannot-tell' : 'ok', evidence }
}

/** What a buffer does to the spread of events, whatever they say. */
function judgeSpread(
  plain: Exchange,
  events: readonly ArrivedEvent[],
  timed?: Observation<Code>,
): Observation<Code> | undefined {
  const [first, last] = [events[0], events.at(-1)]
  if (first === undefined || last === undefined) return undefined
  const isAtTheEnd = plain.end !== 'left' && plain.endMs - first.atMs <= 50
  if (timed === undefined && events.length > 1 && isAtTheEnd && first.atMs >= 500) {
    const evidence = `${events.length} events between ${Math.round(first.atMs)} and ${Math.round(last.atMs)} ms, the end after ${Math.round(plain.endMs)} ms`
    return { code: 'all-at-the-end', evidence }
  }
  const pause = pauseInEvent(plain)
  return pause === undefined ? undefined : { code: 'held-in-the-middle', evidence: pause }
}

function pauseInEvent({ chunks }: Exchange): string | undefined {
  for (const [index, { atMs }] of chunks.entries()) {
    const pauseMs = (chunks[index + 1]?.atMs ?? atMs) - atMs
    // Rare, so that to look at all that came before is cheap.
    if (pauseMs < apartMs) continue
    const before = Buffer.concat(chunks.slice(0, index + 1).map(({ bytes }) => bytes))
    if (endsInEvent(before)) return `${Math.round(pauseMs)} ms after byte ${before.byteLength}, inside an event`
  }
  return undefined
}

/** Whether the last block is unfinished, and has more than whole comments: a heartbeat may be a single line. */
function endsInEvent(bytes: Buffer): boolean {
  const text = bytes.toString('latin1').replaceAll(/\r\n?/g, '\n')
  const open = text.slice(text.lastIndexOf('\n\n') + 1)
  return open.replace(/^\n/, '') !== '' && !/^(?:\n|:[^\n]*\n)*$/.test(open)
}

function isHere({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
