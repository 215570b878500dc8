// Shows a table, in a box that scrolls.
import type { Block, TableBlock } from './block.ts'
import type { BlockView, ViewContext } from './context.ts'
import { createElement } from './element.ts'
import { LeafView } from './leaf-view.ts'

/** Shows a table. Its columns are those that it was made with. */
export class TableView implements BlockView {
  readonly element: HTMLElement
  readonly #align: TableBlock['align']
  readonly #header: RowView
  readonly #body = createElement('tbody')
  readonly #rows: RowView[] = []
  readonly #context: ViewContext

  constructor(align: TableBlock['align'], context: ViewContext) {
    this.#align = align
    this.#context = context
    this.#header = new RowView('th', align, context)
    const table = createElement('table', {}, createElement('thead', {}, this.#header.element), this.#body)
    this.element = createElement(
      'div',
      { class: 'table', tabindex: '0', role: 'group', 'aria-label': context.labels.table },
      table,
    )
  }

  update(block: Block, isOpen: boolean): boolean {
    if (block.type !== 'table' || String(block.align) !== String(this.#align)) return false
    this.#header.update(block.header, isOpen && block.rows.length === 0)
    for (const removed of this.#rows.splice(block.rows.length)) removed.element.remove()
    for (const [index, cells] of block.rows.entries()) {
      this.#rowAt(index).update(cells, isOpen && index === block.rows.length - 1)
    }
    return true
  }

  #rowAt(index: number): RowView {
    const present = this.#rows[index]
    if (present !== undefined) return present
    const row = new RowView('td', this.#align, this.#context)
    this.#rows.push(row)
    this.#body.append(row.element)
    return row
  }
}

class RowView {
  readonly element: HTMLElement = createElement('tr')
  readonly #tag: 'th' | 'td'
  readonly #align: TableBlock['align']
  readonly #context: ViewContext
  readonly #cells: LeafView[] = []
  /** What fills the row behind its cells: without it, a row of one character would be as many cells as the table has columns. */
  readonly #rest: HTMLElement = createElement('td')

  constructor(tag: 'th' | 'td', align: TableBlock['align'], context: ViewContext) {
    this.#tag = tag
    this.#align = align
    this.#context = context
  }

  update(texts: readonly string[], isOpen: boolean): void {
    const last = texts.findLastIndex((text) => text !== '')
    const count = this.#tag === 'th' ? this.#align.length : Math.max(last + 1, this.#cells.length)
    while (this.#cells.length < count) this.#addCell()
    for (const [index, cell] of this.#cells.entries()) cell.update(texts[index] ?? '', isOpen && index === last)
    const missing = this.#align.length - count
    this.#rest.setAttribute('colspan', String(missing))
    if (missing > 0) this.element.append(this.#rest)
    else this.#rest.remove()
  }

  #addCell(): void {
    const side = this.#align[this.#cells.length] ?? null
    const cell = createElement(this.#tag, { dir: 'auto', ...(side === null ? {} : { 'data-align': side }) })
    if (this.#tag === 'th') cell.setAttribute('scope', 'col')
    this.#cells.push(new LeafView(cell, this.#context))
    this.element.insertBefore(cell, this.#rest.parentNode === null ? null : this.#rest)
  }
}
