// The columns of the list of events.
import type { InspectedEvent } from '../../inspector-model/index.ts'
import { make, setText } from '../dom/make.ts'
import type { Column } from '../grid/column.ts'
import { fillText } from '../grid/grid.ts'
import { showBytes, showCount, showTime } from '../value/amount.ts'

/** How much of its data is shown of an event in the list. */
const dataShown = 400

/** The columns of the list. */
export const eventColumns: readonly Column<InspectedEvent>[] = [
  {
    title: '#',
    name: 'number',
    width: '3.75rem',
    from: 560,
    fill: (cell, { number }) => setText(cell, showCount(number)),
  },
  {
    title: 'Time',
    name: 'time',
    width: '6.25rem',
    from: 300,
    fill: (cell, { at }) => setText(cell, showTime(at, true)),
  },
  { title: 'Type', name: 'type', width: 'minmax(4.5rem, 1.6fr)', fill: fillType },
  { title: 'Id', name: 'id', width: 'minmax(3rem, 1fr)', from: 480, fill: (cell, { id = '' }) => fillText(cell, id) },
  { title: 'Data', name: 'data', width: 'minmax(7rem, 5fr)', fill: (cell, { data }) => setText(cell, onOneLine(data)) },
  {
    title: 'Length',
    name: 'number',
    width: '4.75rem',
    from: 680,
    fill: (cell, { data }) => setText(cell, showBytes(data.length)),
  },
]

function fillType(cell: HTMLElement, { type }: InspectedEvent): void {
  if (cell.childElementCount === 0) cell.append(make('span', { class: 'badge' }))
  const [badge] = cell.children
  if (badge) setText(badge, type.slice(0, dataShown))
  if (cell.title !== type) cell.title = type
}

function onOneLine(data: string): string {
  return data.slice(0, dataShown).replaceAll(/[\r\n]+/g, ' ↵ ')
}
