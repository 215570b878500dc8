// Topics, runs or journals: a row for each, and a column for each of their details.
import type { Detail } from '../../inspector-model/index.ts'
import { make, setText } from '../dom/make.ts'
import type { Column } from '../grid/column.ts'
import { fillText, Grid } from '../grid/grid.ts'
import { showCount, showDuration } from '../value/amount.ts'

/** A row of any details. */
export type Row = Readonly<Record<string, Detail>>

/** How many details have a column. */
const columnsShown = 10
/** What one of them needs at least, in px. */
const columnWidth = 96

/** Shows rows whose details are not known beforehand. */
export class RowsPanel {
  readonly element: HTMLElement = make('div', { class: 'panel list' })
  readonly #label: string
  readonly #key: string
  readonly #empty: HTMLElement
  #names = ''
  #grid: Grid<Row> | undefined

  /** `key` is the detail that tells rows apart; it comes first. */
  constructor(label: string, key: string, empty: string) {
    this.#label = label
    this.#key = key
    this.#empty = make('p', { class: 'empty' }, empty)
    this.element.append(this.#empty)
  }

  /** Shows rows, in the order of their keys. */
  show(rows: readonly Row[]): void {
    const names = [...new Set([this.#key, ...rows.flatMap((row) => Object.keys(row))])].slice(0, columnsShown)
    if (names.join('\n') !== this.#names) this.#setColumns(names)
    this.#empty.hidden = rows.length > 0
    this.#grid?.show(rows.toSorted((one, other) => this.#keyOf(one).localeCompare(this.#keyOf(other))))
  }

  /** Ends what the panel has begun. */
  dispose(): void {
    this.#grid?.dispose()
  }

  #setColumns(names: readonly string[]): void {
    this.#names = names.join('\n')
    this.#grid?.dispose()
    this.#grid?.element.remove()
    this.#grid = new Grid<Row>({
      label: this.#label,
      columns: names.map(columnOf),
      minWidth: names.length * columnWidth,
      keyOf: (row) => this.#keyOf(row),
      onMove: (row) => this.#grid?.choose(this.#keyOf(row)),
      onOpen: (row) => this.#grid?.choose(this.#keyOf(row)),
    })
    this.element.prepend(this.#grid.element)
  }

  #keyOf(row: Row): string {
    return String(row[this.#key])
  }
}

function columnOf(name: string, index: number): Column<Row> {
  const fill = (cell: HTMLElement, row: Row): void => {
    const value = row[name]
    if (typeof value === 'number') setText(cell, showNumber(name, value))
    else fillText(cell, value === undefined || value === null ? '' : String(value))
  }
  const width = index === 0 ? 'minmax(5rem, 2fr)' : 'minmax(4rem, 1fr)'
  return { title: titleOf(name), name: 'plain', width, fill }
}

/** `p99Ms` is a duration, and is called `P99`. */
function titleOf(name: string): string {
  const words = name
    .replace(/Ms$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

function showNumber(name: string, value: number): string {
  if (name.endsWith('Ms')) return showDuration(value)
  return Number.isInteger(value) ? showCount(value) : String(Number(value.toPrecision(4)))
}
