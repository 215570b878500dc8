// A grid of any number of rows, of which only those in view are made.
import { make, setAttribute, setText } from '../dom/make.ts'
import type { Column } from './column.ts'
import { stretchOf } from './stretch.ts'

/** Options of a {@link Grid}. */
export interface GridOptions<Row> {
  /** What a screen reader calls it. */
  readonly label: string
  readonly columns: readonly Column<Row>[]
  /** What a row is told from others by; never changes. */
  readonly keyOf: (row: Row) => string | number
  /** What is said of a row to the style sheet. */
  readonly toneOf?: (row: Row) => string | undefined
  /** How many lines a row has in a grid of a width. Default 1. */
  readonly linesIn?: (width: number) => 1 | 2
  /** Is scrolled sideways where it is narrower than this, in px. Default: it never is. */
  readonly minWidth?: number
  /** Stays at the last row while rows are added, until the reader scrolls away or chooses one. Default false. */
  readonly follows?: boolean
  /** A row was gone to by a key. */
  readonly onMove: (row: Row) => void
  /** A row was clicked, or Enter pressed on it. */
  readonly onOpen: (row: Row) => void
  /** It has begun or ceased to follow its end. */
  readonly onFollow?: (follows: boolean) => void
}

let grids = 0

/** A grid. Give it rows with {@link Grid.show}, in order; it draws them, and keeps what the reader looks at in its place. */
export class Grid<Row> {
  readonly element: HTMLElement = make('div', { class: 'grid', role: 'grid', tabindex: '0' })
  readonly #options: GridOptions<Row>
  readonly #head: HTMLElement = make('div', { class: 'grid-head', role: 'row', 'aria-rowindex': '1' })
  readonly #canvas: HTMLElement = make('div', { class: 'grid-canvas', role: 'rowgroup' })
  readonly #made: HTMLElement[] = []
  readonly #sizes: ResizeObserver
  readonly #prefix = `grid-${(grids += 1)}-`
  #columns: readonly Column<Row>[] = []
  #rows: readonly Row[] = []
  #rowHeight = 28
  #width = -1
  #chosen: string | number | undefined
  #isChosenInView = false
  #follows: boolean
  /** What is at the top of the view: its place and its key. */
  #top: { readonly index: number; readonly key: string | number } | undefined

