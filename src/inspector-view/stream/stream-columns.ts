// The columns of the list of streams.
import type { InspectedStream } from '../../inspector-model/index.ts'
import { make, setText } from '../dom/make.ts'
import type { Column } from '../grid/column.ts'
import { fillText } from '../grid/grid.ts'
import { showBytes, showCount, showDuration, showRate, showTime } from '../value/amount.ts'
import { firstEventMs, pathOf, sourceOf, stateOf, titleOf } from './stream-words.ts'

/** The list has two lines for each stream where it is narrower than this, in px. */
const twoLinesBelow = 520

/** How many lines a stream has in a list of a width. */
export function linesIn(width: number): 1 | 2 {
  return width < twoLinesBelow ? 2 : 1
}

/** The columns of the list; `now` is the time, in ms since 1970. */
export function streamColumns(now: () => number): readonly Column<InspectedStream>[] {
  return [
    {
      title: 'Stream',
      name: 'stream',
      width: 'minmax(9rem, 1fr)',
      fill: (cell, stream) => fillName(cell, stream, now()),
    },
    {
      title: 'Who',
      name: 'who',
      width: 'minmax(4rem, 8rem)',
      from: 1000,
      fill: (cell, { opened }) => fillText(cell, opened.who ?? ''),
    },
    {
      title: 'Source',
      name: 'source',
      width: '6.5rem',
      from: 760,
      fill: (cell, stream) => fillText(cell, sourceOf(stream)),
    },
    { title: 'State', name: 'state', width: '6.5rem', from: twoLinesBelow, fill: fillState },
    {
      title: 'Since',
      name: 'since',
      width: '5rem',
      from: 860,
      fill: (cell, { opened }) => setText(cell, showTime(opened.at)),
    },
    {
      title: 'Events',
      name: 'number',
      width: '4.5rem',
      from: twoLinesBelow,
      fill: (cell, { eventCount }) => setText(cell, showCount(eventCount)),
    },
    {
      title: 'Rate',
      name: 'number rate',
      width: '4.5rem',
      from: 640,
      fill: (cell, stream) => setText(cell, rateOf(stream, now())),
    },
    {
      title: 'Size',
      name: 'number',
      width: '5rem',
      from: twoLinesBelow,
      fill: (cell, { bytes }) => setText(cell, showBytes(bytes)),
    },
    {
      title: 'First event',
      name: 'number first',
      width: '5.5rem',
      from: 920,
      fill: (cell, stream) => setText(cell, firstOf(stream)),
    },
  ]
}

function fillName(cell: HTMLElement, stream: InspectedStream, now: number): void {
  if (cell.childElementCount === 0) cell.append(...makeName())
  const [method, url, route, second] = cell.querySelectorAll('span')
  const { opened } = stream
  if (method) setText(method, opened.method)
  if (url) setText(url, pathOf(opened.url))
  if (route) setText(route, opened.route !== undefined && opened.route !== pathOf(opened.url) ? opened.route : '')
  if (second) setText(second, secondLine(stream, now))
  if (cell.title !== titleOf(stream)) cell.title = titleOf(stream)
}

function makeName(): readonly HTMLElement[] {
  const first = make(
    'div',
    { class: 'name' },
    make('span', { class: 'method' }),
    make('span', { class: 'url' }),
    make('span', { class: 'route' }),
  )
  return [first, make('div', { class: 'second' }, make('span'))]
}

function secondLine(stream: InspectedStream, now: number): string {
  const { opened, eventCount, bytes } = stream
  const rate = stream.state === 'open' ? rateOf(stream, now) : ''
  const parts = [stateOf(stream), `${showCount(eventCount)} ev`, rate, showBytes(bytes), opened.who ?? '']
  return parts.filter((part) => part !== '').join(' · ')
}

function fillState(cell: HTMLElement, stream: InspectedStream): void {
  if (cell.childElementCount === 0) cell.append(make('span', { class: 'badge' }))
  const [badge] = cell.children
  if (badge) setText(badge, stateOf(stream))
}

function rateOf(stream: InspectedStream, now: number): string {
  return stream.state === 'open' ? showRate(stream.rateAt(now).eventsPerSecond) : ''
}

function firstOf(stream: InspectedStream): string {
  const ms = firstEventMs(stream)
  return ms === undefined ? '' : showDuration(ms)
}
