// All that is known of a stream beside its events.
import type { InspectedStream, RecordedHeaders } from '../../inspector-model/index.ts'
import { make, setText } from '../dom/make.ts'
import { showBytes, showCount, showDuration, showMany, showRate, showTime } from '../value/amount.ts'
import { durationMs, firstEventMs, sourceOf, stateOf } from './stream-words.ts'

/** Names and values; what has no value is not shown. */
type Facts = readonly (readonly [name: string, value: string | undefined])[]

/** Shows what is known of a stream. */
export class SummaryPanel {
  readonly element: HTMLElement = make('div', { class: 'summary' })
  readonly #sections = new Map<string, Section>()

  /** Shows a stream as it is at a time, in ms since 1970. */
  show(stream: InspectedStream, now: number): void {
    this.#section('Request').show(requestOf(stream))
    this.#section('How it ended').show(endOf(stream))
    this.#section('Timing').show(timingOf(stream, now))
    this.#section('Flow').show(flowOf(stream, now))
    this.#section('Resumption').show(resumptionOf(stream))
    this.#section('Request headers').show(headersOf(stream.opened.requestHeaders))
    this.#section('Body of the request').show([['', stream.opened.requestBody]])
    this.#section('Answer headers').show(headersOf(stream.head?.headers))
  }

  #section(title: string): Section {
    const known = this.#sections.get(title)
    if (known !== undefined) return known
    const section = new Section(title)
    this.#sections.set(title, section)
    this.element.append(section.element)
    return section
  }
}

class Section {
  readonly element: HTMLElement
  readonly #list: HTMLElement = make('dl')
  #names = ''

  constructor(title: string) {
    this.element = make('section', { class: 'facts' }, make('h3', {}, title), this.#list)
  }

  show(facts: Facts): void {
    const shown = facts.filter(([, value]) => value !== undefined)
    this.element.hidden = shown.length === 0
    const names = JSON.stringify(shown.map(([name]) => name))
    if (names !== this.#names)
      this.#list.replaceChildren(...shown.flatMap(([name]) => [make('dt', {}, name), make('dd')]))
    this.#names = names
    const values = this.#list.querySelectorAll('dd')
    shown.forEach(([, value = ''], index) => {
      const element = values[index]
      if (element) setText(element, value)
    })
  }
}

function requestOf(stream: InspectedStream): Facts {
  const { opened, head } = stream
  return [
    ['Url', opened.url],
    ['Method', opened.method],
    ['Route', opened.route],
    ['Read by', opened.who],
    ['Seen by', sourceOf(stream)],
    ['Status', head === undefined ? undefined : String(head.status)],
    ['Type', head?.contentType],
    ['Stream', stream.id],
  ]
}

function endOf(stream: InspectedStream): Facts {
  const { ended } = stream
  if (ended === undefined) return []
  return [
    ['Outcome', stateOf(stream)],
    ['Error', ended.error],
    ['At', showTime(ended.at, true)],
  ]
}

function timingOf(stream: InspectedStream, now: number): Facts {
  const { opened, head, lastEventAt, ended } = stream
  const first = firstEventMs(stream)
  return [
    ['Opened', showTime(opened.at, true)],
    ['Head after', head === undefined ? undefined : showDuration(head.at - opened.at)],
    ['First event after', first === undefined ? undefined : showDuration(first)],
    ['Last event', lastEventAt === undefined ? undefined : ago(lastEventAt, ended?.at ?? now, ended !== undefined)],
    [ended === undefined ? 'Open for' : 'Lasted', showDuration(durationMs(stream, now))],
  ]
}

function flowOf(stream: InspectedStream, now: number): Facts {
  const { eventCount, forgottenCount, bytes, blockedSince, bufferedBytes, faults, lastFault, state } = stream
  const { eventsPerSecond, bytesPerSecond } = stream.rateAt(now)
  const blocked = `since ${showDuration(now - (blockedSince ?? now))}, ${showBytes(bufferedBytes)} wait`
  return [
    ['Events', showCount(eventCount) + (forgottenCount > 0 ? `, of which ${showCount(forgottenCount)} not kept` : '')],
    ['Size', showBytes(bytes)],
    ['Rate', state === 'open' ? `${showRate(eventsPerSecond)}, ${showBytes(bytesPerSecond)}/s` : undefined],
    ['Heartbeats', heartbeatsOf(stream, now)],
    ['Backpressure', blockedSince === undefined ? pastBlocks(stream) : `the reader is too slow ${blocked}`],
    ['Faults', faults === 0 ? undefined : `${showCount(faults)}; the last: ${lastFault ?? ''}`],
  ]
}

function heartbeatsOf({ heartbeats, lastHeartbeatAt, ended }: InspectedStream, now: number): string {
  if (lastHeartbeatAt === undefined) return 'none so far'
  return `${showCount(heartbeats)}, the last ${ago(lastHeartbeatAt, ended?.at ?? now, ended !== undefined)}`
}

function pastBlocks({ blockedCount, blockedMs }: InspectedStream): string {
  if (blockedCount === 0) return 'the reader keeps up'
  return `the reader was too slow ${showMany(blockedCount, 'time')}, for ${showDuration(blockedMs)}`
}

function resumptionOf({ opened, gaps, resets, retryMs }: InspectedStream): Facts {
  return [
    ['Resumed after', opened.lastEventId],
    ['Gaps', gaps === 0 ? undefined : `${showCount(gaps)}: events were lost`],
    ['Resets', resets === 0 ? undefined : `${showCount(resets)}: the log was replaced`],
    ['Reconnects after', retryMs === undefined ? undefined : showDuration(retryMs)],
  ]
}

function ago(at: number, now: number, hasEnded: boolean): string {
  return `${showDuration(now - at)} ${hasEnded ? 'before the end' : 'ago'}`
}

function headersOf(headers: RecordedHeaders = {}): Facts {
  return Object.entries(headers)
}