  constructor(options: GridOptions<Row>) {
    this.#options = options
    this.#follows = options.follows === true
    this.element.setAttribute('aria-label', options.label)
    this.element.append(make('div', { class: 'grid-top', role: 'rowgroup' }, this.#head), this.#canvas)
    this.element.addEventListener('scroll', () => this.#onScroll(), { passive: true })
    this.element.addEventListener('keydown', (event) => this.#onKey(event))
    this.element.addEventListener('click', (event) => this.#onClick(event))
    this.#sizes = new ResizeObserver(() => this.#onResize())
    this.#sizes.observe(this.element)
  }

  /** Whether it stays at its end. */
  get follows(): boolean {
    return this.#follows
  }

  /** Shows rows; those that were shown before may have changed, too. */
  show(rows: readonly Row[]): void {
    this.#rows = rows
    this.#draw()
  }

  /** Marks the row of a key as the chosen one, or none. */
  choose(key: string | number | undefined): void {
    this.#chosen = key
    this.#draw()
  }

  /** Goes to the last row, and stays there. */
  follow(): void {
    this.#setFollows(true)
    this.#draw()
  }

  /** Ends what the grid has begun. */
  dispose(): void {
    this.#sizes.disconnect()
  }

  #draw(): void {
    const { clientWidth, clientHeight } = this.element
    if (clientHeight === 0) {
      // Else they would be seen for a moment where another stream is opened.
      for (const row of this.#made) row.hidden = true
      return
    }
    this.#fit(clientWidth)
    const rows = this.#rows
    this.#canvas.style.setProperty('height', `${rows.length * this.#rowHeight}px`)
    setAttribute(this.element, 'aria-rowcount', String(rows.length + 1))
    this.#keepPlace()
    const top = this.element.scrollTop
    const height = clientHeight - this.#head.offsetHeight
    const { first, end } = stretchOf(rows.length, { top, height, rowHeight: this.#rowHeight })
    while (this.#made.length < end - first) this.#addRow()
    this.#made.forEach((row, index) => this.#fill(row, first + index, end))
    this.#markActive()
    this.#rememberTop(top)
  }

  /** Shows as many columns as the width has room for. */
  #fit(width: number): void {
    if (width === this.#width) return
    this.#width = width
    const { columns, linesIn, minWidth = 0 } = this.#options
    const lines = linesIn?.(width) ?? 1
    this.#columns = columns.filter(({ from = 0 }) => width >= from)
    this.#rowHeight = lines === 1 ? 28 : 52
    this.element.dataset['lines'] = String(lines)
    this.element.style.setProperty('--columns', this.#columns.map((column) => column.width).join(' '))
    this.element.style.setProperty('--min-width', `${minWidth}px`)
    this.element.style.setProperty('--row-height', `${this.#rowHeight}px`)
    setAttribute(this.element, 'aria-colcount', String(this.#columns.length))
    this.#head.replaceChildren(
      ...this.#columns.map(({ title, name }) => make('div', { class: `cell ${name}`, role: 'columnheader' }, title)),
    )
    for (const row of this.#made) row.remove()
    this.#made.length = 0
  }

  /** At the end, if it follows; else at the row that was at the top of the view, though rows before it are gone. */
  #keepPlace(): void {
    if (this.#follows) {
      this.element.scrollTop = this.element.scrollHeight
      return
    }
    if (this.#top === undefined) return
    const { index, key } = this.#top
    const row = this.#rows[index]
    if (row !== undefined && this.#options.keyOf(row) === key) return
    const now = this.#rows.findIndex((one) => this.#options.keyOf(one) === key)
    if (now !== -1) this.element.scrollTop += (now - index) * this.#rowHeight
  }

  #rememberTop(top: number): void {
    const index = Math.floor(top / this.#rowHeight)
    const row = this.#rows[index]
    // At the very top the reader sees what is new.
    this.#top = row === undefined || top < 1 ? undefined : { index, key: this.#options.keyOf(row) }
  }

  #addRow(): void {
    const cells = this.#columns.map(({ name }) => make('div', { class: `cell ${name}`, role: 'gridcell' }))
    const row = make('div', { class: 'row', role: 'row' }, ...cells)
    this.#made.push(row)
    this.#canvas.append(row)
  }

  #fill(element: HTMLElement, index: number, end: number): void {
    const row = index < end ? this.#rows[index] : undefined
    element.hidden = row === undefined
    if (row === undefined) return
    const key = this.#options.keyOf(row)
    element.id = this.#prefix + String(index)
    element.dataset['index'] = String(index)
    element.style.setProperty('transform', `translateY(${index * this.#rowHeight}px)`)
    setAttribute(element, 'aria-rowindex', String(index + 2))
    setAttribute(element, 'aria-selected', String(key === this.#chosen))
    setAttribute(element, 'data-tone', this.#options.toneOf?.(row))
    this.#columns.forEach(({ fill }, column) => {
      const cell = element.children[column]
      if (cell instanceof HTMLElement) fill(cell, row)
    })
  }

  #markActive(): void {
    const active = this.#made.find((row) => !row.hidden && row.getAttribute('aria-selected') === 'true')
    setAttribute(this.element, 'aria-activedescendant', active?.id)
    this.#isChosenInView = active !== undefined
  }

  /** What was chosen stays in view, though there is less of it. */
  #onResize(): void {
    const index = this.#isChosenInView ? this.#rows.findIndex((row) => this.#options.keyOf(row) === this.#chosen) : -1
    if (index !== -1 && this.element.clientHeight > 0) this.#reveal(index)
    this.#draw()
  }

  #onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.element
    if (this.#options.follows === true) this.#setFollows(scrollHeight - clientHeight - scrollTop < this.#rowHeight)
    this.#top = undefined
    this.#draw()
  }

  #setFollows(follows: boolean): void {
    if (follows === this.#follows) return
    this.#follows = follows
    this.#options.onFollow?.(follows)
  }

  #onClick(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('.row') : null
    const row = this.#rows[Number(target?.dataset['index'])]
    if (row !== undefined) this.#go(row, this.#options.onOpen)
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const index = this.#rows.findIndex((row) => this.#options.keyOf(row) === this.#chosen)
    const row = this.#rows[this.#targetOf(event.key, index) ?? -1]
    if (row === undefined) return
    event.preventDefault()
    this.#go(row, event.key === 'Enter' || event.key === ' ' ? this.#options.onOpen : this.#options.onMove)
  }

  /** The place that a key leads to. */
  #targetOf(key: string, index: number): number | undefined {
    const last = this.#rows.length - 1
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 2)
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(last, index + 1),
      ArrowUp: Math.max(0, index - 1),
      PageDown: Math.min(last, index + page),
      PageUp: Math.max(0, index - page),
      Home: 0,
      End: last,
      Enter: index,
      ' ': index,
    }
    return Object.hasOwn(targets, key) ? targets[key] : undefined
  }

  #go(row: Row, tell: (row: Row) => void): void {
    const key = this.#options.keyOf(row)
    const index = this.#rows.indexOf(row)
    this.#chosen = key
    this.#setFollows(false)
    this.#reveal(index)
    this.#draw()
    tell(row)
  }

  /** Scrolls as little as is needed to have a row in view. */
  #reveal(index: number): void {
    const top = index * this.#rowHeight
    const height = this.element.clientHeight - this.#head.offsetHeight
    if (top < this.element.scrollTop) this.element.scrollTop = top
    else if (top + this.#rowHeight > this.element.scrollTop + height) {
      this.element.scrollTop = top + this.#rowHeight - height
    }
    this.#top = undefined
  }
}

/** Shows a text in a cell, and all of it where the pointer rests on it. */
export function fillText(cell: HTMLElement, text: string): void {
  setText(cell, text)
  setAttribute(cell, 'title', text === '' ? undefined : text)
}
